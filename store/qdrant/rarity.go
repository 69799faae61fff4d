package qdrant

import (
	"context"
	"sync"
	"time"

	pb "github.com/qdrant/go-client/qdrant"

	"footnote/retrieval/lexical"
)

// rarity remembers how rare terms are. The server weighs terms by that and does
// not tell; but what a chunk scores for one term alone, over what the term
// weighs there, is it. A passage's match needs it of all terms of a query.
type rarity struct {
	mu    sync.Mutex
	clock int64 // of the account when the first was learned
	since time.Time
	idf   map[uint32]float64
}

const (
	// rarityStale is how long what was learned is used while documents change.
	rarityStale = 10 * time.Second
	mostRarity  = 100_000 // terms remembered
	mostProbes  = 64      // terms asked about with one search; a longer query's match is not known
)

// unknown returns the terms to ask about.
func (r *rarity) unknown(clock int64, readings []reading) []uint32 {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.idf == nil || len(r.idf) > mostRarity || clock != r.clock && time.Since(r.since) > rarityStale {
		r.clock, r.since, r.idf = clock, time.Now(), map[uint32]float64{}
	}
	var out []uint32
	asked := map[uint32]bool{}
	for _, one := range readings {
		for _, t := range one.terms {
			i := dimension(t.Term)
			if _, ok := r.idf[i]; !ok && !asked[i] {
				asked[i] = true
				out = append(out, i)
			}
		}
	}
	if len(out) > mostProbes {
		return nil
	}
	return out
}

// most is the score of a query's every word, again and again and nothing else;
// in several languages the least of theirs. It is 0 when some term is not known.
func (r *rarity) most(readings []reading) float64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	least := 0.0
	for i, one := range readings {
		sum := 0.0
		for _, t := range one.terms {
			idf, ok := r.idf[dimension(t.Term)]
			if !ok {
				return 0
			}
			sum += idf * lexical.Most() * t.Weight
		}
		if i == 0 || sum < least {
			least = sum
		}
	}
	return least
}

func (r *rarity) set(i uint32, idf float64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.idf[i] = idf
}

// probe asks for a chunk that holds a term, with the term's weight in it.
func (x *Index) probe(term uint32) *pb.QueryPoints {
	return &pb.QueryPoints{
		CollectionName: x.opts.Collection, Query: pb.NewQuerySparse([]uint32{term}, []float32{1}), Using: pb.PtrOf(wordsVector),
		Limit: pb.PtrOf(uint64(1)), WithVectors: pb.NewWithVectorsInclude(wordsVector), WithPayload: pb.NewWithPayload(false),
	}
}

// learn takes in what the probes found.
func (x *Index) learn(ctx context.Context, terms []uint32, found []*pb.BatchResult) error {
	var absent []uint32
	for n, i := range terms {
		points := found[n].GetResult()
		if len(points) == 0 {
			absent = append(absent, i)
			continue
		}
		words := points[0].GetVectors().GetVectors().GetVectors()[wordsVector].GetSparse()
		for at, j := range words.GetIndices() {
			if j == i && words.GetValues()[at] > 0 {
				x.rarity.set(i, float64(points[0].GetScore()/words.GetValues()[at]))
			}
		}
	}
	if len(absent) == 0 {
		return nil
	}
	all, err := call(ctx, x, x.points.Count, &pb.CountPoints{CollectionName: x.opts.Collection, Exact: pb.PtrOf(false)})
	if err != nil {
		return err
	}
	for _, i := range absent {
		x.rarity.set(i, lexical.Inverse(0, int(all.GetResult().GetCount())))
	}
	return nil
}
