package postgres_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"footnote/document"
	"footnote/llm"
	"footnote/retrieval"
	"footnote/retrieval/lexical"
	"footnote/retrieval/vector"
	"footnote/store/storetest"
)

// corpus makes documents of random words, some of them far more common than
// others, in several languages, with equal chunks among them.
type corpus struct{ r *rand.Rand }

func newCorpus() corpus { return corpus{rand.New(rand.NewPCG(7, 11))} }

// word is a word of ten or so letters at most; low numbers are common.
func (c corpus) word() string {
	n := int(math.Exp(c.r.Float64() * math.Log(3000)))
	syllables := []string{"ka", "ro", "ling", "ver", "tem", "os", "schaft", "ing", "el", "üb"}
	out := ""
	for ; n > 0; n /= len(syllables) {
		out += syllables[n%len(syllables)]
	}
	return out
}

func (c corpus) text(words int) string {
	out := make([]string, words)
	for i := range out {
		out[i] = c.word()
	}
	return strings.Join(out, " ")
}

func (c corpus) vector(dim int) llm.Vector {
	v := make(llm.Vector, dim)
	sum := 0.0
	for i := range v {
		v[i] = float32(c.r.NormFloat64())
		sum += float64(v[i]) * float64(v[i])
	}
	for i := range v {
		v[i] /= float32(math.Sqrt(sum))
	}
	return v
}

func (c corpus) entries(doc document.ID, language string, chunks, dim int) []retrieval.Entry {
	out := make([]retrieval.Entry, chunks)
	same := c.text(12)
	for i := range out {
		text := c.text(5 + c.r.IntN(60))
		if i%5 == 0 {
			text = same
		}
		out[i] = retrieval.Entry{
			Chunk:    document.Chunk{Doc: doc, Ordinal: i, First: i, Last: i + 1, Header: c.text(3), Tokens: 9},
			Text:     text,
			Language: language, Vector: c.vector(dim),
		}
	}
	return out
}

// The same question must find the same passages wherever the index is kept: the
// same chunks in the same order, with the same scores.
func TestSearchesAgreeWithTheIndexInMemory(t *testing.T) {
	b := open(t)
	c := newCorpus()
	words, vectors := lexical.New(lexical.Options{}), vector.New(storetest.Dim)
	languages := []string{"en", "de", "und"}
	var docs []document.ID
	for d := range 24 {
		doc := document.ID(fmt.Sprintf("doc_%026d", d%20)) // some are replaced
		es := c.entries(doc, languages[d%len(languages)], 1+c.r.IntN(40)*(1+d%3*5), storetest.Dim)
		if err := b.Index.Replace(t.Context(), doc, es); err != nil {
			t.Fatal(err)
		}
		words.Replace(doc, es)
		chunks, vs := []document.Chunk{}, []llm.Vector{}
		for _, e := range es {
			chunks, vs = append(chunks, e.Chunk), append(vs, e.Vector)
		}
		if err := vectors.Replace(doc, chunks, vs); err != nil {
			t.Fatal(err)
		}
		docs = append(docs, doc)
	}
	if err := b.Index.Delete(t.Context(), docs[3]); err != nil {
		t.Fatal(err)
	}
	words.Delete(docs[3])
	vectors.Delete(docs[3])
	for q := range 150 {
		query, f, k := c.text(1+c.r.IntN(8)), retrieval.Filter{}, 10
		if q%3 == 0 {
			f.Documents = []document.ID{docs[c.r.IntN(len(docs))], docs[c.r.IntN(len(docs))], "doc_unknown"}
		}
		if q%7 == 0 {
			k = 200
		}
		got, err := b.Index.Lexical(t.Context(), query, f, k)
		want := words.Search(query, f, k)
		if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" || err != nil {
			t.Fatalf("query %q in %v: %v (-memory +postgres)\n%s", query, f.Documents, err, d)
		}
		v := c.vector(storetest.Dim)
		got, err = b.Index.Dense(t.Context(), v, f, k)
		if err != nil {
			t.Fatal(err)
		}
		want, err = vectors.Search(v, f, k)
		if d := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.EquateApprox(0, 1e-6)); d != "" || err != nil {
			t.Fatalf("vector in %v: %v (-memory +postgres)\n%s", f.Documents, err, d)
		}
	}
}
