package archive_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"strings"
	"testing"

	"footnote/document"
	"footnote/document/archive"
)

func pack(t *testing.T, files map[string]string, flags uint16) *bytes.Reader {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for name, data := range files {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Flags: flags})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(data)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(buf.Bytes())
}

func TestReadKeepsToTheLimits(t *testing.T) {
	bomb := strings.Repeat("0", 20<<20)
	for _, c := range []struct {
		name   string
		files  map[string]string
		flags  uint16
		limits archive.Limits
		want   error
	}{
		{"within all limits", map[string]string{"a": "text"}, 0, archive.Limits{}, nil},
		{"a part too large", map[string]string{"a": "long text"}, 0, archive.Limits{Part: 4}, document.ErrBomb},
		{"all parts together too large", map[string]string{"a": "text"}, 0, archive.Limits{Total: 3}, document.ErrBomb},
		{"packed too tightly", map[string]string{"a": bomb}, 0, archive.Limits{}, document.ErrBomb},
		{"too many entries", map[string]string{"a": "", "b": ""}, 0, archive.Limits{Entries: 1}, document.ErrBomb},
		{"a password", map[string]string{"a": "text"}, 1, archive.Limits{}, document.ErrEncrypted},
		{"a name that climbs", map[string]string{"a": "text", "x/../../b": ""}, 0, archive.Limits{}, document.ErrBroken},
		{"an absolute name", map[string]string{"a": "text", "/etc/b": ""}, 0, archive.Limits{}, document.ErrBroken},
		{"a name that climbs by backslash", map[string]string{"a": "text", `..\b`: ""}, 0, archive.Limits{}, document.ErrBroken},
		{"nothing of that name", map[string]string{"b": "text"}, 0, archive.Limits{}, document.ErrBroken},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := pack(t, c.files, c.flags)
			a, err := archive.Open(r, r.Size(), c.limits)
			if err == nil {
				_, err = a.Read("a")
			}
			if !errors.Is(err, c.want) {
				t.Errorf("got %v; want %v", err, c.want)
			}
		})
	}
}

func TestReadCountsWhatHeadersHide(t *testing.T) {
	r := pack(t, map[string]string{"a": strings.Repeat("0123456789", 1000)}, 0)
	data := make([]byte, r.Size())
	if _, err := r.ReadAt(data, 0); err != nil {
		t.Fatal(err)
	}
	// The central directory says 10 bytes where 10,000 come out.
	i := bytes.Index(data, []byte("PK\x01\x02"))
	copy(data[i+24:], []byte{10, 0, 0, 0})
	a, err := archive.Open(bytes.NewReader(data), int64(len(data)), archive.Limits{Part: 100})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Read("a"); !errors.Is(err, document.ErrBomb) && !errors.Is(err, document.ErrBroken) {
		t.Errorf("got %v", err)
	}
}

func TestResolve(t *testing.T) {
	for _, c := range []struct {
		base, ref, want string
		err             error
	}{
		{"ppt/slides/slide1.xml", "../notes/n1.xml", "ppt/notes/n1.xml", nil},
		{"OEBPS/book.opf", "c1.xhtml#top", "OEBPS/c1.xhtml", nil},
		{"", "book.opf", "book.opf", nil},
		{"ppt/presentation.xml", "/ppt/slides/s.xml", "ppt/slides/s.xml", nil},
		{"OEBPS/book.opf", "../../etc/passwd", "", document.ErrBroken},
	} {
		got, err := archive.Resolve(c.base, c.ref)
		if got != c.want || !errors.Is(err, c.err) {
			t.Errorf("Resolve(%q, %q) = %q, %v; want %q, %v", c.base, c.ref, got, err, c.want, c.err)
		}
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte("PK\x05\x06\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		limits := archive.Limits{Part: 1 << 20, Total: 2 << 20}
		a, err := archive.Open(bytes.NewReader(data), int64(len(data)), limits)
		if err != nil {
			return
		}
		for _, name := range a.Names() {
			if got, err := a.Read(name); err == nil && int64(len(got)) > limits.Part {
				t.Fatalf("%q: %d bytes", name, len(got))
			}
		}
	})
}
