package qdrant

import (
	"context"
	"fmt"
	"strings"

	pb "github.com/qdrant/go-client/qdrant"
	"google.golang.org/grpc/codes"

	"footnote/retrieval"
)

// The vectors of a chunk.
const (
	denseVector = "dense" // by the embedder
	wordsVector = "words" // by lexical.Bag; the server weighs terms by how rare they are
)

// The payload of a point. Searches filter by those that have an index.
const (
	fieldTenant     = "tenant"     // whose it is
	fieldKind       = "kind"       // one of the kinds below
	fieldDocument   = "document"   // of a chunk or a change
	fieldGeneration = "generation" // of a chunk or a change
	fieldLanguage   = "language"   // of a chunk, or one that chunks are in
	fieldChunk      = "chunk"      // ordinal, first, last, start, stop, section, tokens
	fieldHeader     = "header"
)

// The kinds of points. All but chunks have no vectors and keep account of them.
const (
	kindOpening  = "opening"  // the first chunk of a document, which stands for it in counts
	kindChunk    = "chunk"    // every other chunk
	kindChange   = "change"   // a document whose entries are changing
	kindClock    = "clock"    // its value is another one after every change that begins
	kindLanguage = "language" // a language that chunks are in
	kindMade     = "made"     // what the entries are made with
)

// version refuses servers that would pass over what a change may replace.
func (x *Index) version(ctx context.Context) error {
	reply, err := call(ctx, x, x.client.GetQdrantClient().HealthCheck, &pb.HealthCheckRequest{})
	if err != nil {
		return err
	}
	var major, minor int
	if _, err := fmt.Sscanf(strings.TrimPrefix(reply.GetVersion(), "v"), "%d.%d", &major, &minor); err != nil || major < 1 || major == 1 && minor < 16 {
		return fmt.Errorf("the Qdrant server at %s is version %q: it must be 1.16 or later", x.opts.Address(), reply.GetVersion())
	}
	return nil
}

// ensure makes the collection unless it is there, and checks that it fits.
func (x *Index) ensure(ctx context.Context) error {
	info, err := call(ctx, x, x.collections.Get, &pb.GetCollectionInfoRequest{CollectionName: x.opts.Collection})
	if code(err) == codes.NotFound {
		return x.create(ctx)
	}
	if err != nil {
		return err
	}
	return x.fits(ctx, info.GetResult().GetConfig().GetParams())
}

// fits compares a collection that exists to the options.
func (x *Index) fits(ctx context.Context, p *pb.CollectionParams) error {
	words, ok := p.GetSparseVectorsConfig().GetMap()[wordsVector]
	if !ok || words.GetModifier() != pb.Modifier_Idf {
		return fmt.Errorf("collection %s was not made by Footnote (it has no sparse vectors %q weighed by IDF): name another one with collection=", x.opts.Collection, wordsVector)
	}
	dense := p.GetVectorsConfig().GetParamsMap().GetMap()[denseVector]
	if int(dense.GetSize()) == x.opts.Dim {
		return x.index(ctx)
	}
	if !x.opts.Reindex {
		return fmt.Errorf("%w: collection %s has vectors of %d numbers, the embedder %q makes %d", retrieval.ErrEmbedderMismatch,
			x.opts.Collection, dense.GetSize(), x.opts.Embedder, x.opts.Dim)
	}
	others, err := x.count(ctx, &pb.Filter{MustNot: []*pb.Condition{pb.NewMatchKeyword(fieldTenant, x.opts.Tenant)}})
	if err != nil {
		return err
	}
	if others > 0 {
		return fmt.Errorf("collection %s has vectors of %d numbers, the embedder %q makes %d, and other tenants use it: name another one with collection=",
			x.opts.Collection, dense.GetSize(), x.opts.Embedder, x.opts.Dim)
	}
	x.stale = func(ctx context.Context) error {
		if _, err := call(ctx, x, x.collections.Delete, &pb.DeleteCollection{CollectionName: x.opts.Collection}); err != nil {
			return err
		}
		return x.create(ctx)
	}
	return nil
}

// create makes the collection; another replica may do so at the same time.
func (x *Index) create(ctx context.Context) error {
	_, err := call(ctx, x, x.collections.Create, x.creation())
	if err != nil && code(err) != codes.AlreadyExists && !strings.Contains(err.Error(), "already exists") { // the code differs between versions
		return fmt.Errorf("make collection %s: %w", x.opts.Collection, err)
	}
	return x.index(ctx)
}

func (x *Index) creation() *pb.CreateCollection {
	c := &pb.CreateCollection{
		CollectionName: x.opts.Collection, ReplicationFactor: &x.opts.Replicas, WriteConsistencyFactor: &x.opts.WriteConsistency,
		OnDiskPayload:       pb.PtrOf(true),
		SparseVectorsConfig: pb.NewSparseVectorsConfig(map[string]*pb.SparseVectorParams{wordsVector: {Modifier: pb.Modifier_Idf.Enum()}}),
		VectorsConfig:       pb.NewVectorsConfigMap(map[string]*pb.VectorParams{}),
	}
	if x.opts.Shards > 0 {
		c.ShardNumber = &x.opts.Shards
	}
	if x.opts.Dim > 0 {
		c.VectorsConfig = pb.NewVectorsConfigMap(map[string]*pb.VectorParams{denseVector: {
			Size: uint64(x.opts.Dim), Distance: pb.Distance_Cosine, OnDisk: &x.opts.OnDisk, QuantizationConfig: x.quantization(),
		}})
	}
	return c
}

