package bench

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/philippgille/chromem-go"

	"footnote/document"
	"footnote/llm"
	"footnote/retrieval"
	"footnote/retrieval/vector"
)

const (
	vectorDim      = 384
	vectorK        = 10
	vectorClusters = 2000
	vectorsPerDoc  = 1000
)

// BenchmarkVector searches for the ten nearest of 100,000 and of a million
// vectors, with chromem-go, which scans exactly, and with retrieval/vector by
// turns. Recall is the share of chromem-go's ten that ours has.
func BenchmarkVector(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			gen := newGenerator()
			ours, theirs := fill(b, gen, n)
			var us, them []time.Duration
			found, wanted := 0, 0
			for b.Loop() {
				q := gen.vector()
				var got []retrieval.Passage
				us = append(us, timed(func() { got = nearest(b, ours, q) }))
				var want []chromem.Result
				them = append(them, timed(func() { want = exact(b, theirs, q) }))
				found += shared(got, want)
				wanted += len(want)
			}
			report(b, "chromem", us, them)
			b.ReportMetric(float64(found)/float64(wanted), "recall@10")
		})
	}
}

// generator draws unit vectors around mixed cluster centres, the same ones
// every time.
type generator struct {
	r       *rand.Rand
	centres [][]float32
}

func newGenerator() *generator {
	g := &generator{r: rand.New(rand.NewPCG(23, 29))}
	for range vectorClusters {
		v := make([]float32, vectorDim)
		for i := range v {
			v[i] = float32(g.r.NormFloat64())
		}
		g.centres = append(g.centres, v)
	}
	return g
}

func (g *generator) vector() llm.Vector {
	a, c := g.centres[g.r.IntN(vectorClusters)], g.centres[g.r.IntN(vectorClusters)]
	mix := float32(g.r.Float64()) / 2
	v := make(llm.Vector, vectorDim)
	sum := 0.0
	for i := range v {
		v[i] = a[i] + mix*c[i] + 0.6*float32(g.r.NormFloat64())
		sum += float64(v[i]) * float64(v[i])
	}
	for i := range v {
		v[i] /= float32(math.Sqrt(sum))
	}
	return v
}

func fill(b *testing.B, gen *generator, n int) (*vector.Index, *chromem.Collection) {
	b.Helper()
	ours := vector.New(vectorDim)
	theirs, err := chromem.NewDB().CreateCollection("bench", nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	for first := 0; first < n; first += vectorsPerDoc {
		doc := fmt.Sprintf("doc_%04d", first/vectorsPerDoc)
		chunks, vectors := make([]document.Chunk, vectorsPerDoc), make([]llm.Vector, vectorsPerDoc)
		docs := make([]chromem.Document, vectorsPerDoc)
		for i := range chunks {
			v := gen.vector()
			chunks[i].Ordinal, vectors[i] = i, v
			docs[i] = chromem.Document{ID: fmt.Sprintf("%s:%d", doc, i), Embedding: v}
		}
		if err := ours.Replace(document.ID(doc), chunks, vectors); err != nil {
			b.Fatal(err)
		}
		if err := theirs.AddDocuments(context.Background(), docs, 1); err != nil {
			b.Fatal(err)
		}
	}
	return ours, theirs
}

func nearest(b *testing.B, x *vector.Index, q llm.Vector) []retrieval.Passage {
	b.Helper()
	ps, err := x.Search(q, retrieval.Filter{}, vectorK)
	if err != nil {
		b.Fatal(err)
	}
	return ps
}

func exact(b *testing.B, c *chromem.Collection, q llm.Vector) []chromem.Result {
	b.Helper()
	rs, err := c.QueryEmbedding(context.Background(), q, vectorK, nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	return rs
}

func shared(got []retrieval.Passage, want []chromem.Result) int {
	ids := make(map[string]bool)
	for _, p := range got {
		ids[fmt.Sprintf("%s:%d", p.Chunk.Doc, p.Chunk.Ordinal)] = true
	}
	n := 0
	for _, r := range want {
		if ids[r.ID] {
			n++
		}
	}
	return n
}
