// Package postgrestest gives tests databases of their own, on the server that
// FOOTNOTE_TEST_POSTGRES names.
package postgrestest

import (
	"context"
	"crypto/rand"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Server returns the address of the Postgres to test with, where there is one.
func Server(t testing.TB) string {
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

// Database makes a schema that is dropped when the test ends, and returns an
// address whose tables lie there.
func Database(t testing.TB) string {
	t.Helper()
	at := Server(t)
	name := "footnote_" + strings.ToLower(rand.Text()[:16])
	// Other packages may be at it too, and the extension is the whole database's.
	Execute(t, at, `BEGIN; SELECT pg_advisory_xact_lock(1); CREATE EXTENSION IF NOT EXISTS vector SCHEMA public; COMMIT; CREATE SCHEMA `+name)
	t.Cleanup(func() { Execute(t, at, `DROP SCHEMA `+name+` CASCADE`) })
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", name+",public")
	u.RawQuery = q.Encode()
	return u.String()
}

// Execute runs a statement on a connection of its own.
func Execute(t testing.TB, at, statement string) {
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
