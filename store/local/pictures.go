package local

import (
	"cmp"
	"container/list"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"footnote/document"
)

// Pictures caches rendered pages on disk and removes the ones used longest
// ago when they outgrow their limit. It is safe for concurrent use.
type Pictures struct {
	dir   string
	limit int64

	mu    sync.Mutex
	ready bool
	size  int64
	order *list.List // of *picture, the last used first
	byKey map[string]*list.Element
	gone  map[document.ID]struct{} // removed since Open; ids are never used again
}

// picture is a cached file; its key is its path within the folder.
type picture struct {
	key  string
	size int64
}

// NewPictures makes a cache of at most limit bytes in a folder.
func NewPictures(dir string, limit int64) *Pictures {
	return &Pictures{dir: dir, limit: limit, order: list.New(), byKey: map[string]*list.Element{}, gone: map[document.ID]struct{}{}}
}

// extensions of the media types that are cached.
func extensions() map[string]string {
	return map[string]string{"image/jpeg": ".jpg", "image/png": ".png"}
}

func key(id document.ID, page, width int, ext string) string {
	return filepath.Join(string(id), fmt.Sprintf("%d-%d%s", page, width, ext))
}

// Find returns a cached page, 1-based, of a width in pixels, and whether it
// is there.
func (p *Pictures) Find(id document.ID, page, width int) (document.Picture, bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.index(); err != nil {
		return document.Picture{}, false, err
	}
	for media, ext := range extensions() {
		e, ok := p.byKey[key(id, page, width, ext)]
		if !ok {
			continue
		}
		data, err := os.ReadFile(filepath.Join(p.dir, e.Value.(*picture).key))
		if err != nil {
			return document.Picture{}, false, fmt.Errorf("cached page %d of %s: %w", page, id, err)
		}
		p.order.MoveToFront(e)
		return document.Picture{MediaType: media, Data: data}, true, nil
	}
	return document.Picture{}, false, nil
}

// Keep stores a page. One that alone is larger than the limit is not kept.
// Errors: document.ErrUnsupported for media types other than JPEG and PNG,
// document.ErrStorageFull, document.ErrNotFound for a document that was removed.
func (p *Pictures) Keep(id document.ID, page, width int, pic document.Picture) error {
	ext, ok := extensions()[pic.MediaType]
	if !ok {
		return fmt.Errorf("cache a page as %q: %w", pic.MediaType, document.ErrUnsupported)
	}
	size := int64(len(pic.Data))
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, gone := p.gone[id]; gone {
		return fmt.Errorf("cache page %d of %s: %w", page, id, document.ErrNotFound)
	}
	if err := p.index(); err != nil || size > p.limit {
		return err
	}
	k := key(id, page, width, ext)
	if err := errors.Join(p.drop(k), p.shrink(p.limit-size)); err != nil {
		return fmt.Errorf("cache page %d of %s: %w", page, id, err)
	}
	if err := writeWhole(filepath.Join(p.dir, k), pic.Data); err != nil {
		return fmt.Errorf("cache page %d of %s: %w", page, id, full(err))
	}
	p.note(k, size)
	return nil
}

// Remove drops every page of a document that is deleted, and refuses those that
// are still being drawn.
func (p *Pictures) Remove(id document.ID) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gone[id] = struct{}{}
	if err := p.index(); err != nil {
		return err
	}
	for k := range p.byKey {
		if filepath.Dir(k) == string(id) {
			if err := p.drop(k); err != nil {
				return err
			}
		}
	}
	return os.RemoveAll(filepath.Join(p.dir, string(id)))
}

func (p *Pictures) note(k string, size int64) {
	p.byKey[k] = p.order.PushFront(&picture{k, size})
	p.size += size
}

func (p *Pictures) shrink(limit int64) error {
	for p.size > limit {
		if err := p.drop(p.order.Back().Value.(*picture).key); err != nil {
			return err
		}
	}
	return nil
}

func (p *Pictures) drop(k string) error {
	e, ok := p.byKey[k]
	if !ok {
		return nil
	}
	if err := removeFile(filepath.Join(p.dir, k)); err != nil {
		return err
	}
	p.size -= e.Value.(*picture).size
	p.order.Remove(e)
	delete(p.byKey, k)
	return nil
}

// index looks, once, at what earlier runs left in the folder.
func (p *Pictures) index() error {
	if p.ready {
		return nil
	}
	type found struct {
		picture
		written time.Time
	}
	var all []found
	err := filepath.WalkDir(p.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		// An empty file is what a power cut may leave of a picture.
		if filepath.Ext(path) == temporary || info.Size() == 0 {
			return os.Remove(path)
		}
		k, err := filepath.Rel(p.dir, path)
		all = append(all, found{picture{k, info.Size()}, info.ModTime()})
		return err
	})
	if err != nil {
		return fmt.Errorf("look at cached pages: %w", err)
	}
	slices.SortFunc(all, func(a, b found) int {
		return cmp.Or(a.written.Compare(b.written), cmp.Compare(a.key, b.key))
	})
	for _, f := range all {
		p.note(f.key, f.size)
	}
	p.ready = true
	return p.shrink(p.limit)
}

// temporary marks files that are being written.
const temporary = ".tmp"

// writeWhole writes a file that appears complete or not at all, even after a
// power cut.
func writeWhole(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	tmp := path + temporary
	err := writeSynced(tmp, data)
	if err == nil {
		err = os.Rename(tmp, path)
	}
	if err != nil {
		return errors.Join(err, removeFile(tmp))
	}
	return nil
}

func writeSynced(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if _, err = f.Write(data); err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
