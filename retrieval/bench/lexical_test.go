package bench

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2"
	_ "github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/whitespace"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"

	"footnote/document"
	"footnote/retrieval"
	"footnote/retrieval/lexical"
)

const lexicalK = 10

var lexicalOptions = lexical.Options{K1: 1.2, B: 0.75} // bleve's defaults

// BenchmarkLexical searches 100,000 chunks for six words, with bleve and with
// retrieval/lexical by turns, over the whole and within one document.
func BenchmarkLexical(b *testing.B) {
	c := newCorpus()
	c.check(b)
	ours := lexical.New(lexicalOptions)
	drawn := processor(func() { c.entries(func(document.ID, []retrieval.Entry) bool { return true }) })
	built := processor(func() { ours.Load(c.entries) }) - drawn
	var theirs bleve.Index
	other := processor(func() { theirs = newBleve(b, c) })
	b.Logf("built in %.1f s of processor time, bleve in %.1f s", built.Seconds(), other.Seconds())
	queries := c.queries(1000)

	b.Run("agreement", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			agree(b, c, ours, theirs, queries[i%len(queries)])
		}
		b.ReportMetric(0, "ns/op")
	})
	b.Run("all", func(b *testing.B) {
		var us, them []time.Duration
		for i := 0; b.Loop(); i++ {
			q := queries[i%len(queries)]
			us = append(us, timed(func() { ours.Search(strings.Join(q, " "), retrieval.Filter{}, lexicalK) }))
			them = append(them, timed(func() { run(b, theirs, disjunction(c, q), lexicalK) }))
		}
		report(b, "bleve", us, them)
	})
	b.Run("one document", func(b *testing.B) {
		var us, them []time.Duration
		for i := 0; b.Loop(); i++ {
			q, doc := queries[i%len(queries)], docOf(i*7919%corpusChunks)
			us = append(us, timed(func() {
				ours.Search(strings.Join(q, " "), retrieval.Filter{Documents: []document.ID{doc}}, lexicalK)
			}))
			only := query.NewTermQuery(string(doc))
			only.SetField("doc")
			scoped := query.NewConjunctionQuery([]query.Query{only, disjunction(c, q)})
			them = append(them, timed(func() { run(b, theirs, scoped, lexicalK) }))
		}
		report(b, "bleve", us, them)
	})
}

func timed(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}

// processor is the time that f keeps processors busy, whatever else they do.
func processor(f func()) time.Duration {
	before := used()
	f()
	return used() - before
}

func used() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// newBleve indexes the corpus in bleve with BM25, stop words left out as they
// are in ours.
func newBleve(b *testing.B, c *corpus) bleve.Index {
	b.Helper()
	m := bleve.NewIndexMapping()
	m.ScoringModel = "bm25"
	if err := m.AddCustomAnalyzer("words", map[string]any{"type": "custom", "tokenizer": whitespace.Name}); err != nil {
		b.Fatal(err)
	}
	text, doc := bleve.NewTextFieldMapping(), bleve.NewTextFieldMapping()
	text.Analyzer, text.Store, text.IncludeTermVectors, text.IncludeInAll, text.DocValues = "words", false, false, false, false
	doc.Analyzer, doc.Store, doc.IncludeTermVectors, doc.IncludeInAll, doc.DocValues = keyword.Name, false, false, false, false
	chunk := bleve.NewDocumentStaticMapping()
	chunk.AddFieldMappingsAt("text", text)
	chunk.AddFieldMappingsAt("doc", doc)
	m.DefaultMapping = chunk
	index, err := bleve.New(b.TempDir()+"/bleve", m)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := index.Close(); err != nil {
			b.Error(err)
		}
	})
	batch := index.NewBatch()
	for i, terms := range c.terms {
		fields := map[string]any{"text": strings.Join(terms, " "), "doc": string(docOf(i))}
		if err := batch.Index(fmt.Sprintf("%07d", i), fields); err != nil {
			b.Fatal(err)
		}
		if (i+1)%2000 == 0 {
			if err := index.Batch(batch); err != nil {
				b.Fatal(err)
			}
			batch.Reset()
		}
	}
	return index
}

