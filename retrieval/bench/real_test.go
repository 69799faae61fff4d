package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"footnote/chunking"
	"footnote/document"
	"footnote/document/reader"
	"footnote/eval/dataset"
	"footnote/llm"
	"footnote/llm/static"
	"footnote/retrieval"
	"footnote/retrieval/vector"
)

// BenchmarkRealVector searches vectors that the built-in embedder made of the
// data sets' documents for the ten nearest to the data sets' questions: 100,000
// of short chunks, and a million of runs of one to seven sentences, which
// overlap and so lie close together. Recall is measured against comparing all.
func BenchmarkRealVector(b *testing.B) {
	root := os.Getenv("FOOTNOTE_DATA_SETS")
	if root == "" {
		b.Skip("FOOTNOTE_DATA_SETS is not set")
	}
	e, err := static.New()
	if err != nil {
		b.Fatal(err)
	}
	queries := questions(b, e, root)
	for _, c := range []struct {
		n    int
		cuts func(*document.Document) []string
	}{{100_000, shortChunks}, {1_000_000, runs}} {
		b.Run(fmt.Sprint(c.n), func(b *testing.B) {
			vectors := realVectors(b, e, root, c.n, c.cuts)
			x := vector.New(e.Dim())
			if err := x.Replace("doc", make([]document.Chunk, len(vectors)), vectors); err != nil {
				b.Fatal(err)
			}
			var took []time.Duration
			found, wanted, i := 0, 0, 0
			for b.Loop() {
				q := queries[i%len(queries)]
				i++
				var got []retrieval.Passage
				took = append(took, timed(func() { got = nearest(b, x, q) }))
				tenth := tenthBest(vectors, q)
				for _, p := range got {
					if p.Score >= tenth {
						found++
					}
				}
				wanted += vectorK
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-p50")
			b.ReportMetric(float64(len(vectors)), "vectors")
			b.ReportMetric(float64(found)/float64(wanted), "recall@10")
		})
	}
}

// tenthBest is the similarity of the tenth nearest, less what rounding may do.
func tenthBest(vectors []llm.Vector, q llm.Vector) float64 {
	best := make([]float32, vectorK) // ascending
	for _, v := range vectors {
		var s float32
		for i := range v {
			s += v[i] * q[i]
		}
		if s > best[0] {
			i, _ := slices.BinarySearch(best, s)
			copy(best, best[1:i])
			best[i-1] = s
		}
	}
	return float64(best[0]) - 1e-5
}

// questions embeds every twentieth question.
func questions(b *testing.B, e *static.Embedder, root string) []llm.Vector {
	b.Helper()
	files, err := filepath.Glob(filepath.Join(root, "*.jsonl"))
	if err != nil {
		b.Fatal(err)
	}
	var out []llm.Vector
	for _, file := range files {
		rows, err := dataset.Load(file)
		if err != nil {
			b.Fatal(err)
		}
		for i := 0; i < len(rows); i += 20 {
			v, err := e.EmbedQuery(b.Context(), rows[i].Text)
			if err != nil {
				b.Fatal(err)
			}
			if !v.IsZero() {
				out = append(out, v)
			}
		}
	}
	return out
}

// realVectors embeds different pieces of the documents until there are n.
func realVectors(b *testing.B, e *static.Embedder, root string, n int, cuts func(*document.Document) []string) []llm.Vector {
	b.Helper()
	files, err := filepath.Glob(filepath.Join(root, "*", "docs", "*.[mt][dx]*")) // Markdown and text
	if err != nil {
		b.Fatal(err)
	}
	r := reader.New(reader.Options{})
	seen := map[string]bool{}
	var out []llm.Vector
	for _, file := range files {
		d, err := r.Read(b.Context(), document.Source{Name: filepath.Base(file), Path: file}, nil)
		if err != nil {
			b.Fatal(err)
		}
		texts := slices.DeleteFunc(cuts(d), func(t string) bool {
			had := seen[t]
			seen[t] = true
			return had
		})
		vectors, err := e.EmbedDocuments(b.Context(), texts)
		if err != nil {
			b.Fatal(err)
		}
		out = append(out, slices.DeleteFunc(vectors, llm.Vector.IsZero)...)
		if len(out) >= n {
			return out[:n]
		}
	}
	return out
}

func shortChunks(d *document.Document) []string {
	var out []string
	for _, c := range (chunking.Section{Target: 80}).Chunk(d) {
		out = append(out, c.Header+"\n"+d.Quote(c.Span))
	}
	return out
}

func runs(d *document.Document) []string {
	var out []string
	for first := range d.Sentences {
		for last := first; last < min(first+7, len(d.Sentences)); last++ {
			out = append(out, d.Text[d.Sentences[first].Span.Start:d.Sentences[last].Span.End])
		}
	}
	return out
}
