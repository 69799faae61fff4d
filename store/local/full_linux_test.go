package local_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"footnote/document"
	"footnote/ingest"
)

// smallDisk is a file system of some bytes. It takes the right to mount.
func smallDisk(t *testing.T, bytes int) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", bytes)); err != nil {
		t.Skipf("mounting a small file system: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill takes all the space that is left.
func fill(t *testing.T, dir string) (path string) {
	t.Helper()
	f, err := os.CreateTemp(dir, "filler")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	path = f.Name()
	for size := 1 << 16; size > 0; size /= 2 {
		for err = nil; err == nil; {
			_, err = f.Write(make([]byte, size))
		}
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	return path
}

func TestFullDiskRefusesUploadsAndLosesNothing(t *testing.T) {
	dir := smallDisk(t, 8<<20)
	s := openStore(t, dir, options())
	kept, _, err := s.Add(t.Context(), document.Upload{Name: "kept"}, strings.NewReader("kept"))
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = s.Add(t.Context(), document.Upload{Name: "big"}, io.LimitReader(ones{}, 20<<20))
	if !errors.Is(err, document.ErrStorageFull) {
		t.Errorf("an upload larger than the disk: %v", err)
	}
	if left, err := os.ReadDir(filepath.Join(dir, "incoming")); err != nil || len(left) != 0 {
		t.Errorf("left of the upload: %v, %v", left, err)
	}
	filler := fill(t, dir)
	for i := range 20 {
		_, _, err = s.Add(t.Context(), document.Upload{Name: "small"}, strings.NewReader(fmt.Sprint("small ", i)))
		if err == nil {
			continue // the log had room left
		}
		if !errors.Is(err, document.ErrStorageFull) {
			t.Fatalf("upload to a full disk: %v", err)
		}
	}
	if err == nil {
		t.Error("a full disk took every upload")
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, dir, options())
	if _, _, err = s.Add(t.Context(), document.Upload{Name: "after"}, strings.NewReader("after")); err != nil {
		t.Errorf("upload once there is space: %v", err)
	}
	infos, _, err := s.List(t.Context(), document.ListOptions{Limit: 200})
	if err != nil || infos[len(infos)-1].ID != kept.ID {
		t.Errorf("list: %v, %v", infos, err)
	}
	for _, i := range infos {
		r, err := s.Original(t.Context(), i.ID)
		if err != nil {
			t.Errorf("original of %s: %v", i.Name, err)
			continue
		}
		raw, err := io.ReadAll(r)
		if err := errors.Join(err, r.Close()); err != nil || int64(len(raw)) != i.Bytes {
			t.Errorf("original of %s has %d bytes, want %d: %v", i.Name, len(raw), i.Bytes, err)
		}
	}
}

func TestFullDiskLeavesParsingAndIndexingWhole(t *testing.T) {
	dir := smallDisk(t, 8<<20)
	b := openAt(t, dir)
	if _, _, err := b.Documents.Add(t.Context(), document.Upload{Name: "a"}, strings.NewReader("a")); err != nil {
		t.Fatal(err)
	}
	j, err := b.Queue.Claim(t.Context(), 0, 1<<40)
	if err != nil {
		t.Fatal(err)
	}
	filler := fill(t, dir)
	big := builtDocument(t, j.Document, 20_000)
	if err := b.Documents.Put(t.Context(), big); !errors.Is(err, document.ErrStorageFull) {
		t.Errorf("put on a full disk: %v", err)
	}
	if _, err := b.Documents.Get(t.Context(), j.Document); !errors.Is(err, document.ErrNotReady) {
		t.Errorf("half a document was stored: %v", err)
	}
	if err := b.Index.Replace(t.Context(), j.Document, manyEntries(j.Document, 5000)); !errors.Is(err, document.ErrStorageFull) {
		t.Errorf("index on a full disk: %v", err)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	if err := b.Index.Replace(t.Context(), j.Document, manyEntries(j.Document, 10)); err != nil {
		t.Errorf("index once there is space: %v", err)
	}
	if err := b.Queue.Finish(t.Context(), j, ingest.Outcome{Chunks: 10}); err != nil {
		t.Errorf("finish once there is space: %v", err)
	}
}

func TestDeletingWorksOnAFullDisk(t *testing.T) {
	dir := smallDisk(t, 8<<20)
	b := openAt(t, dir)
	info, _, err := b.Documents.Add(t.Context(), document.Upload{Name: "a"}, bytes.NewReader(make([]byte, 1<<20)))
	if err != nil {
		t.Fatal(err)
	}
	fill(t, dir)
	for i := 0; ; i++ { // use up the log too
		_, _, err := b.Documents.Add(t.Context(), document.Upload{Name: "x"}, strings.NewReader(fmt.Sprint(i)))
		if errors.Is(err, document.ErrStorageFull) {
			break
		}
		if err != nil || i > 10_000 {
			t.Fatalf("upload %d: %v", i, err)
		}
	}
	if err := b.Documents.Delete(t.Context(), info.ID); err != nil {
		t.Fatalf("delete: %v", err)
	}
	j, err := b.Queue.Claim(t.Context(), 0, 1<<40)
	if err != nil || j.Kind != ingest.Remove {
		t.Fatalf("claim: %+v, %v", j, err)
	}
	for _, err := range []error{
		b.Index.Delete(t.Context(), j.Document), b.Documents.Purge(t.Context(), j.Document), b.Queue.Finish(t.Context(), j, ingest.Outcome{}),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	if _, _, err := b.Documents.Add(t.Context(), document.Upload{Name: "y"}, strings.NewReader("there is space again")); err != nil {
		t.Errorf("upload afterwards: %v", err)
	}
}

// A server that was stopped must start again on a disk that has filled up
// since, or nobody could delete anything.
func TestFullDiskCanBeOpenedAgain(t *testing.T) {
	dir := smallDisk(t, 8<<20)
	s := openStore(t, dir, options())
	info, _, err := s.Add(t.Context(), document.Upload{Name: "a"}, bytes.NewReader(make([]byte, 2<<20)))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // whoever fills the disk takes what stopping gives back
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		fill(t, dir)
		s = openStore(t, dir, options())
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	fill(t, dir)
	b := openAt(t, dir)
	if got, err := b.Documents.Info(t.Context(), info.ID); err != nil || got.Name != "a" {
		t.Errorf("info: %+v, %v", got, err)
	}
	if err := b.Documents.Delete(t.Context(), info.ID); err != nil {
		t.Fatalf("delete: %v", err)
	}
	if j, err := b.Queue.Claim(t.Context(), 0, 1<<40); err != nil || j.Kind != ingest.Remove {
		t.Fatalf("claim: %+v, %v", j, err)
	}
	if err := b.Documents.Purge(t.Context(), info.ID); err != nil {
		t.Errorf("purge: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "reserve")); err != nil {
		t.Errorf("the reserve is not kept again: %v", err)
	}
}

// ones is an endless file.
type ones struct{}

func (ones) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '1'
	}
	return len(p), nil
}