// disjunction asks bleve for any of the terms. It multiplies by the inverse
// document frequency twice; the boost takes one of them back.
func disjunction(c *corpus, terms []string) query.Query {
	parts := make([]query.Query, len(terms))
	for i, t := range terms {
		q := query.NewTermQuery(t)
		q.SetField("text")
		q.SetBoost(1 / c.idf(t))
		parts[i] = q
	}
	return query.NewDisjunctionQuery(parts)
}

func run(b *testing.B, index bleve.Index, q query.Query, k int) search.DocumentMatchCollection {
	b.Helper()
	// Bleve takes the number of different terms for the number of all terms,
	// unless it is told.
	ctx := context.WithValue(context.Background(), search.BM25StatsKey, &search.BM25Stats{
		DocCount: corpusChunks, FieldCardinality: map[string]int{"text": corpusChunks * meanTerms, "doc": corpusChunks},
	})
	result, err := index.SearchInContext(ctx, bleve.NewSearchRequestOptions(q, k, 0, false))
	if err != nil {
		b.Fatal(err)
	}
	return result.Hits
}

// agree fails unless both engines have the same ten best. Bleve multiplies the
// sum by the share of the query's terms that a chunk holds and by a constant
// for each query: both are undone, over all chunks that it finds.
func agree(b *testing.B, c *corpus, ours *lexical.Index, theirs bleve.Index, terms []string) {
	b.Helper()
	type scored struct {
		chunk int
		score float64
	}
	var all []scored
	for _, hit := range run(b, theirs, disjunction(c, terms), corpusChunks) {
		var s scored
		if _, err := fmt.Sscanf(hit.ID, "%d", &s.chunk); err != nil {
			b.Fatal(err)
		}
		held := 0
		for _, t := range terms {
			if slices.Contains(c.terms[s.chunk], t) {
				held++
			}
		}
		s.score = hit.Score * float64(len(terms)) / float64(held)
		all = append(all, s)
	}
	slices.SortFunc(all, func(x, y scored) int { return cmp.Or(cmp.Compare(y.score, x.score), x.chunk-y.chunk) })
	got := ours.Search(strings.Join(terms, " "), retrieval.Filter{}, lexicalK)
	factor := got[0].Score / all[0].score
	for i, p := range got {
		same := fmt.Sprintf("%07d", all[i].chunk) == fmt.Sprintf("%07d", number(p))
		if tied := math.Abs(all[i].score*factor-p.Score) < 1e-3*p.Score; !same && !tied {
			b.Fatalf("%q: place %d is chunk %d with %.4f, bleve has %d with %.4f", terms, i+1, number(p), p.Score, all[i].chunk, all[i].score*factor)
		}
	}
}

// number is the place of a passage in the corpus.
func number(p retrieval.Passage) int {
	var doc int
	if _, err := fmt.Sscanf(string(p.Chunk.Doc), "doc_%d", &doc); err != nil {
		return -1
	}
	return doc*corpusChunks/corpusDocs + p.Chunk.Ordinal
}

// BenchmarkLoad builds an index of a tenth of the corpus.
func BenchmarkLoad(b *testing.B) {
	c := newCorpus()
	var docs []document.ID
	var of [][]retrieval.Entry
	c.entries(func(id document.ID, es []retrieval.Entry) bool {
		docs, of = append(docs, id), append(of, es)
		return len(docs) < corpusDocs/10
	})
	for b.Loop() {
		x := lexical.New(lexical.Options{})
		used := processor(func() {
			x.Load(func(yield func(document.ID, []retrieval.Entry) bool) {
				for i, id := range docs {
					if !yield(id, of[i]) {
						return
					}
				}
			})
		})
		b.ReportMetric(used.Seconds()*1e6/float64(x.Chunks()), "processor-µs/chunk")
	}
}
