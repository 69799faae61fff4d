package onnx_test

import (
	"hash/fnv"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"footnote/llm/onnx/onnxtest"
)

// tiny is a model without attention: a token's vector is looked up. Its words
// are those it is given.
type tiny struct {
	words  []string
	op     string // in place of the one that ends it
	output string
	input  string
	nan    bool
	rows   int // of weights beyond its words
}

const tinyDim = 48

func (m tiny) pieces() []string { return onnxtest.Pieces(m.words...) }

func (m tiny) file() []byte {
	pieces := m.pieces()
	var b onnxtest.Builder
	words := m.weights(&b, pieces)
	found := b.Step("Gather", []string{words, b.Input(or(m.input, "input_ids"))})
	b.StepTo(b.Output(or(m.output, "last_hidden_state")), or(m.op, "Identity"), []string{found})
	return b.File()
}

// weights are the vectors of words, by chance and nearly at right angles.
func (m tiny) weights(b *onnxtest.Builder, pieces []string) string {
	rows := len(pieces) + m.rows
	values := make([]float32, 0, rows*tinyDim)
	for row := range rows {
		h := fnv.New64a()
		if row < len(pieces) {
			io.WriteString(h, pieces[row])
		}
		r := rand.New(rand.NewPCG(h.Sum64(), 1))
		for range tinyDim {
			x := float32(r.NormFloat64())
			switch {
			case m.nan && row > 2:
				x = float32(math.NaN())
			case row < 3:
				x /= 10
			}
			values = append(values, x)
		}
	}
	return b.Floats("words", values, rows, tinyDim)
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// write puts a model's files into a folder; change may spoil them first.
func write(t testing.TB, m tiny, change func(files map[string][]byte)) string {
	t.Helper()
	files := map[string][]byte{"model.onnx": m.file(), "tokenizer.json": onnxtest.Tokenizer(m.pieces())}
	if change != nil {
		change(files)
	}
	dir := filepath.Join(t.TempDir(), "tiny")
	for name, data := range files {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// wordsOf are the words and marks of texts, each once.
func wordsOf(texts ...string) []string {
	seen := map[string]bool{}
	var out []string
	for _, t := range texts {
		for _, w := range strings.FieldsFunc(strings.ToLower(t), func(r rune) bool { return strings.ContainsRune(" .,?", r) }) {
			if !seen[w] {
				seen[w] = true
				out = append(out, w)
			}
		}
	}
	return append(out, ".", ",", "?", "and", "so", "on", "two", "lines", "blank", "does", "it", "work")
}
