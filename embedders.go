package main

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"footnote/llm"
	"footnote/llm/embed"
	"footnote/llm/onnx"
)

// embedderAt is an embedder behind a server or in a folder.
type embedderAt struct {
	spec   string // "openai:NAME?dimensions=512", "onnx:FOLDER?late_chunking"
	url    string
	prices llm.Prices
	getenv func(string) string // for keys
	// seen is embed.Options.Seen; nil where the server has to answer.
	seen func(ctx context.Context, name string) (dim int, err error)
}

// folderPrefix begins the spec of a model in a local folder.
const folderPrefix = "onnx:"

// open connects or loads the embedder.
func (at embedderAt) open(ctx context.Context) (llm.Embedder, error) {
	if folder, ok := strings.CutPrefix(at.spec, folderPrefix); ok {
		return openFolder(ctx, folder)
	}
	key := ""
	for _, name := range embed.KeyVariables(at.spec, at.url) {
		if key = at.getenv(name); key != "" {
			break
		}
	}
	e, err := embed.Open(ctx, embed.Options{Spec: at.spec, URL: at.url, Key: key, Prices: at.prices, Seen: at.seen})
	if err != nil {
		return nil, fmt.Errorf("%w; %w", err, errUsage)
	}
	return e, nil
}

// openFolder reads what follows "onnx:", a folder and options.
func openFolder(ctx context.Context, spec string) (llm.Embedder, error) {
	o, rest, err := folderOptions("-embedder", spec)
	if err != nil {
		return nil, fmt.Errorf("%w; %w", err, errUsage)
	}
	late := false
	for name := range rest {
		switch value := rest.Get(name); name {
		case "query":
			o.Query = value
		case "document":
			o.Document = value
		case "late_chunking":
			late = value != "false"
		default:
			return nil, fmt.Errorf("-embedder: a model in a folder has no option %q, it has window, query, document, late_chunking; %w", name, errUsage)
		}
	}
	e, err := onnx.Open(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("%w; %w", err, errUsage)
	}
	if late {
		return onnx.NewLate(e), nil
	}
	return e, nil
}

// folderOptions reads what follows "onnx:" in a flag, a folder and options;
// those that only some models have are in rest.
func folderOptions(flag, spec string) (o onnx.Options, rest url.Values, err error) {
	folder, options, _ := strings.Cut(spec, "?")
	if rest, err = url.ParseQuery(options); err != nil {
		return o, nil, fmt.Errorf("%s %s%s: what follows the ? is not of the form window=256&name=value", flag, folderPrefix, spec)
	}
	o.Folder = folder
	if rest.Has("window") {
		if o.Window, err = strconv.Atoi(rest.Get("window")); err != nil {
			return o, nil, fmt.Errorf("%s: window=%s is not a number", flag, rest.Get("window"))
		}
		rest.Del("window")
	}
	return o, rest, nil
}
