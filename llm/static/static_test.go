package static

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"footnote/llm"
	"footnote/llm/llmtest"
)

func open(t testing.TB) *Embedder {
	t.Helper()
	e, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func query(t testing.TB, e *Embedder, text string) llm.Vector {
	t.Helper()
	v, err := e.EmbedQuery(t.Context(), text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func unitLength(t testing.TB, v llm.Vector) {
	t.Helper()
	if d := dot(v, v); math.Abs(d-1) > 1e-3 {
		t.Errorf("squared length %v", d)
	}
}

func dot(a, b llm.Vector) float64 {
	sum := 0.0
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

func TestItIsAnEmbedder(t *testing.T) {
	llmtest.TestEmbedder(t, func(t *testing.T) llm.Embedder { return open(t) })
}

func TestAParaphraseIsNearerThanAStranger(t *testing.T) {
	e := open(t)
	for _, tt := range []struct{ text, paraphrase, stranger string }{
		{"The dockside lifting machine of Oman's capital", "the harbour crane in Muscat", "the museum vault in Lisbon"},
		{"How do I ask for my money back?", "Refund requests are sent to the shop within 30 days.", "The tower was finished in October."},
		{"physician", "a doctor at the hospital", "a carpenter in the workshop"},
		{"Why did the firm lose money?", "The company's losses came from falling prices.", "The choir sang in the old church."},
		{"car", "automobile", "cart"},
	} {
		q := query(t, e, tt.text)
		near, far := dot(q, query(t, e, tt.paraphrase)), dot(q, query(t, e, tt.stranger))
		if near <= far {
			t.Errorf("%q: paraphrase %.3f, stranger %.3f", tt.text, near, far)
		}
	}
}

func TestVectorsHaveUnitLengthAndAreTheSameEveryTime(t *testing.T) {
	one, other := open(t), open(t)
	long := strings.Repeat("The marsh harrier nests in reeds. ", 20_000)
	for _, text := range []string{"heron", "Crème brûlée is a dessert of cream", long} {
		v := query(t, one, text)
		unitLength(t, v)
		if len(v) != one.Dim() || !slices.Equal(v, query(t, other, text)) {
			t.Errorf("%.40q: %d numbers, or not the same twice", text, len(v))
		}
	}
}

func TestWhatItKnowsNothingOfHasNoVector(t *testing.T) {
	e := open(t)
	for name, text := range map[string]string{
		"nothing":                "",
		"white space":            " \n\t ",
		"punctuation":            "?!… —",
		"numbers":                "1847 12 3.14",
		"German":                 "Die Zugangsdaten für den Hafenkran liegen beim Hafenmeister im Büro.",
		"Chinese":                "港口起重机的密码是什么？",
		"Thai":                   "รหัสของเครนท่าเรือคืออะไร",
		"Arabic":                 "ما هو رمز رافعة الميناء؟",
		"bytes that are no text": "\xff\xfe\x00\x01",
		"a word without end":     strings.Repeat("x", 5000),
	} {
		if v := query(t, e, text); len(v) != e.Dim() || !v.IsZero() {
			t.Errorf("%s has a vector", name)
		}
	}
	if query(t, e, "What does Zugangsdaten mean in English?").IsZero() {
		t.Error("a German word in an English question must not take its vector")
	}
}

func TestChunksHaveSomethingOfTheirDocument(t *testing.T) {
	e := open(t)
	shared := "Pay and conditions are as agreed between both parties."
	embed := func(texts ...string) []llm.Vector {
		vs, err := e.EmbedDocuments(t.Context(), texts)
		if err != nil || len(vs) != len(texts) {
			t.Fatal(len(vs), err)
		}
		for _, v := range vs {
			if !v.IsZero() {
				unitLength(t, v)
			}
		}
		return vs
	}
	ships := embed(shared, "The ship sails from the harbour with the crew.", "Sailors sleep below deck on the vessel.", "", "这是中文。")
	bakery := embed(shared, "Bread dough rests before it goes into the oven.", "The baker kneads flour and yeast.", "", "这是中文。")
	q := query(t, e, "wages of sailors at sea")
	if a, b := dot(q, ships[0]), dot(q, bakery[0]); a <= b {
		t.Errorf("the same words: %.3f in a document about ships, %.3f in one about bread", a, b)
	}
	if !ships[3].IsZero() || !ships[4].IsZero() {
		t.Error("a chunk without a vector of its own must not get its document's")
	}
	if alone := embed(shared)[0]; !slices.Equal(alone, query(t, e, shared)) {
		t.Error("a document of one chunk has nothing to mix in")
	}
	if none := embed(); len(none) != 0 {
		t.Errorf("%d vectors of nothing", len(none))
	}
}

func TestManyMayEmbedAtOnce(t *testing.T) {
	e := open(t)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			text := fmt.Sprintf("The heron number %d stands by the river and waits for fish.", i)
			want := query(t, e, text)
			for range 50 {
				if !slices.Equal(want, query(t, e, text)) {
					t.Errorf("%q: another vector", text)
				}
			}
		})
	}
	all.Wait()
}

func TestACallerWhoHasLeftGetsNothing(t *testing.T) {
	ctx, leave := context.WithCancel(t.Context())
	leave()
	e := open(t)
	if _, err := e.EmbedQuery(ctx, "heron"); !errors.Is(err, context.Canceled) {
		t.Errorf("query: %v", err)
	}
	if _, err := e.EmbedDocuments(ctx, []string{"heron"}); !errors.Is(err, context.Canceled) {
		t.Errorf("documents: %v", err)
	}
}

func TestADamagedTableIsRefused(t *testing.T) {
	for name, file := range map[string]string{
		"an empty one":       "",
		"of another version": "FNSTATI0" + tableFile[len(magic):],
		"cut short":          tableFile[:len(tableFile)-1],
		"too long":           tableFile + "x",
	} {
		if _, err := parseTable(file); err == nil {
			t.Errorf("%s was read", name)
		}
	}
}

// BenchmarkEmbed embeds a document of 1,000 chunks of 150 words, all of them
// different. It reports the teacher's tokens a second.
func BenchmarkEmbed(b *testing.B) {
	e := open(b)
	var chunks []string
	c := cutter{t: e.tokens}
	pieces := 0
	file, err := os.ReadFile("../../testdata/corpus/lighthouse.md")
	if err != nil {
		b.Fatal(err)
	}
	words := strings.Fields(string(file))
	for i := range 1000 {
		from := i % (len(words) - 150)
		chunks = append(chunks, strings.Join(words[from:from+150], " "))
		c.cut(chunks[i])
		pieces += len(c.rows)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := e.EmbedDocuments(b.Context(), chunks); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(pieces)*float64(b.N)/b.Elapsed().Seconds(), "tokens/s")
}
