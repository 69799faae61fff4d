package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// module is the import path of this repository.
const module = "footnote"

// layers is the arrow table: what is below may be imported, nothing else of
// ours. A name stands for a package and those inside it.
var layers = map[string][]string{
	"web":       {},
	"document":  {},
	"llm":       {"document"},
	"chunking":  {"llm", "document"},
	"retrieval": {"chunking", "llm", "document"},
	"reasoning": {"retrieval", "chunking", "llm", "document"},
	"ingest":    {"retrieval", "chunking", "llm", "document"},
	"eval":      {"reasoning", "retrieval", "chunking", "llm", "document"},
	"store":     {"eval", "reasoning", "ingest", "retrieval", "chunking", "llm", "document"},
	"server":    {"web", "ingest", "eval", "reasoning", "retrieval", "chunking", "llm", "document"},
}

// amongFormats is who may import whom among the packages inside document. All of
// them may import document, archive and charset.
var amongFormats = map[string][]string{
	"epub":     {"html"},
	"html":     {"plaintext"}, // for what stands in <pre>
	"markdown": {"html"},
	"reader":   {"*"},
}

// allowed says whether a package may import another one of ours. Both are
// paths below the module; "" is the root, which wires everything and which
// nothing imports.
func allowed(from, to string) bool {
	if from == "" || to == "" {
		return from == ""
	}
	above, inside := split(from)
	below, part := split(to)
	switch {
	case above == "document" && below == "document":
		inside, _ = split(inside)
		part, _ = split(part)
		return inside != "" && (part == "" || part == inside || part == "archive" || part == "charset" ||
			slices.Contains(amongFormats[inside], "*") || slices.Contains(amongFormats[inside], part))
	case above == below && above == "store":
		return part == "fanout" || part == "folder" || part == "record" // backends share it and do not know each other
	case above == below:
		return true
	case below == "llm" && part != "", below == "store" && part != "":
		return false // only the root names a provider or a store
	}
	return slices.Contains(layers[above], below)
}

func split(pkg string) (top, rest string) {
	top, rest, _ = strings.Cut(pkg, "/")
	return top, rest
}

func TestLayers(t *testing.T) {
	files := sources(t, ".")
	if len(files) == 0 {
		t.Fatal("no Go files found")
	}
	for _, v := range violations(files) {
		t.Error(v)
	}
}

func TestLayersFlagForbiddenImports(t *testing.T) {
	tests := []struct {
		from, to string
		want     bool
	}{
		{"", "server", true},
		{"", "store/local", true},
		{"server", "", false},
		{"server", "web", true},
		{"server", "store/local", false},
		{"server", "llm/provider", false},
		{"server", "eval", true},
		{"eval", "server", false},
		{"eval", "ingest", false},
		{"eval", "eval/dataset", true},
		{"reasoning", "ingest", false},
		{"reasoning", "retrieval/analysis", true},
		{"reasoning/extractive", "reasoning", true},
		{"reasoning", "server", false},
		{"ingest", "reasoning", false},
		{"ingest", "chunking", true},
		{"retrieval", "reasoning", false},
		{"retrieval", "store", false},
		{"chunking", "retrieval", false},
		{"llm", "chunking", false},
		{"llm/provider", "llm", true},
		{"reasoning", "llm/provider", false},
		{"document", "llm", false},
		{"document", "document/pdf", false},
		{"document/pdf", "document", true},
		{"document/pdf", "document/html", false},
		{"document/epub", "document/html", true},
		{"document/epub", "document/archive", true},
		{"document/html", "document/epub", false},
		{"document/html", "document/plaintext", true},
		{"document/plaintext", "document/html", false},
		{"document/archive", "document/epub", false},
		{"document/reader", "document/pdf", true},
		{"document/pdf", "document/pdf/layout", true},
		{"document/pdf/layout", "document/docx", false},
		{"document/pdf", "document/reader", false},
		{"document/pdf", "chunking", false},
		{"web", "document", false},
		{"web", "server", false},
		{"store/local", "retrieval", true},
		{"store/local", "ingest", true},
		{"store/local", "store/postgres", false},
		{"store/local", "store/fanout", true},
		{"store/postgres", "store/record", true},
		{"store/postgres", "store/local", false},
		{"store/local", "server", false},
		{"store/local", "eval/kept", true},
		{"brandnew", "document", false},
	}
	for _, tt := range tests {
		if got := allowed(tt.from, tt.to); got != tt.want {
			t.Errorf("allowed(%q, %q) = %v, want %v", tt.from, tt.to, got, tt.want)
		}
	}
}

func TestLayersReadImportsFromFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("chunking/good.go", "package chunking\n\nimport _ \"footnote/document\"\n")
	write("chunking/bad.go", "package chunking\n\nimport x \"footnote/server\"\n\nvar _ = x.Y\n")
	write("chunking/bad_test.go", "package chunking\n\nimport _ \"footnote/store/local\"\n")
	write("tool/main.go", "package main\n\nimport _ \"footnote/store/local\"\n")
	got := violations(sources(t, dir))
	want := []string{"chunking/bad.go: chunking may not import server"}
	if !slices.Equal(got, want) {
		t.Errorf("violations %q, want %q", got, want)
	}
}

// clients is the one package of ours that may import a client of others, tests
// included: what it speaks to can then be changed in one place.
var clients = map[string]string{
	"github.com/jackc/pgx":        "store/postgres",
	"github.com/pgvector":         "store/postgres",
	"github.com/qdrant/go-client": "store/qdrant",
	"google.golang.org/grpc":      "store/qdrant",
	"github.com/tmc/langchaingo":  "llm/provider",
}

func TestLayersKeepClientsApart(t *testing.T) {
	used := map[string]bool{}
	for _, f := range sources(t, ".") {
		for _, spec := range f.file.Imports {
			for client, owner := range clients {
				if !within(strings.Trim(spec.Path.Value, `"`), client) {
					continue
				}
				used[client] = true
				if !within(f.pkg(), owner) {
					t.Errorf("%s: only %s may import %s", f.name, owner, client)
				}
			}
		}
	}
	if len(used) != len(clients) {
		t.Errorf("only %v are used", used)
	}
}

// within says whether a path is another one or below it.
func within(path, parent string) bool { return path == parent || strings.HasPrefix(path, parent+"/") }

// source is a parsed Go file; its name is relative to the root, with slashes.
type source struct {
	name  string
	file  *ast.File
	fset  *token.FileSet
	lines int
}

func (s source) isTest() bool { return strings.HasSuffix(s.name, "_test.go") }

func (s source) pkg() string {
	if dir := path.Dir(s.name); dir != "." {
		return dir
	}
	return ""
}

// sources parses every Go file below root but for test data and hidden
// folders.
func sources(t *testing.T, root string) []source {
	t.Helper()
	var out []source
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != root && (d.Name() == "testdata" || strings.ContainsAny(d.Name()[:1], "._")) {
			return fs.SkipDir
		}
		if d.IsDir() || filepath.Ext(name) != ".go" {
			return nil
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		out = append(out, source{filepath.ToSlash(rel), file, fset, fset.File(file.FileStart).LineCount()})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// violations lists imports against the arrow table. Programs and tests wire
// things together as the root does, so they are free.
func violations(files []source) []string {
	var out []string
	for _, f := range files {
		if f.isTest() || f.file.Name.Name == "main" {
			continue
		}
		for _, spec := range f.file.Imports {
			to, err := strconv.Unquote(spec.Path.Value)
			if err != nil || to != module && !strings.HasPrefix(to, module+"/") {
				continue
			}
			to = strings.TrimPrefix(strings.TrimPrefix(to, module), "/")
			if !allowed(f.pkg(), to) {
				out = append(out, fmt.Sprintf("%s: %s may not import %s", f.name, f.pkg(), to))
			}
		}
	}
	return out
}
