package onnx_test

import (
	"encoding/binary"
	"encoding/json"
	"hash/fnv"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// message is one of Protocol Buffers, as ONNX has them.
type message []byte

func (m message) bytes(tag int, b []byte) message {
	m = binary.AppendUvarint(m, uint64(tag<<3|2))
	m = binary.AppendUvarint(m, uint64(len(b)))
	return append(m, b...)
}

func (m message) number(tag int, n int) message {
	m = binary.AppendUvarint(m, uint64(tag<<3))
	return binary.AppendUvarint(m, uint64(n))
}

// floats is a tensor of weights.
func floats(name string, rows, columns int, value func(row, column int) float32) message {
	var raw []byte
	for r := range rows {
		for c := range columns {
			raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(value(r, c)))
		}
	}
	return message{}.number(1, rows).number(1, columns).number(2, 1).bytes(8, []byte(name)).bytes(9, raw)
}

func step(op, out string, in ...string) message {
	var m message
	for _, name := range in {
		m = m.bytes(1, []byte(name))
	}
	return m.bytes(2, []byte(out)).bytes(4, []byte(op))
}

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

func (m tiny) pieces() []string {
	return append([]string{"[UNK]", "[CLS]", "[SEP]"}, m.words...)
}

func (m tiny) file() []byte {
	pieces := m.pieces()
	weights := floats("words", len(pieces)+m.rows, tinyDim, func(row, column int) float32 {
		if m.nan && row > 2 {
			return float32(math.NaN())
		}
		h := fnv.New64a()
		if row < len(pieces) {
			io.WriteString(h, pieces[row])
		}
		r := rand.New(rand.NewPCG(h.Sum64(), uint64(column)))
		if row < 3 {
			return float32(r.NormFloat64()) / 10
		}
		return float32(r.NormFloat64())
	})
	input, output, op := or(m.input, "input_ids"), or(m.output, "last_hidden_state"), or(m.op, "Identity")
	graph := message{}.bytes(1, step("Gather", "found", "words", input)).bytes(1, step(op, output, "found")).
		bytes(5, weights).bytes(11, message{}.bytes(1, []byte(input))).bytes(12, message{}.bytes(1, []byte(output)))
	return message{}.number(1, 8).bytes(7, graph)
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func (m tiny) tokenizer() map[string]any {
	vocab := map[string]int{}
	for i, p := range m.pieces() {
		vocab[p] = i
	}
	special := func(id string) map[string]any { return map[string]any{"SpecialToken": map[string]any{"id": id}} }
	return map[string]any{
		"model":         map[string]any{"type": "WordPiece", "vocab": vocab, "unk_token": "[UNK]", "continuing_subword_prefix": "##"},
		"normalizer":    map[string]any{"type": "BertNormalizer", "lowercase": true, "clean_text": true, "handle_chinese_chars": true},
		"pre_tokenizer": map[string]any{"type": "BertPreTokenizer"},
		"post_processor": map[string]any{"type": "TemplateProcessing",
			"single": []any{special("[CLS]"), map[string]any{"Sequence": map[string]any{"id": "A"}}, special("[SEP]")}},
	}
}

// write puts a model's files into a folder; change may spoil them first.
func write(t *testing.T, m tiny, change func(files map[string][]byte)) string {
	t.Helper()
	tokenizer, err := json.Marshal(m.tokenizer())
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{"model.onnx": m.file(), "tokenizer.json": tokenizer}
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
