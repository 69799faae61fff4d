package local_test

import (
	"testing"

	"footnote/store/local"
)

func TestWhatAnIndexWasMadeWithIsReadFromOutside(t *testing.T) {
	dir := t.TempDir()
	knows := func(embedder string, dim int) {
		t.Helper()
		if e, d, err := local.MadeWith(t.Context(), dir); err != nil || e != embedder || d != dim {
			t.Errorf("made with %q (%d), %v; want %q (%d)", e, d, err, embedder, dim)
		}
	}
	knows("", 0)
	s, err := local.Open(t.Context(), dir, local.Options{Embedder: "m", Dim: 7})
	if err != nil {
		t.Fatal(err)
	}
	knows("m", 7) // while a server has it open
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	knows("m", 7)
	if _, _, err := local.MadeWith(t.Context(), dir+"/footnote.db"); err == nil {
		t.Error("a folder that is a file is read")
	}
}
