package qdrant

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	pb "github.com/qdrant/go-client/qdrant"

	"footnote/document"
	"footnote/llm"
	"footnote/retrieval"
	"footnote/retrieval/lexical"
)

// hit is a chunk as the server found it.
type hit struct {
	chunk      document.Chunk
	generation int64
	score      float64
}

// Lexical implements retrieval.Index. Errors: retrieval.ErrIndexDown.
func (x *Index) Lexical(ctx context.Context, query string, f retrieval.Filter, k int) ([]retrieval.Passage, error) {
	if err := ctx.Err(); err != nil || k <= 0 || f.Documents != nil && len(f.Documents) == 0 {
		return nil, err
	}
	most := 0.0
	hits, err := x.steady(ctx, f, func(a *account) (hits []hit, err error) {
		hits, most, err = x.words(ctx, question{query, f, k}, a)
		return hits, err
	})
	if err != nil {
		return nil, fmt.Errorf("lexical search: %w", err)
	}
	ps := passages(hits, k)
	for i := range ps {
		if most > 0 {
			ps[i].Match = min(1, ps[i].Score/most)
		}
	}
	return ps, nil
}

// Dense implements retrieval.Index. Errors: retrieval.ErrEmbedderMismatch,
// retrieval.ErrIndexDown.
func (x *Index) Dense(ctx context.Context, v llm.Vector, f retrieval.Filter, k int) ([]retrieval.Passage, error) {
	if x.opts.Dim == 0 || len(v) != x.opts.Dim {
		return nil, fmt.Errorf("dense search with %d numbers in an index of %d: %w", len(v), x.opts.Dim, retrieval.ErrEmbedderMismatch)
	}
	if err := ctx.Err(); err != nil || k <= 0 || f.Documents != nil && len(f.Documents) == 0 {
		return nil, err
	}
	hits, err := x.steady(ctx, f, func(a *account) ([]hit, error) {
		reply, err := call(ctx, x, x.points.Query, x.denseQuery(v, question{"", f, k}, a))
		if err != nil {
			return nil, err
		}
		return read(reply.GetResult())
	})
	if err != nil {
		return nil, fmt.Errorf("dense search: %w", err)
	}
	for i := range hits {
		hits[i].score = max(-1, min(1, hits[i].score))
	}
	return passages(hits, k), nil
}

// question is what a search asks for.
type question struct {
	text   string
	filter retrieval.Filter
	k      int
}

// tries is how often a search is repeated because documents changed meanwhile.
// Few are ever needed; it is many because giving up may cost chunks.
const tries = 100

// steady searches while nothing changes: it looks at the account before and
// after, and searches again when a document changed in between. When documents
// change all the time, it makes do with one generation of each.
func (x *Index) steady(ctx context.Context, f retrieval.Filter, search func(*account) ([]hit, error)) (hits []hit, err error) {
	before := x.known.Load()
	if before == nil {
		if before, err = x.readAccount(ctx); err != nil {
			return nil, err
		}
	}
	for range tries {
		if hits, err = search(before); err != nil {
			return nil, err
		}
		after, err := x.readAccount(ctx)
		if err != nil {
			return nil, err
		}
		if before.same(after, f) {
			return hits, nil
		}
		before = after
	}
	return oneGeneration(hits, before), nil
}

// oneGeneration keeps of each document the hits of one generation that is not
// hidden.
func oneGeneration(hits []hit, a *account) []hit {
	kept := map[document.ID]int64{}
	return slices.DeleteFunc(hits, func(h hit) bool {
		if a.hides(h.chunk.Doc, h.generation) {
			return true
		}
		first, ok := kept[h.chunk.Doc]
		if !ok {
			kept[h.chunk.Doc] = h.generation
		}
		return ok && first != h.generation
	})
}

// scope is what a search may find.
func (x *Index) scope(f retrieval.Filter, a *account, more ...*pb.Condition) *pb.Filter {
	must := append([]*pb.Condition{pb.NewMatchKeyword(fieldTenant, x.opts.Tenant)}, more...)
	if f.Documents != nil {
		ids := make([]string, len(f.Documents))
		for i, d := range f.Documents {
			ids[i] = string(d)
		}
		must = append(must, pb.NewMatchKeywords(fieldDocument, ids...))
	}
	return &pb.Filter{Must: must, MustNot: a.hidden()}
}

