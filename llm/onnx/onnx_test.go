package onnx_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"footnote/document"
	"footnote/llm"
	"footnote/llm/llmtest"
	"footnote/llm/onnx"
)

func open(t *testing.T, o onnx.Options) *onnx.Embedder {
	t.Helper()
	e, err := onnx.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestAModelInAFolderKeepsThePromises(t *testing.T) {
	m := tiny{words: dedup(wordsOf(llmtest.EmbedderWords()...))}
	for _, files := range []func(map[string][]byte){
		nil,
		func(f map[string][]byte) { // as hubs lay it out
			f["onnx/model.onnx"] = f["model.onnx"]
			delete(f, "model.onnx")
		},
		func(f map[string][]byte) {
			f["config.json"] = []byte(`{"max_position_embeddings":64}`)
		},
	} {
		llmtest.TestEmbedder(t, func(t *testing.T) llm.Embedder { return open(t, onnx.Options{Folder: write(t, m, files)}) })
	}
}

func dedup(words []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, w := range words {
		if !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
	}
	return out
}

func TestAFolderThatCannotBeRightSaysWhatIsWrong(t *testing.T) {
	good := tiny{words: []string{"does", "it", "work", "?"}}
	for _, tt := range []struct {
		name   string
		model  tiny
		change func(f map[string][]byte)
		words  string
	}{
		{"no model", good, func(f map[string][]byte) { delete(f, "model.onnx") }, "must hold model.onnx"},
		{"no tokenizer", good, func(f map[string][]byte) { delete(f, "tokenizer.json") }, "fast tokenizer"},
		{"a model of another format", good, func(f map[string][]byte) { f["model.onnx"] = []byte("GGUF\x03\x00\x00\x00") }, "not a model in ONNX's format"},
		{"a download that is a page", good, func(f map[string][]byte) { f["model.onnx"] = []byte("<html>not found</html>") }, "not a model in ONNX's format"},
		{"a model that is cut off", good, func(f map[string][]byte) { f["model.onnx"] = f["model.onnx"][:500] }, "cut off"},
		{"a pointer in place of a large file", good, func(f map[string][]byte) {
			f["model.onnx"] = []byte("version https://git-lfs.github.com/spec/v1\noid sha256:00\n")
		}, "not a model in ONNX's format"},
		{"a tokenizer that is none", good, func(f map[string][]byte) { f["tokenizer.json"] = []byte("{") }, "not a tokenizer.json"},
		{"a tokenizer of another kind", good, func(f map[string][]byte) {
			f["tokenizer.json"] = []byte(`{"model":{"type":"Unigram","vocab":[["a",0]]}}`)
		}, "Unigram"},
		{"a tokenizer with more pieces than the model", good, func(f map[string][]byte) { f["model.onnx"] = tiny{words: []string{"one"}}.file() }, "not of the same model"},
		{"a tokenizer with far fewer pieces", tiny{words: good.words, rows: 5000}, nil, "not of the same model"},
		{"an operator that is not known", tiny{words: good.words, op: "MatMulInteger"}, nil, "MatMulInteger"},
		{"a model that wants something else", tiny{words: good.words, input: "pixel_values"}, nil, "pixel_values"},
		{"a model without a vector for each token", tiny{words: good.words, op: "Shape"}, nil, "feature-extraction"},
		{"weights that are no numbers", tiny{words: good.words, nan: true}, nil, "NaN"},
		{"a model that does not end with pooling", good, func(f map[string][]byte) {
			f["modules.json"] = []byte(`[{"type":"sentence_transformers.models.Dense"}]`)
		}, "Dense"},
		{"a small file that is broken", good, func(f map[string][]byte) { f["config.json"] = []byte("no") }, "config.json"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := write(t, tt.model, tt.change)
			_, err := onnx.Open(t.Context(), onnx.Options{Folder: dir})
			if err == nil || !strings.Contains(err.Error(), tt.words) || !strings.Contains(err.Error(), dir) {
				t.Errorf("error %v, want one with %q", err, tt.words)
			}
		})
	}
	if _, err := onnx.Open(t.Context(), onnx.Options{Folder: write(t, good, nil), Window: 1000}); err == nil || !strings.Contains(err.Error(), "has 512") {
		t.Errorf("a window that is too large: error %v", err)
	}
}

