package eval

import (
	"os"
	"path/filepath"
	"testing"
)

func TestState(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.json.partial")
	open := func(run string, want int) *state {
		t.Helper()
		s, err := openState(path, run)
		if err != nil {
			t.Fatal(err)
		}
		if len(s.done) != want {
			t.Fatalf("run %q starts with %d records, want %d", run, len(s.done), want)
		}
		return s
	}
	save := func(s *state, ids ...string) {
		t.Helper()
		for _, id := range ids {
			if err := s.save(Record{ID: id, Short: "two\nlines"}); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.close(); err != nil {
			t.Fatal(err)
		}
	}
	save(open("first", 0), "a", "b")
	save(open("first", 2), "c")

	// Cut the last line in half, as a kill may do.
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, info.Size()-10); err != nil {
		t.Fatal(err)
	}
	save(open("first", 2), "d")
	save(open("first", 3))
	save(open("another", 0), "e")
	save(open("another", 1))
}

func TestStateIsNotKeptWithoutAPath(t *testing.T) {
	s, err := openState("", "run")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.save(Record{ID: "a"}); err != nil {
		t.Fatal(err)
	}
	if !s.has(Record{ID: "a"}.key()) {
		t.Error("the record is not known in this run")
	}
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
}
