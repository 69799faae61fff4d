package sandbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"footnote/document"
)

// TestHostilePDFs reads every PDF of the collection of broken, encrypted and
// odd files in a child: within 10 seconds and 1 GiB, without a crash, and with
// the outcome that its list expects where it expects one.
func TestHostilePDFs(t *testing.T) {
	dir := os.Getenv("FOOTNOTE_DATA_SETS")
	if dir == "" {
		if os.Getenv("FOOTNOTE_REQUIRE_ALL") == "1" {
			t.Fatal("FOOTNOTE_DATA_SETS is not set")
		}
		t.Skip("FOOTNOTE_DATA_SETS is not set")
	}
	dir = filepath.Join(dir, "..", "nasty")
	manifest, err := os.ReadFile(filepath.Join(dir, "MANIFEST.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	s := New(Options{
		Command:   []string{os.Args[0], pdfArgument},
		TimeLimit: 10 * time.Second, MemoryLimit: 1 << 30,
	})
	defer s.Close()
	for line := range strings.Lines(string(manifest)) {
		f := strings.Split(line, "\t")
		if len(f) < 4 || !strings.HasPrefix(f[0], "pdf-") {
			continue
		}
		t.Run(f[0], func(t *testing.T) {
			d, err := s.Read(t.Context(), document.Source{Name: filepath.Base(f[0]), Path: filepath.Join(dir, f[0])}, nil)
			if problem := outcome(d, err, f[2]); problem != "" {
				t.Errorf("%s (%s): %s", f[0], f[3], problem)
			}
			if err == nil {
				_, err = s.Render(t.Context(), document.Source{Name: "page", Path: filepath.Join(dir, f[0])}, 1, 600)
			} else {
				err = nil
			}
			if errors.Is(err, document.ErrTimeout) || errors.Is(err, document.ErrMemory) || errors.Is(err, document.ErrCrashed) {
				t.Errorf("drawing its first page: %v", err)
			}
		})
	}
}

// outcome says what is wrong with how a read ended, "" when nothing is.
func outcome(d *document.Document, err error, expect string) string {
	for _, bad := range []error{document.ErrTimeout, document.ErrMemory, document.ErrCrashed, context.Canceled} {
		if errors.Is(err, bad) {
			return err.Error()
		}
	}
	if err == nil {
		if err := d.Validate(); err != nil {
			return err.Error()
		}
	}
	known := errors.Is(err, document.ErrEncrypted) || errors.Is(err, document.ErrBroken) || errors.Is(err, document.ErrNoText)
	switch {
	case expect == "refuse" && !errors.Is(err, document.ErrEncrypted),
		expect == "no text" && !errors.Is(err, document.ErrNoText),
		expect == "readable" && err != nil,
		err != nil && !known:
		return fmt.Sprintf("error %v, want it %s", err, expect)
	}
	return ""
}
