package qdrant

import (
	"context"
	"crypto/sha256"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	pb "github.com/qdrant/go-client/qdrant"

	"footnote/document"
	"footnote/llm"
	"footnote/retrieval"
	"footnote/retrieval/lexical"
)

// batch is how many points are written with one request.
const batch = 256

// meanLength is the length in terms that a chunk is taken to have on average.
// BM25 wants the true mean, but a point's weights are fixed when it is written.
const meanLength = 85

// pointID names a point by what it is, so that writing it again replaces it.
func (x *Index) pointID(parts ...string) *pb.PointId {
	sum := sha256.Sum256([]byte(x.opts.Tenant + "\x00" + strings.Join(parts, "\x00")))
	return pb.NewIDUUID(fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16]))
}

// account makes a point that keeps account of chunks: one for each kind and name.
func (x *Index) account(kind, name string, payload map[string]any) *pb.PointStruct {
	payload[fieldTenant], payload[fieldKind] = x.opts.Tenant, kind
	return &pb.PointStruct{Id: x.pointID(kind, name), Payload: pb.NewValueMap(payload), Vectors: pb.NewVectorsMap(map[string]*pb.Vector{})}
}

// point makes the point of a chunk.
func (x *Index) point(doc document.ID, generation int64, e retrieval.Entry, kind string) *pb.PointStruct {
	c := e.Chunk
	indices, values := bag(e)
	vectors := map[string]*pb.Vector{}
	if len(indices) > 0 {
		vectors[wordsVector] = pb.NewVectorSparse(indices, values)
	}
	if !e.Vector.IsZero() { // nothing is near a vector of zeros
		vectors[denseVector] = pb.NewVectorDense(e.Vector)
	}
	return &pb.PointStruct{
		Id:      x.pointID("chunk", string(doc), fmt.Sprint(generation), fmt.Sprint(c.Ordinal)),
		Vectors: pb.NewVectorsMap(vectors),
		Payload: map[string]*pb.Value{
			fieldTenant: pb.NewValueString(x.opts.Tenant), fieldKind: pb.NewValueString(kind),
			fieldDocument: pb.NewValueString(string(doc)), fieldGeneration: pb.NewValueInt(generation),
			fieldLanguage: pb.NewValueString(e.Language), fieldHeader: pb.NewValueString(c.Header),
			fieldChunk: pb.NewValueString(fmt.Sprint(c.Ordinal, c.First, c.Last, c.Span.Start, c.Span.End, c.Section, c.Tokens)),
		},
	}
}

// chunkFields are what passages are made of.
func chunkFields() *pb.WithPayloadSelector {
	return pb.NewWithPayloadInclude(fieldDocument, fieldGeneration, fieldChunk, fieldHeader)
}

// chunk reads what point wrote.
func chunk(payload map[string]*pb.Value) (c document.Chunk, err error) {
	c.Doc, c.Header = document.ID(payload[fieldDocument].GetStringValue()), payload[fieldHeader].GetStringValue()
	rest := payload[fieldChunk].GetStringValue()
	for _, to := range []*int{&c.Ordinal, &c.First, &c.Last, &c.Span.Start, &c.Span.End, &c.Section, &c.Tokens} {
		var number string
		number, rest, _ = strings.Cut(rest, " ")
		if *to, err = strconv.Atoi(number); err != nil {
			return c, fmt.Errorf("read a chunk of %s: %w", c.Doc, err)
		}
	}
	return c, nil
}

// bag is a chunk's sparse vector: BM25 without the rarity of terms, which the
// server knows. Indices ascend.
func bag(e retrieval.Entry) (indices []uint32, values []float32) {
	terms, length := lexical.Bag(e)
	weights := map[uint32]float64{}
	for _, t := range terms {
		weights[dimension(t.Term)] += t.Weight
	}
	return sparse(weights, func(w float64) float64 { return lexical.Saturated(w, length, meanLength) })
}

// sparse sorts weights by index, as the server wants them.
func sparse(weights map[uint32]float64, value func(float64) float64) (indices []uint32, values []float32) {
	for i := range weights {
		indices = append(indices, i)
	}
	slices.Sort(indices)
	for _, i := range indices {
		values = append(values, float32(value(weights[i])))
	}
	return indices, values
}

// dimension is a term's index in sparse vectors. Of a million terms some
// hundred share theirs with another one.
func dimension(term string) uint32 {
	h := fnv.New64a()
	h.Write([]byte(term))
	sum := h.Sum64()
	return uint32(sum ^ sum>>32)
}

// check refuses vectors that do not fit.
func (x *Index) check(v llm.Vector) error {
	if len(v) != x.opts.Dim {
		return fmt.Errorf("vector of %d numbers, not %d: %w", len(v), x.opts.Dim, retrieval.ErrEmbedderMismatch)
	}
	for _, f := range v {
		if f != f || f < -1.1 || f > 1.1 {
			return fmt.Errorf("vector with %v in it is not of unit length", f)
		}
	}
	return nil
}

// upsert writes points. A filter lets through only those that do not exist and
// those whose present state it matches.
func (x *Index) upsert(ctx context.Context, points []*pb.PointStruct, only *pb.Filter) error {
	_, err := call(ctx, x, x.points.Upsert, &pb.UpsertPoints{
		CollectionName: x.opts.Collection, Wait: pb.PtrOf(true), Points: points, UpdateFilter: only,
	})
	return err
}

// remove deletes points.
func (x *Index) remove(ctx context.Context, which *pb.Filter) error {
	_, err := call(ctx, x, x.points.Delete, &pb.DeletePoints{
		CollectionName: x.opts.Collection, Wait: pb.PtrOf(true), Points: pb.NewPointsSelectorFilter(which),
	})
	return err
}

// count counts points exactly.
func (x *Index) count(ctx context.Context, which *pb.Filter) (int, error) {
	reply, err := call(ctx, x, x.points.Count, &pb.CountPoints{CollectionName: x.opts.Collection, Filter: which, Exact: pb.PtrOf(true)})
	return int(reply.GetResult().GetCount()), err
}

// mine selects the chunks of the tenant; of selects those of a document.
func (x *Index) mine() *pb.Filter {
	return &pb.Filter{Must: []*pb.Condition{
		pb.NewMatchKeyword(fieldTenant, x.opts.Tenant), pb.NewMatchKeywords(fieldKind, kindOpening, kindChunk),
	}}
}

func (x *Index) of(doc document.ID, more ...*pb.Condition) *pb.Filter {
	f := x.mine()
	f.Must = append(append(f.Must, pb.NewMatchKeyword(fieldDocument, string(doc))), more...)
	return f
}
