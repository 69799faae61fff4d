package folder_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"footnote/store/folder"
)

func open(t *testing.T, parent string) *folder.Scratch {
	t.Helper()
	s, err := folder.OpenScratch(parent, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// age makes a folder look as if it had been made long ago.
func age(t *testing.T, dir string) {
	t.Helper()
	long := time.Now().Add(-time.Hour)
	if err := os.Chtimes(dir, long, long); err != nil {
		t.Fatal(err)
	}
}

func TestScratchOfTheDeadIsRemoved(t *testing.T) {
	for _, tt := range []struct {
		name string
		left func(t *testing.T, parent string) (dir string)
		kept bool
	}{
		{"what a killed process left goes", func(t *testing.T, parent string) string {
			dir := filepath.Join(parent, "footnote-scratch-1")
			if err := os.MkdirAll(filepath.Join(dir, "pages"), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "upload-1"), []byte("half"), 0o600); err != nil {
				t.Fatal(err)
			}
			return dir
		}, false},
		{"what a running process holds stays", func(t *testing.T, parent string) string {
			s := open(t, parent)
			t.Cleanup(func() { _ = s.Close() })
			return s.Dir
		}, true},
		{"what a running process holds stays when its old files were cleaned away", func(t *testing.T, parent string) string {
			s := open(t, parent)
			t.Cleanup(func() { _ = s.Close() })
			if runtime.GOOS != "windows" { // where the file is the lock and cannot be removed
				_ = os.Remove(filepath.Join(s.Dir, "lock"))
			}
			return s.Dir
		}, true},
		{"what is nobody's business stays", func(t *testing.T, parent string) string {
			dir := filepath.Join(parent, "footnote-data")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			return dir
		}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			parent := filepath.Join(t.TempDir(), "a[b") // a name is no pattern
			if err := os.Mkdir(parent, 0o700); err != nil {
				t.Fatal(err)
			}
			dir := tt.left(t, parent)
			age(t, dir)
			s := open(t, parent)
			if _, err := os.Stat(dir); (err == nil) != tt.kept {
				t.Errorf("%s: %v, want it kept: %v", dir, err, tt.kept)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			if _, err := os.Stat(s.Dir); !os.IsNotExist(err) {
				t.Errorf("%s is there after Close: %v", s.Dir, err)
			}
		})
	}
}

func TestScratchThatWasJustMadeStays(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "footnote-scratch-1")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	s := open(t, parent)
	defer s.Close()
	if _, err := os.Stat(dir); err != nil {
		t.Error(err)
	}
}
