package llmtest

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"footnote/llm"
)

// TestEmbedder checks what llm.Embedder promises, and llm.SpanEmbedder where it
// is one. Open returns the embedder; each part of the test opens it anew.
func TestEmbedder(t *testing.T, open func(t *testing.T) llm.Embedder) {
	for _, tt := range []struct {
		name  string
		check func(t *testing.T, e llm.Embedder)
	}{
		{"it has a name and a length", embedderNamed},
		{"there is a vector of unit length for each text, in order", vectorsInOrder},
		{"a text is nearer to what it is about than to anything else", nearest},
		{"the caller's texts are left alone", textsUntouched},
		{"no texts, no vectors", noTexts},
		{"a long text is embedded to its end", toTheEnd},
		{"a caller who has left gets ctx's error", embedderCancelled},
		{"calls run at the same time", embedderConcurrent},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.check(t, open(t)) })
	}
}

// EmbedderWords are the texts that TestEmbedder is about, for embedders that
// must be told words.
func EmbedderWords() []string { return append(subjects(), queries()...) }

// queries are about one subject each.
func queries() []string {
	return []string{
		"Who wound the clockwork of the lens in the lighthouse?", "Why does dough rise with yeast?",
		"What did parliament debate about the tax law?", "Where do penguins hunt fish under the ice?",
	}
}

// subjects are texts that have little in common.
func subjects() []string {
	return []string{
		"The lighthouse keeper trimmed the lamp every evening and wound the clockwork of the lens.",
		"Bread dough rises because yeast turns sugar into carbon dioxide, so bakers let it rest.",
		"The parliament voted on the new tax law after a long debate about pensions.",
		"Penguins and seals dive under the ice of Antarctica to hunt fish.",
	}
}

func embed(t *testing.T, e llm.Embedder, texts ...string) []llm.Vector {
	t.Helper()
	vs, err := e.EmbedDocuments(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	if len(vs) != len(texts) {
		t.Fatalf("%d vectors for %d texts", len(vs), len(texts))
	}
	return vs
}

func cosine(a, b llm.Vector) float64 {
	sum := 0.0
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

func embedderNamed(t *testing.T, e llm.Embedder) {
	if e.Name() == "" || e.Dim() < 1 {
		t.Errorf("name %q, vectors of %d", e.Name(), e.Dim())
	}
}

func vectorsInOrder(t *testing.T, e llm.Embedder) {
	texts := subjects()
	for len(texts) < 80 { // more than one request
		texts = append(texts, texts[len(texts)%4]+strings.Repeat(" And so on.", len(texts)/4))
	}
	together := embed(t, e, texts...)
	for i, v := range together {
		if len(v) != e.Dim() {
			t.Fatalf("vector %d has %d numbers, want %d", i, len(v), e.Dim())
		}
		if n := cosine(v, v); math.Abs(n-1) > 1e-3 {
			t.Errorf("vector %d has a length of %v", i, math.Sqrt(n))
		}
	}
	for _, i := range []int{0, 1, 42, 79} {
		// A contextual embedder may see a text a little differently there.
		if c := cosine(together[i], embed(t, e, texts[i])[0]); c < 0.9 {
			t.Errorf("text %d has another vector alone than among others: cosine %v", i, c)
		}
	}
}

func nearest(t *testing.T, e llm.Embedder) {
	vs := embed(t, e, subjects()...)
	for want, query := range queries() {
		q, err := e.EmbedQuery(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		best := 0
		for i := range vs {
			if cosine(q, vs[i]) > cosine(q, vs[best]) {
				best = i
			}
		}
		if best != want {
			t.Errorf("%q is nearest to %q", query, subjects()[best])
		}
	}
}

func textsUntouched(t *testing.T, e llm.Embedder) {
	texts := []string{"two\n\nlines", " blank "}
	before := slices.Clone(texts)
	embed(t, e, texts...)
	if !slices.Equal(texts, before) {
		t.Errorf("texts are now %q", texts)
	}
}

func noTexts(t *testing.T, e llm.Embedder) {
	if vs, err := e.EmbedDocuments(t.Context(), nil); len(vs) > 0 || err != nil {
		t.Errorf("%d vectors, error %v", len(vs), err)
	}
}

func toTheEnd(t *testing.T, e llm.Embedder) {
	begin := strings.Repeat(subjects()[0]+" ", 200)
	vs := embed(t, e, begin+strings.Repeat(subjects()[3]+" ", 200), begin+strings.Repeat(subjects()[2]+" ", 200))
	if c := cosine(vs[0], vs[1]); c > 0.9999 {
		t.Errorf("the second half of a text changes nothing: cosine %v", c)
	}
}

func embedderCancelled(t *testing.T, e llm.Embedder) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := e.EmbedDocuments(ctx, subjects()); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
}

func embedderConcurrent(t *testing.T, e llm.Embedder) {
	want := embed(t, e, subjects()...)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			got, err := e.EmbedDocuments(t.Context(), subjects())
			for i := range got {
				if cosine(got[i], want[i]) < 0.999 {
					t.Errorf("text %d got the vector of another", i)
				}
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}