func TestWhatAModelWantsBeforeATextIsPutThere(t *testing.T) {
	m := tiny{words: []string{"ask", "say", "it"}}
	plain := open(t, onnx.Options{Folder: write(t, m, nil)})
	told := write(t, m, func(f map[string][]byte) {
		f["config_sentence_transformers.json"] = []byte(`{"prompts":{"query":"ask ","document":"say "}}`)
	})
	e := open(t, onnx.Options{Folder: told})
	query, err1 := e.EmbedQuery(t.Context(), "it")
	want, err2 := plain.EmbedQuery(t.Context(), "ask it")
	if err := errors.Join(err1, err2); err != nil || dot(query, want) < 0.9999 {
		t.Errorf("query: cosine %v, error %v", dot(query, want), err)
	}
	docs, err1 := open(t, onnx.Options{Folder: told, Document: "ask "}).EmbedDocuments(t.Context(), []string{"it"})
	if err1 != nil || dot(docs[0], want) < 0.9999 {
		t.Errorf("document, told otherwise: cosine %v, error %v", dot(docs[0], want), err1)
	}
	if e.Name() == plain.Name() {
		t.Error("the name does not tell")
	}
}

func TestTheFirstTokenMayStandForTheText(t *testing.T) {
	dir := write(t, tiny{words: []string{"it", "work"}}, func(f map[string][]byte) {
		f["1_Pooling/config.json"] = []byte(`{"pooling_mode_cls_token":true,"pooling_mode_mean_tokens":false}`)
	})
	vs, err := open(t, onnx.Options{Folder: dir}).EmbedDocuments(t.Context(), []string{"it", strings.Repeat("work ", 2000)})
	if err != nil || dot(vs[0], vs[1]) < 0.9999 { // without attention all texts are alike
		t.Errorf("cosine %v, error %v", dot(vs[0], vs[1]), err)
	}
}

func TestANameFollowsTheFiles(t *testing.T) {
	m := tiny{words: []string{"does", "it"}}
	a, b := open(t, onnx.Options{Folder: write(t, m, nil)}), open(t, onnx.Options{Folder: write(t, m, nil)})
	other := open(t, onnx.Options{Folder: write(t, tiny{words: []string{"it", "does"}}, nil)})
	if a.Name() != b.Name() || a.Name() == other.Name() || !strings.HasPrefix(a.Name(), "onnx:tiny@") {
		t.Errorf("names %s, %s and, of another model, %s", a.Name(), b.Name(), other.Name())
	}
	if late := onnx.NewLate(a); late.Name() == a.Name() {
		t.Error("late chunking has the same name")
	}
}

func TestSpansGetTheVectorsOfTheirTokens(t *testing.T) {
	words := strings.Fields("zero one two three four five six seven eight nine")
	late := onnx.NewLate(open(t, onnx.Options{Folder: write(t, tiny{words: words}, nil), Window: 40}))
	text := strings.Repeat("Zero ONE two three, four five six SEVEN eight nine. ", 30)
	var spans []document.Span
	for at := 0; ; {
		i := strings.Index(text[at:], "two three")
		if i < 0 {
			break
		}
		at += i
		spans = append(spans, document.Span{Start: at, End: at + len("two three")})
		at++
	}
	blank := strings.Index(text, " four")
	spans = append(spans, document.Span{Start: blank, End: blank + 1})
	vs, err := late.EmbedSpans(t.Context(), text, spans)
	if err != nil || len(vs) != 31 {
		t.Fatalf("%d vectors, error %v", len(vs), err)
	}
	alone, err := late.EmbedSpans(t.Context(), "two three", []document.Span{{Start: 0, End: 9}, {Start: 0, End: 3}, {Start: 4, End: 9}})
	if err != nil {
		t.Fatal(err)
	}
	if a, b := dot(alone[0], alone[1]), dot(alone[0], alone[2]); a > 0.95 || b > 0.95 {
		t.Errorf("one of two words counts: cosines %v and %v with the words alone", a, b)
	}
	for i, v := range vs[:30] {
		if c := dot(v, alone[0]); math.Abs(c-1) > 1e-5 {
			t.Errorf("span %d has other tokens than its own: cosine %v", i, c)
		}
	}
	if c := dot(vs[30], vs[0]); c > 0.99 || math.IsNaN(c) {
		t.Errorf("a span without words: cosine %v with the first", c)
	}
	if _, err := late.EmbedSpans(t.Context(), "short", []document.Span{{Start: 2, End: 9}}); err == nil {
		t.Error("a span outside of the text was taken")
	}
}

func dot(a, b llm.Vector) float64 {
	sum := 0.0
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

func TestACallerWhoLeavesALongTextIsNotKept(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	e := open(t, onnx.Options{Folder: write(t, tiny{words: []string{"a"}}, nil), Window: 32})
	cancel()
	if _, err := onnx.NewLate(e).EmbedSpans(ctx, strings.Repeat("a ", 10_000), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
