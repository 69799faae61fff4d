package qdranttest

import (
	"context"
	"maps"
	"slices"

	pb "github.com/qdrant/go-client/qdrant"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// points serves points.
type points struct {
	pb.UnimplementedPointsServer
	data   *data
	strict bool
}

// portion is how many points a change does before searches see that much of it:
// as on the real server, a change of many points is not done in one moment.
const portion = 7

// reading finds a collection and checks a filter; the caller unlocks data.
func (s points) reading(name string, f *pb.Filter) (*collection, error) {
	c, err := s.data.find(name)
	if err != nil {
		return nil, err
	}
	if field := c.unindexed(f); s.strict && field != "" {
		return nil, status.Errorf(codes.InvalidArgument, "Bad request: Index required but not found for %q", field)
	}
	return c, nil
}

// done is the reply to a change. Changes are done when it is sent, so waiting
// for them must be asked for: with a real server they might not be.
func done(wait *bool) (*pb.PointsOperationResponse, error) {
	if wait == nil || !*wait {
		return nil, status.Error(codes.Unimplemented, "qdranttest only knows changes that are waited for")
	}
	return &pb.PointsOperationResponse{Result: &pb.UpdateResult{Status: pb.UpdateStatus_Completed}}, nil
}

func (s points) CreateFieldIndex(_ context.Context, r *pb.CreateFieldIndexCollection) (*pb.PointsOperationResponse, error) {
	s.data.mu.Lock()
	defer s.data.mu.Unlock()
	c, err := s.data.find(r.GetCollectionName())
	if err != nil {
		return nil, err
	}
	if r.FieldType == nil || r.GetFieldType() != pb.FieldType_FieldTypeKeyword && r.GetFieldType() != pb.FieldType_FieldTypeInteger {
		return nil, invalid("qdranttest indexes keywords and integers")
	}
	c.types[r.GetFieldName()] = r.GetFieldType()
	c.indexes[r.GetFieldName()] = map[string]map[*point]struct{}{}
	for _, p := range c.points {
		c.post(r.GetFieldName(), p)
	}
	return done(r.Wait)
}

func (s points) Upsert(_ context.Context, r *pb.UpsertPoints) (*pb.PointsOperationResponse, error) {
	s.data.mu.RLock()
	c, err := s.data.find(r.GetCollectionName())
	s.data.mu.RUnlock()
	if err != nil {
		return nil, err
	}
	parsed := make([]*point, len(r.GetPoints()))
	for i, p := range r.GetPoints() {
		if parsed[i], err = c.parse(p); err != nil {
			return nil, err
		}
	}
	match, err := compile(r.GetUpdateFilter())
	if err != nil {
		return nil, err
	}
	for some := range slices.Chunk(parsed, portion) {
		s.data.mu.Lock()
		for _, p := range some {
			if old, ok := c.points[p.id]; !ok || match(old) {
				c.put(p)
			}
		}
		s.data.mu.Unlock()
	}
	return done(r.Wait)
}

func (s points) Delete(_ context.Context, r *pb.DeletePoints) (*pb.PointsOperationResponse, error) {
	if err := s.each(r.GetCollectionName(), r.GetPoints(), func(c *collection, p *point) { c.drop(p.id) }); err != nil {
		return nil, err
	}
	return done(r.Wait)
}

// SetPayload writes fields of points that are there, and leaves their others.
func (s points) SetPayload(_ context.Context, r *pb.SetPayloadPoints) (*pb.PointsOperationResponse, error) {
	err := s.each(r.GetCollectionName(), r.GetPointsSelector(), func(c *collection, p *point) {
		changed := *p
		changed.payload = maps.Clone(p.payload)
		maps.Copy(changed.payload, r.GetPayload())
		c.put(&changed)
	})
	if err != nil {
		return nil, err
	}
	return done(r.Wait)
}

// each changes the points that are selected, a portion in one moment.
func (s points) each(name string, which *pb.PointsSelector, change func(*collection, *point)) error {
	filter := which.GetFilter()
	if ids := which.GetPoints(); ids != nil {
		filter = &pb.Filter{Must: []*pb.Condition{pb.NewHasID(ids.GetIds()...)}}
	}
	if filter == nil {
		return invalid("a filter or ids are needed")
	}
	s.data.mu.RLock()
	c, err := s.reading(name, filter)
	var found []*point
	if err == nil {
		found, err = c.matching(filter)
	}
	s.data.mu.RUnlock()
	if err != nil {
		return err
	}
	for some := range slices.Chunk(found, portion) {
		s.data.mu.Lock()
		for _, p := range some {
			if c.points[p.id] == p {
				change(c, p)
			}
		}
		s.data.mu.Unlock()
	}
	return nil
}

func (s points) Get(_ context.Context, r *pb.GetPoints) (*pb.GetResponse, error) {
	s.data.mu.RLock()
	defer s.data.mu.RUnlock()
	c, err := s.reading(r.GetCollectionName(), nil)
	if err != nil {
		return nil, err
	}
	out := &pb.GetResponse{}
	for _, id := range r.GetIds() {
		key, err := idOf(id)
		if err != nil {
			return nil, err
		}
		if p, ok := c.points[key]; ok {
			out.Result = append(out.Result, p.retrieved(r.GetWithPayload(), r.GetWithVectors()))
		}
	}
	return out, nil
}

func (s points) Count(_ context.Context, r *pb.CountPoints) (*pb.CountResponse, error) {
	s.data.mu.RLock()
	defer s.data.mu.RUnlock()
	c, err := s.reading(r.GetCollectionName(), r.GetFilter())
	if err != nil {
		return nil, err
	}
	found, err := c.matching(r.GetFilter())
	return &pb.CountResponse{Result: &pb.CountResult{Count: uint64(len(found))}}, err
}

func (s points) Scroll(_ context.Context, r *pb.ScrollPoints) (*pb.ScrollResponse, error) {
	s.data.mu.RLock()
	defer s.data.mu.RUnlock()
	c, err := s.reading(r.GetCollectionName(), r.GetFilter())
	if err != nil {
		return nil, err
	}
	found, err := c.matching(r.GetFilter())
	if err != nil {
		return nil, err
	}
	if r.Offset != nil {
		from, err := idOf(r.Offset)
		if err != nil {
			return nil, err
		}
		found = slices.DeleteFunc(found, func(p *point) bool { return p.id < from })
	}
	limit := 10
	if r.Limit != nil {
		limit = int(r.GetLimit())
	}
	if limit == 0 {
		return nil, invalid("limit: value 0 invalid, must be 1 or larger")
	}
	out := &pb.ScrollResponse{}
	if len(found) > limit {
		out.NextPageOffset, found = found[limit].pointID(), found[:limit]
	}
	for _, p := range found {
		out.Result = append(out.Result, p.retrieved(r.GetWithPayload(), r.GetWithVectors()))
	}
	return out, nil
}

func (p *point) retrieved(payload *pb.WithPayloadSelector, vectors *pb.WithVectorsSelector) *pb.RetrievedPoint {
	return &pb.RetrievedPoint{Id: p.pointID(), Payload: p.selected(payload), Vectors: p.vectors(vectors)}
}

// selected is the payload that was asked for.
func (p *point) selected(s *pb.WithPayloadSelector) map[string]*pb.Value {
	if s.GetEnable() {
		return p.payload
	}
	out := map[string]*pb.Value{}
	for _, field := range s.GetInclude().GetFields() {
		if v, ok := p.payload[field]; ok {
			out[field] = v
		}
	}
	return out
}

// vectors are those that were asked for.
func (p *point) vectors(s *pb.WithVectorsSelector) *pb.VectorsOutput {
	out := map[string]*pb.VectorOutput{}
	asked := func(name string) bool { return s.GetEnable() || slices.Contains(s.GetInclude().GetNames(), name) }
	for name, v := range p.sparse {
		if asked(name) {
			out[name] = &pb.VectorOutput{Vector: &pb.VectorOutput_Sparse{Sparse: v}}
		}
	}
	for name, v := range p.dense {
		if asked(name) {
			out[name] = &pb.VectorOutput{Vector: &pb.VectorOutput_Dense{Dense: &pb.DenseVector{Data: v}}}
		}
	}
	if len(out) == 0 {
		return nil
	}
	return &pb.VectorsOutput{VectorsOptions: &pb.VectorsOutput_Vectors{Vectors: &pb.NamedVectorsOutput{Vectors: out}}}
}
