package postgres

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/pgvector/pgvector-go"

	"footnote/document"
	"footnote/retrieval"
	"footnote/store/postgres/postgrestest"
)

// The index of vectors is asked only where many chunks are in scope; here it is
// asked for few, and must find nearly what comparing them all finds. A filter
// that lets little through must not leave it short.
func TestTheIndexOfVectorsFindsTheNearest(t *testing.T) {
	s, err := Open(t.Context(), Options{URL: postgrestest.Database(t), Embedder: "bench", Dim: benchDim})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	r := rand.New(rand.NewPCG(2, 3))
	var docs []document.ID
	for d := range 20 {
		doc := document.ID(fmt.Sprintf("doc_%026d", d))
		entries := make([]retrieval.Entry, 30)
		for i := range entries {
			entries[i] = retrieval.Entry{Chunk: document.Chunk{Ordinal: i}, Language: "en", Vector: benchVector(r)}
		}
		if err := s.Index().Replace(t.Context(), doc, entries); err != nil {
			t.Fatal(err)
		}
		docs = append(docs, doc)
	}
	const k, queries = 10, 20
	for name, f := range map[string]retrieval.Filter{"all": {}, "two documents": {Documents: docs[7:9]}} {
		hits := 0
		for range queries {
			query := pgvector.NewVector(benchVector(r))
			var near, all []retrieval.Passage
			err := s.snapshot(t.Context(), func(tx pgx.Tx) (err error) {
				// Of so few rows Postgres would rather compare all.
				if _, err = tx.Exec(t.Context(), `SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off`); err != nil {
					return err
				}
				if near, err = s.Index().near(t.Context(), tx, query, f, k); err == nil {
					all, err = exact(t.Context(), tx, query, f, k)
				}
				return err
			})
			if err != nil || len(near) != k || len(all) != k {
				t.Fatalf("%s: %d near, %d in all, %v", name, len(near), len(all), err)
			}
			found := map[document.Chunk]bool{}
			for _, p := range near {
				found[p.Chunk] = true
			}
			for _, p := range all {
				if found[p.Chunk] {
					hits++
				}
			}
		}
		if hits < k*queries*9/10 {
			t.Errorf("%s: %d of %d nearest were found", name, hits, k*queries)
		}
	}
}

func TestPostingsRoundTrip(t *testing.T) {
	long := strings.Repeat("heron ", 30_000)
	g := analyse([]retrieval.Entry{
		{Chunk: document.Chunk{Ordinal: 0}, Text: "heron", Language: "en"},
		{Chunk: document.Chunk{Ordinal: 255}, Text: "heron heron egret", Language: "en"},
		{Chunk: document.Chunk{Ordinal: 256}, Text: long, Language: "en"},
	})
	var got []string
	for _, b := range g.blocks {
		if b.term != termOf("en", "heron") {
			continue
		}
		for body := b.body; len(body) > 0; {
			p, size := unpack(body)
			if size == 0 {
				t.Fatalf("%x does not unpack", body)
			}
			got = append(got, fmt.Sprint(int(b.number)*blockChunks+int(p.at), " ", p.occurrences, " ", p.length))
			body = body[size:]
		}
	}
	if want := "[0 4 4 255 8 12 256 255 120000]"; fmt.Sprint(got) != want {
		t.Errorf("postings %v, want %s", got, want)
	}
}

// FuzzUnpack checks that damaged postings are noticed and do no harm.
func FuzzUnpack(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{1, 2})
	f.Add([]byte{1, 2, 3, 4})
	f.Add(binary.AppendUvarint([]byte{9, 255}, 1<<40))
	f.Fuzz(func(t *testing.T, body []byte) {
		if _, size := unpack(body); size < 0 || size > len(body) {
			t.Errorf("a posting of %d bytes in %d", size, len(body))
		}
	})
}

func TestAddressesAreShownWithoutPasswords(t *testing.T) {
	c, err := configOf("postgres://user:secret@db.example:6432/library?sslmode=disable")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := addressOf(c.ConnConfig), `database "library" on db.example:6432`; got != want {
		t.Errorf("address %q, want %q", got, want)
	}
	if c.MaxConns != connections || c.ConnConfig.ConnectTimeout != connectTimeout {
		t.Errorf("%d connections, timeout %v", c.MaxConns, c.ConnConfig.ConnectTimeout)
	}
	if _, err := configOf("postgres://user:secret@:bad port/"); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("a bad address: %v", err)
	}
}
