package onnx_test

import (
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"footnote/document"
	"footnote/llm"
	"footnote/llm/llmtest"
	"footnote/llm/onnx"
	"footnote/llm/onnx/onnxtest"
)

// real is a folder with all-MiniLM-L6-v2 in float32.
func real(t testing.TB) string {
	dir := os.Getenv("FOOTNOTE_ONNX_MODEL")
	if dir == "" {
		t.Skip("FOOTNOTE_ONNX_MODEL names no folder with all-MiniLM-L6-v2")
	}
	return dir
}

// TestAllMiniLM compares with what onnxruntime 1.32 computes.
func TestAllMiniLM(t *testing.T) {
	e := open(t, onnx.Options{Folder: real(t)})
	for text, want := range map[string][4]float64{
		"The keeper, Josiah Penn, kept a hand-lamp burning (1881).": {-0.05935258, 0.10429768, -0.00067834, -0.02562893},
		"Ünïcödé naïve café Ångström — straße İstanbul ﬁne":         {0.07473562, -0.0070497, -0.01515996, 0.03431695},
		"東京は日本の首都です。 한국어 텍스트":                                       {0.11656484, 0.07670672, 0.07278282, -0.02419502},
	} {
		got, err := e.EmbedQuery(t.Context(), text)
		if err != nil {
			t.Fatal(err)
		}
		for i, w := range want {
			if math.Abs(float64(got[i])-w) > 1e-5 {
				t.Errorf("%s: number %d is %v, want %v", text, i, got[i], w)
			}
		}
	}
	if !testing.Short() {
		llmtest.TestEmbedder(t, func(*testing.T) llm.Embedder { return e })
	}
}

// TestLateChunkingSeesWhatStandsAround embeds a sentence that makes sense only
// after the one before it.
func TestLateChunkingSeesWhatStandsAround(t *testing.T) {
	e := open(t, onnx.Options{Folder: real(t)})
	before, sentence := "Berlin is the capital of Germany. ", "Its more than 3.8 million inhabitants make it the largest city of the country."
	late, err := onnx.NewLate(e).EmbedSpans(t.Context(), before+sentence, []document.Span{{Start: len(before), End: len(before + sentence)}})
	if err != nil {
		t.Fatal(err)
	}
	query, err1 := e.EmbedQuery(t.Context(), "Berlin")
	alone, err2 := e.EmbedDocuments(t.Context(), []string{sentence})
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	if a, l := dot(query, alone[0]), dot(query, late[0]); l < a+0.1 {
		t.Errorf("similarity to Berlin: %.3f alone, %.3f late", a, l)
	}
}

// bookText is prose of n words.
func bookText(tb testing.TB, n int) string {
	raw, err := os.ReadFile("../../testdata/corpus/lighthouse.md")
	if err != nil {
		tb.Fatal(err)
	}
	words := strings.Fields(string(raw))
	for len(words) < n {
		words = append(words, words...)
	}
	return strings.Join(words[:n], " ")
}

// BenchmarkChunks embeds chunks of 170 words.
func BenchmarkChunks(b *testing.B) {
	e, err := onnx.Open(b.Context(), onnx.Options{Folder: real(b)})
	if err != nil {
		b.Fatal(err)
	}
	words := strings.Fields(bookText(b, 170*16))
	var texts []string
	for i := 0; i < len(words); i += 170 {
		texts = append(texts, strings.Join(words[i:i+170], " "))
	}
	began := onnxtest.Processor()
	for b.Loop() {
		if _, err := e.EmbedDocuments(b.Context(), texts); err != nil {
			b.Fatal(err)
		}
	}
	report(b, began, len(texts))
}

// report says what n chunks took, by the clock and by the processor's time, which
// other programs on the machine disturb less.
func report(b *testing.B, began time.Duration, n int) {
	chunks := float64(n * b.N)
	b.ReportMetric(chunks/b.Elapsed().Seconds(), "chunks/s")
	b.ReportMetric(float64((onnxtest.Processor()-began).Milliseconds())/chunks, "cpu-ms/chunk")
}

// BenchmarkLate embeds the same chunks as spans of one text.
func BenchmarkLate(b *testing.B) {
	e, err := onnx.Open(b.Context(), onnx.Options{Folder: real(b)})
	if err != nil {
		b.Fatal(err)
	}
	text := bookText(b, 170*16)
	var spans []document.Span
	for i := range 16 {
		spans = append(spans, document.Span{Start: len(text) * i / 16, End: len(text) * (i + 1) / 16})
	}
	began := onnxtest.Processor()
	for b.Loop() {
		if _, err := onnx.NewLate(e).EmbedSpans(b.Context(), text, spans); err != nil {
			b.Fatal(err)
		}
	}
	report(b, began, len(spans))
}

// BenchmarkQuery embeds a question.
func BenchmarkQuery(b *testing.B) {
	e, err := onnx.Open(b.Context(), onnx.Options{Folder: real(b)})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := e.EmbedQuery(b.Context(), "Who kept a hand lamp burning during the storm?"); err != nil {
			b.Fatal(err)
		}
	}
}
