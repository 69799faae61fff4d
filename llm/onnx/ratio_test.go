package onnx

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"footnote/llm/onnx/graph"
	"footnote/llm/onnx/onnxtest"
)

// BenchmarkOverGraph compares embedding chunks of 170 words, from text to vector,
// with nothing but running the graph over their tokens, in turns.
func BenchmarkOverGraph(b *testing.B) {
	dir := os.Getenv("FOOTNOTE_ONNX_MODEL")
	if dir == "" {
		b.Skip("FOOTNOTE_ONNX_MODEL names no folder with all-MiniLM-L6-v2")
	}
	e, err := Open(b.Context(), Options{Folder: dir, Threads: 1})
	if err != nil {
		b.Fatal(err)
	}
	raw, err := os.ReadFile("../../testdata/corpus/lighthouse.md")
	if err != nil {
		b.Fatal(err)
	}
	var chunks [][]string
	for words := range slices.Chunk(strings.Fields(string(raw)), 170) {
		chunks = append(chunks, words)
	}
	chunks = chunks[:len(chunks)-1] // the last one is shorter
	tokens, of := 0, func(chunk []string) (string, []int64) {
		text := strings.Join(chunk, " ")
		return text, e.framed(e.tokens.tokens(text))
	}
	var alone, whole time.Duration
	for b.Loop() {
		for _, chunk := range chunks {
			text, ids := of(chunk)
			tokens += len(ids)
			began := onnxtest.Processor()
			if _, err := e.graph.Run(e.inputs(ids, nil), graph.Session{Threads: 1}); err != nil {
				b.Fatal(err)
			}
			middle := onnxtest.Processor()
			if _, err := e.EmbedDocuments(b.Context(), []string{text}); err != nil {
				b.Fatal(err)
			}
			alone, whole = alone+middle-began, whole+onnxtest.Processor()-middle
		}
	}
	n := float64(b.N * len(chunks))
	b.ReportMetric(float64(tokens)/n, "tokens/chunk")
	b.ReportMetric(whole.Seconds()*1000/n, "cpu-ms/chunk")
	b.ReportMetric(whole.Seconds()/alone.Seconds(), "embedder/graph")
}
