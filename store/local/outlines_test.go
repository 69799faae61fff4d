package local_test

import (
	"errors"
	"strings"
	"testing"

	"footnote/document"
	"footnote/ingest"
)

func TestOutlinesLiveAsLongAsTheirDocument(t *testing.T) {
	s := openStore(t, t.TempDir(), options())
	info, _, err := s.Add(t.Context(), document.Upload{Name: "a.txt"}, strings.NewReader("A sentence."))
	if err != nil {
		t.Fatal(err)
	}
	kept := func() string {
		t.Helper()
		b, err := s.Outline(t.Context(), info.ID, "key")
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	if got := kept(); got != "" {
		t.Errorf("kept %q before anything was", got)
	}
	for _, o := range []string{"{}", `{"scope":"A"}`} {
		if err := s.KeepOutline(t.Context(), info.ID, "key", []byte(o)); err != nil {
			t.Fatal(err)
		}
		if got := kept(); got != o {
			t.Errorf("kept %q, want %q", got, o)
		}
	}
	if err := s.Delete(t.Context(), info.ID); err != nil {
		t.Fatal(err)
	}
	if err := s.KeepOutline(t.Context(), info.ID, "other", []byte("{}")); !errors.Is(err, document.ErrNotFound) {
		t.Errorf("keep for a deleted document: %v", err)
	}
	if err := s.Purge(t.Context(), info.ID); err != nil {
		t.Fatal(err)
	}
	if got := kept(); got != "" {
		t.Errorf("after it was removed: %q", got)
	}
}

func TestWarningsOfCuttingStandBesideThoseOfReading(t *testing.T) {
	s := openStore(t, t.TempDir(), options())
	info, _, err := s.Add(t.Context(), document.Upload{Name: "a.txt"}, strings.NewReader("A sentence."))
	if err != nil {
		t.Fatal(err)
	}
	b := document.NewBuilder()
	b.Paragraph("A sentence.")
	b.Warn("page 2 could not be read")
	d, err := b.Document()
	if err != nil {
		t.Fatal(err)
	}
	d.ID = info.ID
	if err := s.Put(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	j, err := s.Queue().Claim(t.Context(), 0, 1<<40)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Queue().Finish(t.Context(), j, ingest.Outcome{Warnings: []string{"part 1 was not divided"}}); err != nil {
		t.Fatal(err)
	}
	info, err = s.Info(t.Context(), info.ID)
	if got := strings.Join(info.Warnings, "; "); err != nil || got != "page 2 could not be read; part 1 was not divided" {
		t.Errorf("warnings %q, %v", got, err)
	}
}