func (x *Index) denseQuery(v llm.Vector, q question, a *account) *pb.QueryPoints {
	r := &pb.QueryPoints{
		CollectionName: x.opts.Collection, Query: pb.NewQueryDense(v), Using: pb.PtrOf(denseVector),
		Filter: x.scope(q.filter, a), Limit: pb.PtrOf(uint64(q.k)), WithPayload: chunkFields(),
	}
	if x.opts.Quantization != quantizeNone {
		r.Params = &pb.SearchParams{Quantization: &pb.QuantizationSearchParams{Rescore: &x.opts.Rescore, Oversampling: &x.opts.Oversampling}}
	}
	return r
}

// words asks in every language that chunks are in, each for the chunks of that
// language, as the index in memory does. Languages that read the query alike
// are asked together. It also returns the score that no chunk quite reaches, 0
// when that is not known.
func (x *Index) words(ctx context.Context, q question, a *account) (hits []hit, most float64, err error) {
	readings := readingsOf(q.text, a.languages)
	if len(readings) == 0 {
		return nil, 0, nil
	}
	r := &pb.QueryBatchPoints{CollectionName: x.opts.Collection}
	for _, one := range readings {
		indices, values := one.vector()
		r.QueryPoints = append(r.QueryPoints, &pb.QueryPoints{
			CollectionName: x.opts.Collection, Query: pb.NewQuerySparse(indices, values), Using: pb.PtrOf(wordsVector),
			Filter: x.scope(q.filter, a, pb.NewMatchKeywords(fieldLanguage, one.languages...)),
			Limit:  pb.PtrOf(uint64(q.k)), WithPayload: chunkFields(),
		})
	}
	unknown := x.rarity.unknown(a.clock, readings)
	for _, i := range unknown {
		r.QueryPoints = append(r.QueryPoints, x.probe(i))
	}
	reply, err := call(ctx, x, x.points.QueryBatch, r)
	if err != nil {
		return nil, 0, err
	}
	results := reply.GetResult()
	if len(results) != len(r.QueryPoints) {
		return nil, 0, fmt.Errorf("%d queries of %d were answered", len(results), len(r.QueryPoints))
	}
	for _, found := range results[:len(readings)] {
		some, err := read(found.GetResult())
		if err != nil {
			return nil, 0, err
		}
		hits = append(hits, some...)
	}
	if err := x.learn(ctx, unknown, results[len(readings):]); err != nil {
		return nil, 0, err
	}
	return hits, x.rarity.most(readings), nil
}

// reading is a query as one or more languages read it.
type reading struct {
	languages []string
	terms     []lexical.Weighted
}

func readingsOf(query string, languages []string) []reading {
	var out []reading
	for _, l := range languages {
		terms := lexical.Weigh(query, l)
		if len(terms) == 0 {
			continue
		}
		i := slices.IndexFunc(out, func(r reading) bool { return slices.Equal(r.terms, terms) })
		if i < 0 {
			i = len(out)
			out = append(out, reading{terms: terms})
		}
		out[i].languages = append(out[i].languages, l)
	}
	return out
}

func (r reading) vector() ([]uint32, []float32) {
	weights := map[uint32]float64{}
	for _, t := range r.terms {
		weights[dimension(t.Term)] += t.Weight
	}
	return sparse(weights, func(w float64) float64 { return w })
}

func read(points []*pb.ScoredPoint) ([]hit, error) {
	hits := make([]hit, len(points))
	for i, p := range points {
		c, err := chunk(p.GetPayload())
		if err != nil {
			return nil, err
		}
		hits[i] = hit{c, p.GetPayload()[fieldGeneration].GetIntegerValue(), float64(p.GetScore())}
	}
	return hits, nil
}

// passages are the best k hits; ties are in order of document, then ordinal.
func passages(hits []hit, k int) []retrieval.Passage {
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.chunk.Doc, b.chunk.Doc), cmp.Compare(a.chunk.Ordinal, b.chunk.Ordinal))
	})
	out := make([]retrieval.Passage, min(len(hits), k))
	for i := range out {
		out[i] = retrieval.Passage{Chunk: hits[i].chunk, Score: hits[i].score, Rank: i + 1}
	}
	return out
}
