package onnx

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"footnote/llm/onnx/graph"
)

// model is what is in a folder, ready to run.
type model struct {
	name      string // the folder's, and a sum of the files
	graph     *graph.Graph
	tokens    *tokenizer
	positions int           // the longest text that it was made for, in tokens
	places    chan struct{} // one for each processor
}

func read(o Options) (*model, error) {
	path := filepath.Join(o.Folder, "model.onnx")
	file, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		path = filepath.Join(o.Folder, "onnx", "model.onnx")
		file, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, fmt.Errorf("%w; the folder must hold model.onnx and tokenizer.json, which optimum-cli export onnx makes", err)
	}
	vocabulary, err := os.ReadFile(filepath.Join(o.Folder, "tokenizer.json"))
	if err != nil {
		return nil, fmt.Errorf("%w; save the model's fast tokenizer there", err)
	}
	sum := sha256.New() // before the model is loaded, so that the file may go meanwhile
	sum.Write(file)
	sum.Write(vocabulary)
	m := &model{name: fmt.Sprintf("onnx:%s@%x", filepath.Base(filepath.Clean(o.Folder)), sum.Sum(nil)[:6]),
		places: make(chan struct{}, cmp.Or(max(o.Threads, 0), runtime.GOMAXPROCS(0)))}
	if m.tokens, err = parseTokenizer(vocabulary); err != nil {
		return nil, fmt.Errorf("tokenizer.json: %w", err)
	}
	if m.graph, err = graph.Load(file); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	var config struct {
		Positions int `json:"max_position_embeddings"`
	}
	if err := readBeside(o.Folder, "config.json", &config); err != nil {
		return nil, err
	}
	m.positions = min(MaxWindow, cmp.Or(config.Positions, 512))
	return m, m.fits()
}

// readBeside reads a small file of a folder, if it is there.
func readBeside(folder, name string, into any) error {
	raw, err := os.ReadFile(filepath.Join(folder, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = json.Unmarshal(raw, into)
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}

// fits says whether the model reads text, and belongs to the tokenizer.
func (m *model) fits() error {
	for _, name := range m.graph.Inputs() {
		switch name {
		case "input_ids", "attention_mask", "token_type_ids", "position_ids":
		default:
			return fmt.Errorf("model.onnx wants %q; it is not the encoder of a text", name)
		}
	}
	if w := m.graph.Weights("Gather", "input_ids"); w != nil {
		if rows, pieces := w.Shape[0], int(m.tokens.highest())+1; pieces > rows || rows-pieces >= 1024 {
			return fmt.Errorf("tokenizer.json has %d pieces, model.onnx %d: they are not of the same model", pieces, rows)
		}
	}
	return nil
}

// limit is how many tokens of text a window has: as many as asked for, usual or
// the model was made for, less those around the text.
func (m *model) limit(o Options, usual, around int) (int, error) {
	if o.Window > m.positions {
		return 0, fmt.Errorf("a window of %d tokens, the model has %d", o.Window, m.positions)
	}
	window := cmp.Or(o.Window, min(m.positions, cmp.Or(usual, m.positions))) - around
	if window < 16 {
		return 0, fmt.Errorf("a window of %d tokens is too small", window)
	}
	return window, nil
}

// isScore says whether an output is one number for a text.
func isScore(t *graph.Tensor) bool {
	return len(t.Shape) <= 2 && len(t.Floats) == 1
}

// place waits for a processor, and takes all others that are idle: a query
// alone may use the whole machine, and many texts one each.
func (m *model) place(ctx context.Context) (threads int, done func(), err error) {
	if err := ctx.Err(); err != nil {
		return 0, nil, err
	}
	select {
	case m.places <- struct{}{}:
	case <-ctx.Done():
		return 0, nil, ctx.Err()
	}
	threads = 1 + cap(m.places) - len(m.places)
	return threads, func() { <-m.places }, nil
}

// inputs are what the model wants of a text; kinds, which of two texts a token
// is of, may be nil for one.
func (m *model) inputs(ids, kinds []int64) map[string]*graph.Tensor {
	shape := []int{1, len(ids)}
	ones, places := make([]int64, len(ids)), make([]int64, len(ids))
	for i := range ids {
		ones[i], places[i] = 1, int64(i)
	}
	if kinds == nil {
		kinds = make([]int64, len(ids))
	}
	all := map[string]*graph.Tensor{
		"input_ids": {Shape: shape, Ints: ids}, "attention_mask": {Shape: shape, Ints: ones},
		"token_type_ids": {Shape: shape, Ints: kinds}, "position_ids": {Shape: shape, Ints: places},
	}
	in := map[string]*graph.Tensor{}
	for _, name := range m.graph.Inputs() {
		in[name] = all[name]
	}
	return in
}
