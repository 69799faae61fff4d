package local

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"footnote/document"
	"footnote/ingest"
	"footnote/retrieval"
)

// TestFullDatabaseChangesNothing needs no right to mount a small disk: SQLite
// itself refuses to grow.
func TestFullDatabaseChangesNothing(t *testing.T) {
	s, err := Open(t.Context(), t.TempDir(), Options{Chunker: "test"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	info, _, err := s.Add(t.Context(), document.Upload{Name: "a"}, strings.NewReader("a"))
	if err != nil {
		t.Fatal(err)
	}
	var pages int
	if err := s.db.writer.QueryRow(`PRAGMA page_count`).Scan(&pages); err != nil {
		t.Fatal(err)
	}
	if _, err := s.db.writer.Exec(fmt.Sprintf(`PRAGMA max_page_count = %d`, pages+2)); err != nil {
		t.Fatal(err)
	}
	entries := make([]retrieval.Entry, 500)
	for i := range entries {
		entries[i] = retrieval.Entry{Chunk: document.Chunk{Doc: "doc_x", Ordinal: i}, Text: strings.Repeat("heron ", 100)}
	}
	if err := s.Index().Replace(t.Context(), "doc_x", entries); !errors.Is(err, document.ErrStorageFull) {
		t.Errorf("index: %v", err)
	}
	ps, err := s.Index().Lexical(t.Context(), "heron", retrieval.Filter{}, 10)
	if err != nil || len(ps) != 0 {
		t.Errorf("half an index is found: %v, %v", ps, err)
	}
	added := 0
	for err = nil; err == nil; added++ {
		_, _, err = s.Add(t.Context(), document.Upload{Name: strings.Repeat("n", 1000)}, strings.NewReader(fmt.Sprint(added)))
	}
	if !errors.Is(err, document.ErrStorageFull) {
		t.Errorf("add: %v", err)
	}
	infos, _, err := s.List(t.Context(), document.ListOptions{Limit: 200})
	if err != nil || len(infos) != added || infos[len(infos)-1].ID != info.ID {
		t.Errorf("%d documents, want %d: %v", len(infos), added, err)
	}
}

// A damaged entry must not leave a server that says it is ready and cannot
// search.
func TestIndexThatDoesNotLoadSaysWhy(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(t.Context(), dir, Options{Chunker: "test"})
	if err != nil {
		t.Fatal(err)
	}
	entries := []retrieval.Entry{{Chunk: document.Chunk{Doc: "doc_x"}, Text: "heron", Language: "en"}}
	if err := s.Index().Replace(t.Context(), "doc_x", entries); err != nil {
		t.Fatal(err)
	}
	if err := s.Index().Err(); err != nil {
		t.Errorf("a sound index: %v", err)
	}
	if _, err := s.db.writer.Exec(`UPDATE entries SET tokens = 'many'`); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(t.Context(), dir, Options{Chunker: "test"}); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	want := s.Index().wait(t.Context())
	if got := s.Index().Err(); want == nil || !errors.Is(got, want) {
		t.Errorf("the index says %v, searches say %v", got, want)
	}
	if done, total := s.Index().Progress(); done >= total {
		t.Errorf("%d of %d documents are loaded", done, total)
	}
}

// A lease counts from when it is given: a claim may wait long for its turn to
// write.
func TestALeaseIsWholeAfterALongWait(t *testing.T) {
	now := time.Unix(1_000_000_000, 0)
	var looks, late int
	s, err := Open(t.Context(), t.TempDir(), Options{Chunker: "test", Now: func() time.Time {
		if looks++; looks == late {
			now = now.Add(time.Hour)
		}
		return now
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, _, err := s.Add(t.Context(), document.Upload{Name: "a"}, strings.NewReader("a")); err != nil {
		t.Fatal(err)
	}
	late = looks + 2 // the claim looks at the clock, and the wait comes after
	j, err := s.Queue().Claim(t.Context(), 0, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := s.Queue().Claim(t.Context(), 0, time.Minute); !errors.Is(err, ingest.ErrNoJob) {
		t.Errorf("%+v was given away again as %+v: %v", j, again, err)
	}
}
