package onnx_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"footnote/document"
	"footnote/llm/onnx"
	"footnote/llm/onnx/graph"
	"footnote/llm/onnx/onnxtest"
)

// long is an encoder for 8,192 tokens of the size of MiniLM, with weights by
// chance: what it costs does not depend on them.
func long(words int) tiny {
	m := tiny{words: []string{"does", "it", "work", "?"}}
	for i := range words {
		m.words = append(m.words, fmt.Sprintf("w%d", i))
	}
	return m
}

// BenchmarkLateWindow embeds 40 chunks of a text that fills a window of 8,192
// tokens, and runs the graph alone over the same tokens, in turns. It reports
// the ratio of the two in processor time, and the most memory of the process.
func BenchmarkLateWindow(b *testing.B) {
	const words, chunks = 1000, 40
	size := 8192
	if testing.Short() { // to see that it runs
		size = 512
	}
	m := long(words)
	bert := onnxtest.BERT{Layers: 6, Hidden: 384, Heads: 12, Positions: size, Pieces: len(m.pieces())}.File()
	dir := write(b, m, func(f map[string][]byte) {
		f["model.onnx"], f["config.json"] = bert, fmt.Appendf(nil, `{"max_position_embeddings":%d}`, size)
	})
	e, err := onnx.Open(b.Context(), onnx.Options{Folder: dir, Threads: 1})
	if err != nil {
		b.Fatal(err)
	}
	g, err := graph.Load(bert)
	if err != nil {
		b.Fatal(err)
	}
	text, ids := randomWords(words, size-2)
	var spans []document.Span
	for i := range chunks {
		spans = append(spans, document.Span{Start: len(text) * i / chunks, End: len(text) * (i + 1) / chunks})
	}
	var forward, late time.Duration
	runtime.GC()
	for b.Loop() {
		began := onnxtest.Processor()
		run(b, g, ids)
		middle := onnxtest.Processor()
		if _, err := onnx.NewLate(e).EmbedSpans(b.Context(), text, spans); err != nil {
			b.Fatal(err)
		}
		forward, late = forward+middle-began, late+onnxtest.Processor()-middle
	}
	b.ReportMetric(forward.Seconds()/float64(b.N), "cpu-s/pass")
	b.ReportMetric(late.Seconds()/float64(b.N), "cpu-s/late")
	b.ReportMetric(late.Seconds()/forward.Seconds(), "late/pass")
	b.ReportMetric(mostMemory(b), "MB-at-most")
}

// randomWords is a text of n words of long's vocabulary, and its tokens.
func randomWords(words, n int) (text string, ids []int64) {
	random := rand.New(rand.NewPCG(5, 6))
	var b strings.Builder
	ids = append(ids, 1) // [CLS]
	for range n {
		w := random.IntN(words)
		fmt.Fprintf(&b, "w%d ", w)
		ids = append(ids, int64(3+4+w))
	}
	return b.String(), append(ids, 2)
}

// run is one pass of a graph over tokens.
func run(b *testing.B, g *graph.Graph, ids []int64) {
	b.Helper()
	shape := []int{1, len(ids)}
	ones := make([]int64, len(ids))
	for i := range ones {
		ones[i] = 1
	}
	_, err := g.Run(map[string]*graph.Tensor{"input_ids": {Shape: shape, Ints: ids},
		"attention_mask": {Shape: shape, Ints: ones}, "token_type_ids": {Shape: shape, Ints: make([]int64, len(ids))}}, graph.Session{Threads: 1})
	if err != nil {
		b.Fatal(err)
	}
}

// mostMemory is the most that this process has used so far, in megabytes; 0
// where the system does not tell.
func mostMemory(b *testing.B) float64 {
	raw, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(raw), "VmHWM:")
	var kB float64
	if _, err := fmt.Sscan(rest, &kB); err != nil {
		b.Fatal(err)
	}
	return kB * 1024 / 1e6
}

// BenchmarkRerank reranks 50 passages of 185 tokens by a cross-encoder of the
// size of MiniLM, with weights by chance.
func BenchmarkRerank(b *testing.B) {
	const words = 1000
	passages := 50
	if testing.Short() {
		passages = 2
	}
	m := long(words)
	dir := write(b, m, func(f map[string][]byte) {
		f["model.onnx"] = onnxtest.BERT{Layers: 6, Hidden: 384, Heads: 12, Positions: 512, Pieces: len(m.pieces()), Scores: true}.File()
	})
	c, err := onnx.OpenCrossEncoder(b.Context(), onnx.Options{Folder: dir})
	if err != nil {
		b.Fatal(err)
	}
	query, _ := randomWords(words, 12)
	var texts []string
	for range passages {
		text, _ := randomWords(words, 185)
		texts = append(texts, text)
	}
	began := onnxtest.Processor()
	for b.Loop() {
		if _, err := c.Rerank(b.Context(), query, texts); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64((onnxtest.Processor()-began).Milliseconds())/float64(passages*b.N), "cpu-ms/passage")
}
