package qdrant_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"
	pb "github.com/qdrant/go-client/qdrant"

	"footnote/document"
	"footnote/llm"
	"footnote/retrieval"
	"footnote/retrieval/lexical"
	"footnote/store/qdrant"
	"footnote/store/qdrant/qdranttest"
)

// The corpus that searches are timed with.
const (
	benchChunks = 20_000 // unless FOOTNOTE_BENCH_CHUNKS says otherwise
	benchDim    = 256
	benchWords  = 60 // in a chunk
	benchK      = 200
)

// BenchmarkSearch times searches through the index against the same query sent
// with the client alone, in turns, and reports the median of each and the ratio.
// Without FOOTNOTE_TEST_QDRANT the server is that of qdranttest, which scans: the
// ratio then tells what the index adds, not what Qdrant takes.
func BenchmarkSearch(b *testing.B) {
	o := benchOptions(b)
	x := open(b, o)
	fill(b, x)
	client, err := pb.NewClient(&pb.Config{Host: o.Host, Port: o.Port, APIKey: o.Key, SkipCompatibilityCheck: true})
	if err != nil {
		b.Fatal(err)
	}
	defer client.Close()
	random := rand.New(rand.NewPCG(3, 4))
	b.Run("words", func(b *testing.B) {
		versus(b, func() (ours, theirs func() error) {
			q := benchText(random, 6)
			return func() error { _, err := x.Lexical(b.Context(), q, retrieval.Filter{}, benchK); return err },
				func() error { return send(b, client, wordsQuery(o, q)) }
		})
	})
	b.Run("vectors", func(b *testing.B) {
		versus(b, func() (ours, theirs func() error) {
			v := benchVector(random)
			return func() error { _, err := x.Dense(b.Context(), v, retrieval.Filter{}, benchK); return err },
				func() error { return send(b, client, denseQuery(o, v)) }
		})
	})
}

func benchOptions(b *testing.B) qdrant.Options {
	address := "qdrant://" + os.Getenv("FOOTNOTE_TEST_QDRANT")
	if address == "qdrant://" {
		address = qdranttest.Start(b, qdranttest.Options{}).URL()
	}
	o := options(b, address)
	o.Key, o.Dim = os.Getenv("FOOTNOTE_QDRANT_KEY"), benchDim
	o.Collection = "footnote-bench-" + strings.ToLower(ulid.Make().String())
	dropAfterwards(b, o)
	return o
}

// versus times pairs of functions in turns.
func versus(b *testing.B, next func() (ours, theirs func() error)) {
	var a, c []time.Duration
	timed := func(f func() error) time.Duration {
		began := time.Now()
		if err := f(); err != nil {
			b.Fatal(err)
		}
		return time.Since(began)
	}
	for b.Loop() {
		ours, theirs := next()
		if len(a)%2 == 0 {
			c = append(c, timed(theirs))
			a = append(a, timed(ours))
		} else {
			a = append(a, timed(ours))
			c = append(c, timed(theirs))
		}
	}
	slices.Sort(a)
	slices.Sort(c)
	ours, theirs := a[len(a)/2], c[len(c)/2]
	b.ReportMetric(float64(ours.Microseconds()), "µs-p50")
	b.ReportMetric(float64(theirs.Microseconds()), "client-µs-p50")
	b.ReportMetric(float64(ours)/float64(theirs), "ratio")
}

func send(b *testing.B, c *pb.Client, q *pb.QueryPoints) error {
	_, err := c.Query(b.Context(), q)
	return err
}

// wordsQuery and denseQuery are what the index sends to find chunks.
func wordsQuery(o qdrant.Options, text string) *pb.QueryPoints {
	indices, values := qdrant.QueryVector(lexical.Weigh(text, "en"))
	return asked(o, pb.NewQuerySparse(indices, values), "words", pb.NewMatchKeywords("language", "en"))
}

func denseQuery(o qdrant.Options, v llm.Vector) *pb.QueryPoints {
	q := asked(o, pb.NewQueryDense(v), "dense")
	q.Params = &pb.SearchParams{Quantization: &pb.QuantizationSearchParams{Rescore: &o.Rescore, Oversampling: &o.Oversampling}}
	return q
}

func asked(o qdrant.Options, q *pb.Query, using string, more ...*pb.Condition) *pb.QueryPoints {
	return &pb.QueryPoints{
		CollectionName: o.Collection, Query: q, Using: &using, Limit: pb.PtrOf(uint64(benchK)),
		Filter:      &pb.Filter{Must: append([]*pb.Condition{pb.NewMatchKeyword("tenant", o.Tenant)}, more...)},
		WithPayload: pb.NewWithPayloadInclude("document", "generation", "chunk", "header"),
	}
}

// fill indexes documents of 100 chunks.
func fill(b *testing.B, x *qdrant.Index) {
	random := rand.New(rand.NewPCG(1, 2))
	chunks := benchChunks
	if n, err := strconv.Atoi(os.Getenv("FOOTNOTE_BENCH_CHUNKS")); err == nil {
		chunks = n
	}
	for d := range chunks / 100 {
		id := document.ID(fmt.Sprintf("doc_%026d", d))
		entries := make([]retrieval.Entry, 100)
		for i := range entries {
			entries[i] = retrieval.Entry{
				Chunk: document.Chunk{Doc: id, Ordinal: i, Header: fmt.Sprintf("Report %d > Part %d", d, i/10), Section: i / 10, Tokens: 2 * benchWords},
				Text:  benchText(random, benchWords), Language: "en", Vector: benchVector(random),
			}
		}
		if err := x.Replace(b.Context(), id, entries); err != nil {
			b.Fatal(err)
		}
	}
}

// benchText draws words as rare as those of a language are.
func benchText(random *rand.Rand, n int) string {
	zipf := rand.NewZipf(random, 1.1, 8, 50_000)
	words := make([]string, n)
	for i := range words {
		words[i] = fmt.Sprintf("w%dx", zipf.Uint64())
	}
	return strings.Join(words, " ")
}

func benchVector(random *rand.Rand) llm.Vector {
	v := make(llm.Vector, benchDim)
	for i := range v {
		v[i] = float32(random.NormFloat64()) / 16 // about unit length
	}
	return v
}
