package qdranttest

import (
	"cmp"
	"context"
	"math"
	"slices"

	pb "github.com/qdrant/go-client/qdrant"
)

func (s points) Query(_ context.Context, r *pb.QueryPoints) (*pb.QueryResponse, error) {
	found, err := s.query(r)
	return &pb.QueryResponse{Result: found}, err
}

func (s points) QueryBatch(_ context.Context, r *pb.QueryBatchPoints) (*pb.QueryBatchResponse, error) {
	out := &pb.QueryBatchResponse{}
	for _, q := range r.GetQueryPoints() {
		if q.GetCollectionName() != r.GetCollectionName() {
			return nil, invalid("a batch is of one collection")
		}
		found, err := s.query(q)
		if err != nil {
			return nil, err
		}
		out.Result = append(out.Result, &pb.BatchResult{Result: found})
	}
	return out, nil
}

// scored is a point with its score.
type scored struct {
	*point
	score float32
}

func (s points) query(r *pb.QueryPoints) ([]*pb.ScoredPoint, error) {
	s.data.mu.RLock()
	defer s.data.mu.RUnlock()
	c, err := s.reading(r.GetCollectionName(), r.GetFilter())
	if err != nil {
		return nil, err
	}
	limit := 10
	if r.Limit != nil {
		limit = int(r.GetLimit())
	}
	if limit == 0 {
		return nil, invalid("limit: value 0 invalid, must be 1 or larger")
	}
	found, err := c.nearest(r)
	if err != nil {
		return nil, err
	}
	// Among equals the order is of no meaning, as on the real server.
	slices.SortFunc(found, func(a, b scored) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.id, b.id)) })
	var out []*pb.ScoredPoint
	for _, f := range found[:min(limit, len(found))] {
		out = append(out, &pb.ScoredPoint{Id: f.pointID(), Score: f.score, Payload: f.selected(r.GetWithPayload()), Vectors: f.vectors(r.GetWithVectors())})
	}
	return out, nil
}

// nearest scores the points that a query may find.
func (c *collection) nearest(r *pb.QueryPoints) ([]scored, error) {
	match, err := compile(r.GetFilter())
	if err != nil {
		return nil, err
	}
	switch v := r.GetQuery().GetNearest().GetVariant().(type) {
	case *pb.VectorInput_Dense:
		return c.byDense(r, v.Dense.GetData(), match)
	case *pb.VectorInput_Sparse:
		return c.bySparse(r, v.Sparse, match)
	}
	return nil, invalid("qdranttest knows queries by one dense or sparse vector")
}

func (c *collection) byDense(r *pb.QueryPoints, v []float32, match func(*point) bool) ([]scored, error) {
	name := r.GetUsing()
	q, err := c.unit(name, v)
	if err != nil {
		return nil, err
	}
	var found []scored
	offer := func(p *point) {
		if d, ok := p.dense[name]; ok && match(p) {
			sum := float32(0)
			for i := range d {
				sum += d[i] * q[i]
			}
			found = append(found, scored{p, sum})
		}
	}
	if len(r.GetFilter().GetMust()) == 0 {
		for p := range c.dense[name] {
			offer(p)
		}
		return found, nil
	}
	for p := range c.candidates(r.GetFilter()) {
		offer(p)
	}
	return found, nil
}

// bySparse scores points that share a dimension with the query. With the IDF
// modifier, how rare a dimension is counts over the whole collection, whatever
// the filter.
func (c *collection) bySparse(r *pb.QueryPoints, q *pb.SparseVector, match func(*point) bool) ([]scored, error) {
	if err := c.sparse(r.GetUsing(), q); err != nil {
		return nil, err
	}
	idf := c.made.GetSparseVectorsConfig().GetMap()[r.GetUsing()].GetModifier() == pb.Modifier_Idf
	scores, order := map[*point]float32{}, make([]int, len(q.GetIndices()))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(q.Indices[a], q.Indices[b]) })
	for _, i := range order {
		list := c.words[r.GetUsing()][q.Indices[i]]
		weight := q.Values[i]
		if idf {
			n, df := float64(len(c.points)), float64(len(list))
			weight *= float32(math.Log(1 + (n-df+0.5)/(df+0.5)))
		}
		for p, v := range list {
			if match(p) {
				scores[p] += weight * v
			}
		}
	}
	found := make([]scored, 0, len(scores))
	for p, score := range scores {
		found = append(found, scored{p, score})
	}
	return found, nil
}
