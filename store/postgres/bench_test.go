package postgres

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"footnote/document"
	"footnote/llm"
	"footnote/retrieval"
)

// What the benchmark searches, unless FOOTNOTE_BENCH_CHUNKS says how many chunks.
const (
	benchChunks      = 20_000
	benchShortChunks = 1_000
	benchPerDocument = 100
	benchDim         = 256
)

// BenchmarkSearch compares a search by words and vectors through Footnote with
// the same statements sent through pgx alone, and reports the medians and what
// one is to the other. The database bench, made on the server that is tested
// with, is filled once and kept, since filling it takes longest.
func BenchmarkSearch(b *testing.B) {
	s := benchStore(b)
	log := &statements{}
	traced := benchPool(b, s, log)
	plain := s.pool
	random := rand.New(rand.NewPCG(5, 6))
	find := func(q benchQuestion) {
		searcher := retrieval.NewSearcher(s.Index(), q, s, retrieval.Options{})
		if _, err := searcher.Retrieve(b.Context(), retrieval.Query{Text: q.text}); err != nil {
			b.Fatal(err)
		}
	}
	var through, bare []float64
	for b.Loop() {
		for range 50 {
			q := newBenchQuestion(random)
			s.pool = traced
			log.sent = nil
			find(q)
			s.pool = plain
			sent := slices.Clone(log.sent)
			began := time.Now()
			find(q)
			through = append(through, float64(time.Since(began).Microseconds())/1000)
			began = time.Now()
			replay(b, plain, sent)
			bare = append(bare, float64(time.Since(began).Microseconds())/1000)
		}
	}
	b.ReportMetric(median(through), "ms/search")
	b.ReportMetric(median(bare), "ms/bare")
	b.ReportMetric(median(through)/median(bare), "ratio")
	b.ReportMetric(0, "ns/op")
}

func median(x []float64) float64 {
	slices.Sort(x)
	return x[len(x)/2]
}

// benchQuestion is a question that knows its own vector.
type benchQuestion struct {
	text   string
	vector llm.Vector
}

// EmbedQuery implements llm.Embedder.
func (q benchQuestion) EmbedQuery(context.Context, string) (llm.Vector, error) { return q.vector, nil }

// EmbedDocuments implements llm.Embedder.
func (q benchQuestion) EmbedDocuments(context.Context, []string) ([]llm.Vector, error) {
	return nil, nil
}

// Name implements llm.Embedder.
func (benchQuestion) Name() string { return "bench" }

// Dim implements llm.Embedder.
func (benchQuestion) Dim() int { return benchDim }

func newBenchQuestion(r *rand.Rand) benchQuestion {
	return benchQuestion{benchText(r, 6), benchVector(r)}
}

// benchText is of words as common as those of a language, without its commonest.
func benchText(r *rand.Rand, words int) string {
	out := make([]string, words)
	for i := range out {
		n := int(20 * math.Exp(r.Float64()*math.Log(1500)))
		out[i] = "w" + strconv.FormatInt(int64(n), 26)
	}
	return strings.Join(out, " ")
}

// benchVector lies near one of some centres, as real ones do.
func benchVector(r *rand.Rand) llm.Vector {
	centre := rand.New(rand.NewPCG(1, uint64(r.IntN(500))))
	v := make(llm.Vector, benchDim)
	for i := range v {
		v[i] = float32(centre.NormFloat64() + 0.7*r.NormFloat64())
	}
	sum := 0.0
	for _, f := range v {
		sum += float64(f) * float64(f)
	}
	for i := range v {
		v[i] /= float32(math.Sqrt(sum))
	}
	return v
}

