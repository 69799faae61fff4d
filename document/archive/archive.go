// Package archive reads the zip containers of office and book formats under
// limits, so that a small hostile file cannot unpack to fill the memory.
// Nothing is ever written to disk and nested archives are never opened.
package archive

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"footnote/document"
)

// Limits bound what an archive may unpack to. The zero value of a field means
// its default.
type Limits struct {
	Entries int   // most entries listed; default 20,000
	Part    int64 // most bytes of one entry; default 200 MiB
	Total   int64 // most bytes of all entries read; default 512 MiB
	Ratio   int64 // most bytes out per byte in, for entries above 8 MiB; default 250
}

func (l Limits) withDefaults() Limits {
	if l.Entries == 0 {
		l.Entries = 20_000
	}
	if l.Part == 0 {
		l.Part = 200 << 20
	}
	if l.Total == 0 {
		l.Total = 512 << 20
	}
	if l.Ratio == 0 {
		l.Ratio = 250
	}
	return l
}

// smallEntry is the size below which the compression ratio does not matter.
const smallEntry = 8 << 20

// Archive is an open zip file. It is not safe for concurrent use.
type Archive struct {
	limits  Limits
	entries []*zip.File
	byName  map[string]*zip.File
	folded  map[string]*zip.File // lower case, for writers careless with case
	read    int64
}

// Open lists an archive of the given size. Errors: document.ErrBroken,
// document.ErrBomb for too many entries.
func Open(r io.ReaderAt, size int64, limits Limits) (*Archive, error) {
	z, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, fmt.Errorf("%w: %v", document.ErrBroken, err)
	}
	a := &Archive{limits: limits.withDefaults(), byName: map[string]*zip.File{}, folded: map[string]*zip.File{}}
	if len(z.File) > a.limits.Entries {
		return nil, fmt.Errorf("%w: %d entries", document.ErrBomb, len(z.File))
	}
	for _, f := range z.File {
		if climbs(f.Name) {
			return nil, fmt.Errorf("%w: entry %q names a place outside the archive", document.ErrBroken, f.Name)
		}
		name := strings.ReplaceAll(f.Name, `\`, "/")
		if a.byName[name] == nil {
			a.entries = append(a.entries, f)
			a.byName[name] = f
			a.folded[strings.ToLower(name)] = f
		}
	}
	return a, nil
}

func climbs(name string) bool {
	name = strings.ReplaceAll(name, `\`, "/")
	clean := path.Clean(name)
	return strings.HasPrefix(name, "/") || clean == ".." || strings.HasPrefix(clean, "../")
}

// Resolve joins a reference found in the part base with the folder of that
// part. It fails with document.ErrBroken for references that climb out of the
// archive; fragments are cut off.
func Resolve(base, ref string) (string, error) {
	ref, _, _ = strings.Cut(ref, "#")
	if strings.HasPrefix(ref, "/") {
		ref = strings.TrimLeft(ref, "/")
		base = ""
	}
	name := path.Join(path.Dir(base), ref)
	if climbs(name) {
		return "", fmt.Errorf("%w: %q names a place outside the archive", document.ErrBroken, ref)
	}
	return name, nil
}

// Names lists the entries in their order in the file.
func (a *Archive) Names() []string {
	names := make([]string, len(a.entries))
	for i, f := range a.entries {
		names[i] = f.Name
	}
	return names
}

// Has says whether there is an entry of that name.
func (a *Archive) Has(name string) bool { return a.find(name) != nil }

func (a *Archive) find(name string) *zip.File {
	if f := a.byName[name]; f != nil {
		return f
	}
	return a.folded[strings.ToLower(name)]
}

// Encrypted says whether any entry is marked as encrypted.
func (a *Archive) Encrypted() bool {
	for _, f := range a.entries {
		if f.Flags&1 != 0 {
			return true
		}
	}
	return false
}

// Open opens an entry; reading it fails with document.ErrBomb beyond the
// limits and document.ErrBroken for damaged data. Errors: document.ErrBroken
// when there is no such entry, document.ErrEncrypted, document.ErrBomb.
func (a *Archive) Open(name string) (io.ReadCloser, error) {
	f := a.find(name)
	if f == nil {
		return nil, fmt.Errorf("%w: %s is missing", document.ErrBroken, name)
	}
	if f.Flags&1 != 0 {
		return nil, fmt.Errorf("%w: %s", document.ErrEncrypted, name)
	}
	if err := a.check(f); err != nil {
		return nil, err
	}
	rc, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %v", document.ErrBroken, name, err)
	}
	return &part{archive: a, name: name, rc: rc, packed: int64(f.CompressedSize64)}, nil
}

// Check refuses an archive by what its headers say of all entries together,
// for readers that unpack it by themselves. Errors: document.ErrBomb,
// document.ErrEncrypted.
func (a *Archive) Check() error {
	var total uint64
	for _, f := range a.entries {
		if f.Flags&1 != 0 {
			return fmt.Errorf("%w: %s", document.ErrEncrypted, f.Name)
		}
		if err := a.check(f); err != nil {
			return err
		}
		total += f.UncompressedSize64
	}
	if total > uint64(a.limits.Total) {
		return fmt.Errorf("%w: %d bytes in all", document.ErrBomb, total)
	}
	return nil
}

// check refuses what the entry's own header already gives away.
func (a *Archive) check(f *zip.File) error {
	size, packed := f.UncompressedSize64, f.CompressedSize64
	if size > uint64(a.limits.Part) || size > smallEntry && size/max(packed, 1) > uint64(a.limits.Ratio) {
		return fmt.Errorf("%w: %s says it unpacks from %d to %d bytes", document.ErrBomb, f.Name, packed, size)
	}
	return nil
}

// Read returns the whole content of an entry. Errors: those of Open.
func (a *Archive) Read(name string) ([]byte, error) {
	r, err := a.Open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// part counts what is unpacked, because headers may lie.
type part struct {
	archive *Archive
	name    string
	rc      io.ReadCloser
	packed  int64
	read    int64
}

func (p *part) Read(b []byte) (int, error) {
	n, err := p.rc.Read(b)
	p.read += int64(n)
	p.archive.read += int64(n)
	l := p.archive.limits
	if p.read > l.Part || p.archive.read > l.Total || p.read > smallEntry && p.read/max(p.packed, 1) > l.Ratio {
		return n, fmt.Errorf("%w: %s", document.ErrBomb, p.name)
	}
	if err != nil && err != io.EOF {
		return n, fmt.Errorf("%w: %s: %v", document.ErrBroken, p.name, err)
	}
	return n, err
}

func (p *part) Close() error { return p.rc.Close() }
