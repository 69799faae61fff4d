package postgres_test

import (
	"context"
	"crypto/rand"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"footnote/store/postgres"
	"footnote/store/storetest"
)

func TestDocuments(t *testing.T)   { storetest.TestDocuments(t, open) }
func TestLibrary(t *testing.T)     { storetest.TestLibrary(t, open) }
func TestQueue(t *testing.T)       { storetest.TestQueue(t, open) }
func TestIndex(t *testing.T)       { storetest.TestIndex(t, open) }
func TestAnswers(t *testing.T)     { storetest.TestAnswers(t, open) }
func TestEvaluations(t *testing.T) { storetest.TestEvaluations(t, open) }

// open gives the contract suites a fresh database.
func open(t *testing.T) storetest.Backend { return openAt(t, options(database(t))) }

func openAt(t *testing.T, o postgres.Options) storetest.Backend {
	t.Helper()
	s := openStore(t, o)
	return storetest.Backend{
		Documents: s, Queue: s.Queue(), Index: s.Index(), Answers: s.Answers(), Evaluations: s.Evaluations(),
		Reopen: func() storetest.Backend {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			return openAt(t, o)
		},
	}
}

func options(url string) postgres.Options {
	return postgres.Options{URL: url, Chunker: storetest.Chunker, Embedder: storetest.Embedder, Dim: storetest.Dim}
}

func openStore(t testing.TB, o postgres.Options) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// server returns the address of the Postgres to test with, where there is one.
func server(t testing.TB) string {
	t.Helper()
	at := os.Getenv("FOOTNOTE_TEST_POSTGRES")
	if at == "" && os.Getenv("FOOTNOTE_REQUIRE_ALL") == "1" {
		t.Fatal("FOOTNOTE_TEST_POSTGRES is not set: it names a Postgres with pgvector, as a URL")
	}
	if at == "" {
		t.Skip("FOOTNOTE_TEST_POSTGRES names no Postgres")
	}
	return at
}

// database makes a schema that is dropped when the test ends, and returns an
// address whose tables lie there.
func database(t testing.TB) string {
	t.Helper()
	at := server(t)
	name := "footnote_" + strings.ToLower(rand.Text()[:16])
	// Other packages may be at it too, and the extension is the whole database's.
	execute(t, at, `BEGIN; SELECT pg_advisory_xact_lock(1); CREATE EXTENSION IF NOT EXISTS vector SCHEMA public; COMMIT; CREATE SCHEMA `+name)
	t.Cleanup(func() { execute(t, at, `DROP SCHEMA `+name+` CASCADE`) })
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", name+",public")
	u.RawQuery = q.Encode()
	return u.String()
}

// execute runs a statement on a connection of its own.
func execute(t testing.TB, at, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c, err := pgx.Connect(ctx, at)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(ctx)
	if _, err := c.Exec(ctx, statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}
