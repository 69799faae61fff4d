package qdranttest

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"sync"

	pb "github.com/qdrant/go-client/qdrant"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// data is everything a server holds.
type data struct {
	mu  sync.RWMutex // guards all below, collections included
	all map[string]*collection
}

// collection holds points and what finds them.
type collection struct {
	made    *pb.CreateCollection
	points  map[string]*point                         // by id
	indexes map[string]map[string]map[*point]struct{} // by field, then value
	words   map[string]map[uint32]map[*point]float32  // by sparse vector, then dimension
	types   map[string]pb.FieldType                   // of the indexes
	dense   map[string]map[*point]struct{}            // by dense vector
}

type point struct {
	id      string
	payload map[string]*pb.Value
	dense   map[string][]float32 // of unit length
	sparse  map[string]*pb.SparseVector
}

func newCollection(made *pb.CreateCollection) *collection {
	return &collection{
		made: made, points: map[string]*point{}, indexes: map[string]map[string]map[*point]struct{}{},
		words: map[string]map[uint32]map[*point]float32{}, types: map[string]pb.FieldType{}, dense: map[string]map[*point]struct{}{},
	}
}

// find returns a collection; mu is held.
func (d *data) find(name string) (*collection, error) {
	if c, ok := d.all[name]; ok {
		return c, nil
	}
	return nil, status.Errorf(codes.NotFound, "Not found: Collection `%s` doesn't exist!", name)
}

// parse checks a point against the collection.
func (c *collection) parse(p *pb.PointStruct) (*point, error) {
	id, err := idOf(p.GetId())
	if err != nil {
		return nil, err
	}
	if p.GetVectors() == nil {
		return nil, invalid("Expected some vectors")
	}
	out := &point{id: id, payload: p.GetPayload(), dense: map[string][]float32{}, sparse: map[string]*pb.SparseVector{}}
	for name, v := range p.GetVectors().GetVectors().GetVectors() {
		switch v := v.GetVector().(type) {
		case *pb.Vector_Dense:
			if out.dense[name], err = c.unit(name, v.Dense.GetData()); err != nil {
				return nil, err
			}
		case *pb.Vector_Sparse:
			if err := c.sparse(name, v.Sparse); err != nil {
				return nil, err
			}
			out.sparse[name] = v.Sparse
		default:
			return nil, invalid("vector %s has no values", name)
		}
	}
	return out, nil
}

// idOf reads an id; numbers come before UUIDs.
func idOf(id *pb.PointId) (string, error) {
	if n, ok := id.GetPointIdOptions().(*pb.PointId_Num); ok {
		return fmt.Sprintf("%020d", n.Num), nil
	}
	if !regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`).MatchString(id.GetUuid()) {
		return "", invalid("Unable to parse UUID: %s", id.GetUuid())
	}
	return "u" + id.GetUuid(), nil
}

func (p *point) pointID() *pb.PointId {
	if p.id[0] == 'u' {
		return pb.NewIDUUID(p.id[1:])
	}
	var n uint64
	fmt.Sscan(p.id, &n)
	return pb.NewIDNum(n)
}

// unit checks a dense vector and normalises it, as collections of cosine
// distance do.
func (c *collection) unit(name string, v []float32) ([]float32, error) {
	params, ok := c.made.GetVectorsConfig().GetParamsMap().GetMap()[name]
	if !ok {
		return nil, invalid("Not existing vector name error: %s", name)
	}
	if uint64(len(v)) != params.GetSize() {
		return nil, invalid("Vector dimension error: expected dim: %d, got %d", params.GetSize(), len(v))
	}
	sum := 0.0
	for _, f := range v {
		sum += float64(f) * float64(f)
	}
	out := slices.Clone(v)
	if length := math.Sqrt(sum); length > 0 && params.GetDistance() == pb.Distance_Cosine {
		for i := range out {
			out[i] = float32(float64(out[i]) / length)
		}
	}
	return out, nil
}

func (c *collection) sparse(name string, v *pb.SparseVector) error {
	if _, ok := c.made.GetSparseVectorsConfig().GetMap()[name]; !ok {
		return invalid("Not existing vector name error: %s", name)
	}
	if len(v.GetIndices()) != len(v.GetValues()) {
		return invalid("Sparse vector has %d indices and %d values", len(v.GetIndices()), len(v.GetValues()))
	}
	seen := map[uint32]bool{}
	for _, i := range v.GetIndices() {
		if seen[i] {
			return invalid("Sparse vector indices must be unique")
		}
		seen[i] = true
	}
	return nil
}

// put adds a point in place of one with its id.
func (c *collection) put(p *point) {
	c.drop(p.id)
	c.points[p.id] = p
	for field := range c.types {
		c.post(field, p)
	}
	for name, v := range p.sparse {
		if c.words[name] == nil {
			c.words[name] = map[uint32]map[*point]float32{}
		}
		for n, i := range v.GetIndices() {
			if c.words[name][i] == nil {
				c.words[name][i] = map[*point]float32{}
			}
			c.words[name][i][p] = v.GetValues()[n]
		}
	}
	for name := range p.dense {
		if c.dense[name] == nil {
			c.dense[name] = map[*point]struct{}{}
		}
		c.dense[name][p] = struct{}{}
	}
}

// post adds a point to a payload index.
func (c *collection) post(field string, p *point) {
	for _, v := range each(p.payload[field]) {
		k := key(v)
		if c.indexes[field][k] == nil {
			c.indexes[field][k] = map[*point]struct{}{}
		}
		c.indexes[field][k][p] = struct{}{}
	}
}

func (c *collection) drop(id string) {
	p, ok := c.points[id]
	if !ok {
		return
	}
	delete(c.points, id)
	for field, index := range c.indexes {
		for _, v := range each(p.payload[field]) {
			delete(index[key(v)], p)
		}
	}
	for name, v := range p.sparse {
		for _, i := range v.GetIndices() {
			delete(c.words[name][i], p)
		}
	}
	for name := range p.dense {
		delete(c.dense[name], p)
	}
}

// each returns a payload value, or those of a list.
func each(v *pb.Value) []*pb.Value {
	if v == nil {
		return nil
	}
	if l := v.GetListValue(); l != nil {
		return l.GetValues()
	}
	return []*pb.Value{v}
}

// key tells values apart.
func key(v *pb.Value) string {
	switch v.GetKind().(type) {
	case *pb.Value_StringValue:
		return "s" + v.GetStringValue()
	case *pb.Value_IntegerValue:
		return "i" + strconv.FormatInt(v.GetIntegerValue(), 10)
	}
	return "v" + v.String()
}

// matching returns the points that a filter lets through, in order of their id.
func (c *collection) matching(f *pb.Filter) ([]*point, error) {
	match, err := compile(f)
	if err != nil {
		return nil, err
	}
	var out []*point
	for p := range c.candidates(f) {
		if match(p) {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b *point) int { return cmp.Compare(a.id, b.id) })
	return out, nil
}