func (x *Index) quantization() *pb.QuantizationConfig {
	switch x.opts.Quantization {
	case quantizeInt8:
		return pb.NewQuantizationScalar(&pb.ScalarQuantization{Type: pb.QuantizationType_Int8, Quantile: pb.PtrOf(float32(0.99)), AlwaysRam: pb.PtrOf(true)})
	case quantizeBinary:
		return pb.NewQuantizationBinary(&pb.BinaryQuantization{AlwaysRam: pb.PtrOf(true)})
	}
	return nil
}

// index makes the indexes that filters need; making one again changes nothing.
func (x *Index) index(ctx context.Context) error {
	keyword, integer := pb.FieldType_FieldTypeKeyword, pb.FieldType_FieldTypeInteger
	for _, r := range []*pb.CreateFieldIndexCollection{
		{FieldName: fieldTenant, FieldType: &keyword, FieldIndexParams: pb.NewPayloadIndexParamsKeyword(&pb.KeywordIndexParams{IsTenant: pb.PtrOf(true)})},
		{FieldName: fieldKind, FieldType: &keyword},
		{FieldName: fieldDocument, FieldType: &keyword},
		{FieldName: fieldLanguage, FieldType: &keyword},
		{FieldName: fieldGeneration, FieldType: &integer, FieldIndexParams: pb.NewPayloadIndexParamsInt(&pb.IntegerIndexParams{Lookup: pb.PtrOf(true), Range: pb.PtrOf(false)})},
	} {
		r.CollectionName, r.Wait = x.opts.Collection, pb.PtrOf(true)
		if _, err := call(ctx, x, x.points.CreateFieldIndex, r); err != nil {
			return fmt.Errorf("make payload index of %s in collection %s: %w", r.FieldName, x.opts.Collection, err)
		}
	}
	return nil
}

// termsVersion changes when terms are hashed or weighed another way.
const termsVersion = "1"

// made is the point that says what the entries are made with.
func (x *Index) made() *pb.PointStruct {
	return x.account(kindMade, "", map[string]any{
		"embedder": x.opts.Embedder, "dim": x.opts.Dim, "chunker": x.opts.Chunker, "terms": termsVersion,
	})
}

// checkMade compares what the entries were made with to the options. An index
// without entries takes the options as they are.
func (x *Index) checkMade(ctx context.Context) error {
	want := x.made()
	reply, err := call(ctx, x, x.points.Get, &pb.GetPoints{
		CollectionName: x.opts.Collection, Ids: []*pb.PointId{want.Id}, WithPayload: pb.NewWithPayload(true),
	})
	if err != nil {
		return err
	}
	var have map[string]*pb.Value
	if found := reply.GetResult(); len(found) > 0 {
		have = found[0].GetPayload()
	}
	differs := ""
	for _, field := range []string{"embedder", "dim", "chunker", "terms"} {
		if !sameValue(have[field], want.Payload[field]) {
			differs += fmt.Sprintf("; %s is %v, configured is %v", field, plain(have[field]), plain(want.Payload[field]))
		}
	}
	if differs == "" {
		return nil
	}
	entries, err := x.count(ctx, x.mine())
	if err != nil {
		return err
	}
	if entries > 0 && !x.opts.Reindex {
		return fmt.Errorf("%w: of %s%s", retrieval.ErrEmbedderMismatch, x.opts.Place(), differs)
	}
	if x.stale == nil {
		x.stale = func(ctx context.Context) error { return x.remove(ctx, x.mine()) }
	}
	if entries > 0 {
		return nil // until MakeAnew
	}
	return x.MakeAnew(ctx)
}

// MakeAnew drops the entries of an index that was made with something else, which
// Open with Options.Reindex leaves until their documents are queued to be indexed
// again. Where they fit there is nothing to do. It is called before the index is
// used.
func (x *Index) MakeAnew(ctx context.Context) error {
	if x.stale == nil {
		return nil
	}
	err := x.stale(ctx)
	if err == nil {
		err = x.upsert(ctx, []*pb.PointStruct{x.made()}, nil)
	}
	if err != nil {
		return fmt.Errorf("make the index anew: %w", err)
	}
	x.stale = nil
	return nil
}

func sameValue(a, b *pb.Value) bool { return plain(a) == plain(b) }

// plain is the value of a payload as people read it.
func plain(v *pb.Value) string {
	switch v.GetKind().(type) {
	case *pb.Value_IntegerValue:
		return fmt.Sprint(v.GetIntegerValue())
	case *pb.Value_StringValue:
		return fmt.Sprintf("%q", v.GetStringValue())
	}
	return "not known"
}
