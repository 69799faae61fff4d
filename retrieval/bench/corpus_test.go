package bench

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"footnote/document"
	"footnote/retrieval"
	"footnote/retrieval/analysis"
)

// The corpus for lexical search: chunks of about 200 words with the skew of
// natural text, a third of them stop words.
const (
	corpusChunks   = 100_000
	corpusDocs     = 1_000
	meanTerms      = 130 // in a chunk, stop words aside
	vocabularySize = 60_000
	zipfExponent   = 1.05
)

// corpus is what both engines index.
type corpus struct {
	terms [][]string     // of each chunk
	df    map[string]int // chunks that hold a term
}

// newCorpus draws the same chunks every time. So that the two engines' scores
// can be compared, the mean length is exactly meanTerms (bleve rounds it up to
// a whole number) and no chunk has a term twice (bleve counts the square root
// of repetitions).
func newCorpus() *corpus {
	r := rand.New(rand.NewPCG(11, 13))
	zipf := rand.NewZipf(r, zipfExponent, 8, vocabularySize-1)
	c := &corpus{terms: make([][]string, corpusChunks), df: make(map[string]int)}
	spare := 0
	for i := range c.terms {
		n := meanTerms
		if i%2 == 0 {
			spare = r.IntN(81) - 40
			n += spare
		} else {
			n -= spare
		}
		c.terms[i] = make([]string, n)
		seen := make(map[string]bool, n)
		for j := range c.terms[i] {
			w := word(zipf.Uint64())
			for seen[w] {
				w = word(zipf.Uint64())
			}
			seen[w] = true
			c.terms[i][j] = w
			c.df[w]++
		}
	}
	return c
}

// word spells a rank as syllables; the last letter keeps stemmers away.
func word(rank uint64) string {
	const consonants, vowels = "bdfglmnprt", "aeiou"
	var b strings.Builder
	for n := rank + 50; n > 0; n /= 50 {
		b.WriteByte(consonants[n%10])
		b.WriteByte(vowels[n/10%5])
	}
	b.WriteByte('k')
	return b.String()
}

// text is a chunk as a document would have it, with stop words between.
func (c *corpus) text(i int) string {
	stops := []string{"the", "of", "and", "to", "in"}
	var b strings.Builder
	for j, t := range c.terms[i] {
		if j%2 == 0 {
			b.WriteString(stops[j/2%len(stops)])
			b.WriteByte(' ')
		}
		b.WriteString(t)
		b.WriteByte(' ')
	}
	return b.String()
}

// check makes sure that both engines see the same terms.
func (c *corpus) check(b *testing.B) {
	b.Helper()
	for i := 0; i < len(c.terms); i += 1000 {
		if got := analysis.Terms(c.text(i), "en"); !slices.Equal(got, c.terms[i]) {
			b.Fatalf("chunk %d is analysed to %q, want %q", i, got, c.terms[i])
		}
	}
}

func docOf(chunk int) document.ID {
	return document.ID(fmt.Sprintf("doc_%04d", chunk*corpusDocs/corpusChunks))
}

// entries yields the documents of the corpus.
func (c *corpus) entries(yield func(document.ID, []retrieval.Entry) bool) {
	per := corpusChunks / corpusDocs
	for d := range corpusDocs {
		es := make([]retrieval.Entry, per)
		for i := range es {
			es[i] = retrieval.Entry{Chunk: document.Chunk{Ordinal: i}, Text: c.text(d*per + i), Language: "en"}
		}
		if !yield(docOf(d*per), es) {
			return
		}
	}
}

// queries are runs of six words of some chunk, as people quote.
func (c *corpus) queries(n int) [][]string {
	r := rand.New(rand.NewPCG(17, 19))
	out := make([][]string, n)
	for i := range out {
		terms := c.terms[r.IntN(len(c.terms))]
		at := r.IntN(len(terms) - 6)
		out[i] = slices.Compact(slices.Sorted(slices.Values(terms[at : at+6])))
	}
	return out
}

// idf is BM25's, for undoing what bleve multiplies by it.
func (c *corpus) idf(term string) float64 {
	n, df := float64(len(c.terms)), float64(c.df[term])
	return math.Log(1 + (n-df+0.5)/(df+0.5))
}

// percentile of durations, in microseconds.
func percentile(ds []time.Duration, p float64) float64 {
	slices.Sort(ds)
	return float64(ds[int(p*float64(len(ds)-1))].Nanoseconds()) / 1000
}

// report prints percentiles of two engines measured in one run.
func report(b *testing.B, theirs string, ours, other []time.Duration) {
	for _, p := range []float64{0.5, 0.99} {
		us, them := percentile(ours, p), percentile(other, p)
		name := fmt.Sprintf("p%.0f", 100*p)
		b.ReportMetric(us, name+"-µs")
		b.ReportMetric(them, theirs+"-"+name+"-µs")
		b.ReportMetric(them/us, name+"-ratio")
	}
	b.ReportMetric(0, "ns/op")
}
