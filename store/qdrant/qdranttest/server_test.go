package qdranttest_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	pb "github.com/qdrant/go-client/qdrant"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"footnote/store/qdrant/qdranttest"
)

// connect starts a server with a collection of five points and a client to it.
func connect(t *testing.T, o qdranttest.Options) *pb.Client {
	t.Helper()
	s := qdranttest.Start(t, o)
	c, err := pb.NewClient(&pb.Config{Host: "127.0.0.1", Port: s.Port(), APIKey: o.Key, SkipCompatibilityCheck: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	must(t, c.CreateCollection(t.Context(), &pb.CreateCollection{
		CollectionName:      "c",
		VectorsConfig:       pb.NewVectorsConfigMap(map[string]*pb.VectorParams{"dense": {Size: 2, Distance: pb.Distance_Cosine}}),
		SparseVectorsConfig: pb.NewSparseVectorsConfig(map[string]*pb.SparseVectorParams{"words": {Modifier: pb.Modifier_Idf.Enum()}}),
	}))
	_, err = c.CreateFieldIndex(t.Context(), &pb.CreateFieldIndexCollection{
		CollectionName: "c", Wait: pb.PtrOf(true), FieldName: "kind", FieldType: pb.FieldType_FieldTypeKeyword.Enum(),
	})
	must(t, err)
	var points []*pb.PointStruct
	for i := range 5 {
		points = append(points, &pb.PointStruct{
			Id:      pb.NewIDNum(uint64(i)),
			Payload: pb.NewValueMap(map[string]any{"kind": []string{"even", "odd"}[i%2], "n": i, "tags": []any{"all", fmt.Sprint(i)}}),
			Vectors: pb.NewVectorsMap(map[string]*pb.Vector{
				"dense": pb.NewVectorDense([]float32{float32(i), 1}), "words": pb.NewVectorSparse([]uint32{7, uint32(100 + i)}, []float32{float32(i + 1), 1}),
			}),
		})
	}
	_, err = c.Upsert(t.Context(), &pb.UpsertPoints{CollectionName: "c", Wait: pb.PtrOf(true), Points: points})
	must(t, err)
	return c
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestFilters(t *testing.T) {
	c := connect(t, qdranttest.Options{})
	all := func(cs ...*pb.Condition) *pb.Filter { return &pb.Filter{Must: cs} }
	for _, one := range []struct {
		name   string
		filter *pb.Filter
		want   []uint64
	}{
		{"none lets all through", nil, []uint64{0, 1, 2, 3, 4}},
		{"a keyword", all(pb.NewMatchKeyword("kind", "odd")), []uint64{1, 3}},
		{"any of some keywords", all(pb.NewMatchKeywords("tags", "0", "4", "9")), []uint64{0, 4}},
		{"a number", all(pb.NewMatchInt("n", 3)), []uint64{3}},
		{"any of some numbers, and a keyword", all(pb.NewMatchInts("n", 1, 2, 3), pb.NewMatchKeyword("kind", "odd")), []uint64{1, 3}},
		{"all but some", all(pb.NewMatchExceptInts("n", 1, 2, 3)), []uint64{0, 4}},
		{"must not", &pb.Filter{MustNot: []*pb.Condition{pb.NewMatchKeyword("kind", "odd")}}, []uint64{0, 2, 4}},
		{"one of should", &pb.Filter{Should: []*pb.Condition{pb.NewMatchInt("n", 0), pb.NewMatchInt("n", 1)}}, []uint64{0, 1}},
		{"a filter inside", all(pb.NewFilterAsCondition(&pb.Filter{Must: []*pb.Condition{pb.NewMatchKeyword("kind", "even")}, MustNot: []*pb.Condition{pb.NewMatchInt("n", 2)}})), []uint64{0, 4}},
		{"ids", all(pb.NewHasID(pb.NewIDNum(2), pb.NewIDNum(9))), []uint64{2}},
		{"a field that nobody has", all(pb.NewMatchKeyword("nowhere", "x")), nil},
	} {
		t.Run(one.name, func(t *testing.T) {
			var got []uint64
			request := &pb.ScrollPoints{CollectionName: "c", Filter: one.filter, Limit: pb.PtrOf(uint32(2))}
			for { // two at a time
				reply, err := c.GetPointsClient().Scroll(t.Context(), request)
				must(t, err)
				for _, p := range reply.GetResult() {
					got = append(got, p.GetId().GetNum())
				}
				if request.Offset = reply.GetNextPageOffset(); request.Offset == nil {
					break
				}
			}
			if !slices.Equal(got, one.want) {
				t.Errorf("scroll found %v, want %v", got, one.want)
			}
			n, err := c.Count(t.Context(), &pb.CountPoints{CollectionName: "c", Filter: one.filter})
			if must(t, err); int(n) != len(one.want) {
				t.Errorf("count is %d, want %d", n, len(one.want))
			}
		})
	}
}

func TestScores(t *testing.T) {
	c := connect(t, qdranttest.Options{})
	query := func(q *pb.Query, using string, f *pb.Filter) []*pb.ScoredPoint {
		t.Helper()
		found, err := c.Query(t.Context(), &pb.QueryPoints{CollectionName: "c", Query: q, Using: &using, Filter: f, WithPayload: pb.NewWithPayload(false)})
		must(t, err)
		return found
	}
	near := func(got float32, want float64) bool { return math.Abs(float64(got)-want) < 1e-5 }
	found := query(pb.NewQueryDense([]float32{3, 1}), "dense", nil)
	if len(found) != 5 || found[0].GetId().GetNum() != 3 || !near(found[0].GetScore(), 1) || !near(found[4].GetScore(), 1/math.Sqrt(10)) {
		t.Errorf("dense: %v", found)
	}
	// Rarity counts over the whole collection, whatever the filter: 7 is in all
	// five points, 101 in one.
	only := &pb.Filter{Must: []*pb.Condition{pb.NewMatchInt("n", 1)}}
	found = query(pb.NewQuerySparse([]uint32{7, 101, 999}, []float32{1, 2, 1}), "words", only)
	want := 2*math.Log(1+0.5/5.5) + 2*math.Log(1+4.5/1.5)
	if len(found) != 1 || !near(found[0].GetScore(), want) {
		t.Errorf("sparse: %v, want a score of %v", found, want)
	}
	if found = query(pb.NewQuerySparse([]uint32{999}, []float32{1}), "words", nil); len(found) != 0 {
		t.Errorf("a term that no point has found %v", found)
	}
}

func TestConditionalUpserts(t *testing.T) {
	c := connect(t, qdranttest.Options{})
	put := func(id uint64, n int) {
		_, err := c.Upsert(t.Context(), &pb.UpsertPoints{
			CollectionName: "c", Wait: pb.PtrOf(true), UpdateFilter: &pb.Filter{Must: []*pb.Condition{pb.NewMatchInt("n", 1)}},
			Points: []*pb.PointStruct{{Id: pb.NewIDNum(id), Payload: pb.NewValueMap(map[string]any{"n": n}), Vectors: pb.NewVectorsMap(nil)}},
		})
		must(t, err)
	}
	put(1, 50) // matches
	put(2, 50) // does not
	put(9, 50) // is not there yet
	reply, err := c.Get(t.Context(), &pb.GetPoints{CollectionName: "c", Ids: []*pb.PointId{pb.NewIDNum(1), pb.NewIDNum(2), pb.NewIDNum(9)}, WithPayload: pb.NewWithPayload(true)})
	must(t, err)
	var got []int64
	for _, p := range reply {
		got = append(got, p.GetPayload()["n"].GetIntegerValue())
	}
	if !slices.Equal(got, []int64{50, 2, 50}) {
		t.Errorf("numbers are %v", got)
	}
}

func TestFieldsAreSetOnlyWhereAPointMatches(t *testing.T) {
	c := connect(t, qdranttest.Options{Strict: true})
	for _, id := range []uint64{1, 2, 9} { // matches, does not, is not there
		_, err := c.SetPayload(t.Context(), &pb.SetPayloadPoints{
			CollectionName: "c", Wait: pb.PtrOf(true), Payload: pb.NewValueMap(map[string]any{"n": 50}),
			PointsSelector: pb.NewPointsSelectorFilter(&pb.Filter{Must: []*pb.Condition{pb.NewHasID(pb.NewIDNum(id)), pb.NewMatchKeyword("kind", "odd")}}),
		})
		must(t, err)
	}
	reply, err := c.Get(t.Context(), &pb.GetPoints{CollectionName: "c", Ids: []*pb.PointId{pb.NewIDNum(1), pb.NewIDNum(2), pb.NewIDNum(9)}, WithPayload: pb.NewWithPayload(true)})
	must(t, err)
	var got []string
	for _, p := range reply {
		got = append(got, fmt.Sprint(p.GetPayload()["kind"].GetStringValue(), p.GetPayload()["n"].GetIntegerValue()))
	}
	if !slices.Equal(got, []string{"odd50", "even2"}) {
		t.Errorf("points are %v", got)
	}
}

func TestWhatIsRefused(t *testing.T) {
	c := connect(t, qdranttest.Options{Strict: true})
	points, wait := c.GetPointsClient(), pb.PtrOf(true)
	upsert := func(p *pb.PointStruct) error {
		_, err := points.Upsert(t.Context(), &pb.UpsertPoints{CollectionName: "c", Wait: wait, Points: []*pb.PointStruct{p}})
		return err
	}
	vector := func(name string, v *pb.Vector) *pb.Vectors { return pb.NewVectorsMap(map[string]*pb.Vector{name: v}) }
	query := func(q *pb.QueryPoints) error { _, err := points.Query(t.Context(), q); return err }
	count := func(name string, f *pb.Filter) error {
		_, err := points.Count(t.Context(), &pb.CountPoints{CollectionName: name, Filter: f})
		return err
	}
	for _, one := range []struct {
		name string
		err  error
		code codes.Code
		says string
	}{
		{"an unknown collection", count("nowhere", nil), codes.NotFound, "doesn't exist"},
		{"a vector of another length", upsert(&pb.PointStruct{Id: pb.NewIDNum(1), Vectors: vector("dense", pb.NewVector(1, 2, 3))}), codes.InvalidArgument, "expected dim: 2, got 3"},
		{"a vector of another name", upsert(&pb.PointStruct{Id: pb.NewIDNum(1), Vectors: vector("other", pb.NewVector(1, 2))}), codes.InvalidArgument, "Not existing vector name"},
		{"no vectors at all", upsert(&pb.PointStruct{Id: pb.NewIDNum(1)}), codes.InvalidArgument, "Expected some vectors"},
		{"an id that is none", upsert(&pb.PointStruct{Id: pb.NewID("one"), Vectors: vector("dense", pb.NewVector(1, 2))}), codes.InvalidArgument, "UUID"},
		{"an index twice", upsert(&pb.PointStruct{Id: pb.NewIDNum(1), Vectors: vector("words", pb.NewVectorSparse([]uint32{1, 1}, []float32{1, 1}))}), codes.InvalidArgument, "unique"},
		{"a limit of none", query(&pb.QueryPoints{CollectionName: "c", Query: pb.NewQuery(1, 2), Using: pb.PtrOf("dense"), Limit: pb.PtrOf(uint64(0))}), codes.InvalidArgument, "limit"},
		{"a filter without an index, in strict mode", count("c", &pb.Filter{Must: []*pb.Condition{pb.NewMatchInt("n", 1)}}), codes.InvalidArgument, "Index required"},
		{"a field it does not know", query(&pb.QueryPoints{CollectionName: "c", Query: pb.NewQuery(1, 2), Using: pb.PtrOf("dense"), ScoreThreshold: pb.PtrOf(float32(1))}), codes.Unimplemented, "score_threshold"},
		{"a condition it does not know", count("c", &pb.Filter{Must: []*pb.Condition{pb.NewIsEmpty("kind")}}), codes.Unimplemented, "is_empty"},
		{"a collection that is there", c.CreateCollection(t.Context(), &pb.CreateCollection{CollectionName: "c"}), codes.AlreadyExists, "already exists"},
	} {
		if status.Code(one.err) != one.code || !strings.Contains(fmt.Sprint(one.err), one.says) {
			t.Errorf("%s: %v, want %v and %q", one.name, one.err, one.code, one.says)
		}
	}
	if _, err := points.OverwritePayload(t.Context(), &pb.SetPayloadPoints{CollectionName: "c"}); status.Code(err) != codes.Unimplemented {
		t.Errorf("a call it does not know: %v", err)
	}
}