func benchStore(b *testing.B) *Store {
	at := os.Getenv("FOOTNOTE_TEST_POSTGRES")
	if at == "" {
		b.Skip("FOOTNOTE_TEST_POSTGRES names no Postgres")
	}
	chunks := benchChunks
	if testing.Short() {
		chunks = benchShortChunks
	}
	if n, err := strconv.Atoi(os.Getenv("FOOTNOTE_BENCH_CHUNKS")); err == nil {
		chunks = n
	}
	name := fmt.Sprintf("bench%d", chunks)
	c, err := pgx.Connect(b.Context(), at)
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close(context.Background())
	if _, err := c.Exec(b.Context(), `CREATE DATABASE `+name); err != nil && codeOf(err) != "42P04" {
		b.Fatal(err)
	}
	u, err := url.Parse(at)
	if err != nil {
		b.Fatal(err)
	}
	u.Path = "/" + name
	s, err := Open(b.Context(), Options{URL: u.String(), Chunker: "bench", Embedder: "bench", Dim: benchDim})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	fill(b, s, chunks)
	return s
}

// fill adds the documents that are missing.
func fill(b *testing.B, s *Store, chunks int) {
	info, err := s.Index().Info(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	for d := info.Documents; d < chunks/benchPerDocument; d++ {
		r := rand.New(rand.NewPCG(9, uint64(d)))
		entries := make([]retrieval.Entry, benchPerDocument)
		for i := range entries {
			entries[i] = retrieval.Entry{
				Chunk:    document.Chunk{Ordinal: i, First: i, Last: i + 1, Header: "Report > Part", Tokens: 80},
				Text:     benchText(r, 60),
				Language: "en", Vector: benchVector(r),
			}
		}
		if err := s.Index().Replace(b.Context(), document.ID(fmt.Sprintf("doc_%026d", d)), entries); err != nil {
			b.Fatal(err)
		}
	}
	if added := chunks - info.Chunks; added > 0 {
		b.Logf("%d chunks added in %v", added, time.Since(began).Round(time.Second))
		if _, err := s.pool.Exec(b.Context(), `VACUUM ANALYZE`); err != nil {
			b.Fatal(err)
		}
	}
}

// statements is what a search sent.
type statements struct {
	mu   sync.Mutex
	sent []statement
}

type statement struct {
	query   string
	args    []any
	batched bool // with the one before
}

func benchPool(b *testing.B, s *Store, log *statements) *pgxpool.Pool {
	config := s.pool.Config()
	config.ConnConfig.Tracer = log
	pool, err := pgxpool.NewWithConfig(b.Context(), config)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(pool.Close)
	return pool
}

// TraceQueryStart implements pgx.QueryTracer.
func (l *statements) TraceQueryStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryStartData) context.Context {
	l.note(statement{query: d.SQL, args: d.Args})
	return ctx
}

// TraceQueryEnd implements pgx.QueryTracer.
func (l *statements) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// TraceBatchStart implements pgx.BatchTracer.
func (l *statements) TraceBatchStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceBatchStartData) context.Context {
	for i, q := range d.Batch.QueuedQueries {
		l.note(statement{query: q.SQL, args: q.Arguments, batched: i > 0})
	}
	return ctx
}

// TraceBatchQuery implements pgx.BatchTracer.
func (l *statements) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

// TraceBatchEnd implements pgx.BatchTracer.
func (l *statements) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

func (l *statements) note(s statement) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if strings.HasPrefix(s.query, "SET hnsw") || strings.HasPrefix(s.query, "SELECT to_regtype") {
		return // of a new connection
	}
	l.sent = append(l.sent, s)
}

// replay sends statements through pgx and reads all that comes back.
func replay(b *testing.B, pool *pgxpool.Pool, sent []statement) {
	c, err := pool.Acquire(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer c.Release()
	for len(sent) > 0 {
		n := 1
		for n < len(sent) && sent[n].batched {
			n++
		}
		batch := &pgx.Batch{}
		for _, s := range sent[:n] {
			batch.Queue(s.query, s.args...)
		}
		results := c.SendBatch(b.Context(), batch)
		for range n {
			rows, err := results.Query()
			for err == nil && rows.Next() {
			}
			if err == nil {
				err = rows.Err()
			}
			if err != nil {
				b.Fatal(err)
			}
		}
		if err := results.Close(); err != nil {
			b.Fatal(err)
		}
		sent = sent[n:]
	}
}
