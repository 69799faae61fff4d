package local

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"footnote/document"
	"footnote/ingest"
	"footnote/store/record"
)

// arrival is an upload on disk that no document owns yet.
type arrival struct {
	path  string
	hash  string
	bytes int64
}

// receive writes an upload to a file of its own and syncs it.
func (s *Store) receive(ctx context.Context, r io.Reader) (a arrival, err error) {
	f, err := os.CreateTemp(filepath.Join(s.dir, "incoming"), "upload-")
	if err != nil {
		return a, full(err)
	}
	a.path = f.Name()
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(a.path))
		}
	}()
	hash := sha256.New()
	a.bytes, err = io.Copy(io.MultiWriter(f, hash), &reading{ctx, r})
	if err == nil && a.bytes == 0 {
		err = document.ErrEmpty
	}
	if err == nil {
		err = f.Sync()
	}
	a.hash = hex.EncodeToString(hash.Sum(nil))
	return a, full(errors.Join(err, f.Close()))
}

// reading ends a copy when its context ends.
type reading struct {
	ctx context.Context
	r   io.Reader
}

// Read implements io.Reader.
func (r *reading) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

// Add implements document.Library. When a failed document is added again, it
// takes the new name, because a wrong extension may be what it failed for.
func (s *Store) Add(ctx context.Context, u document.Upload, original io.Reader) (document.Info, bool, error) {
	a, err := s.receive(ctx, original)
	if err != nil {
		return document.Info{}, false, fmt.Errorf("add %q: %w", u.Name, err)
	}
	var (
		out     document.Info
		created bool
		placed  string
	)
	err = s.update(ctx, func(c *change) error {
		var err error
		if out, err = s.known(ctx, c, u, a.hash); !errors.Is(err, document.ErrNotFound) {
			return err
		}
		created = true
		out, err = s.insert(ctx, c, u, a)
		if err != nil {
			return err
		}
		placed = s.originalPath(out.ID)
		return s.place(a.path, placed)
	})
	if err != nil && placed != "" {
		err = errors.Join(err, removeFile(placed))
	}
	if err != nil || !created {
		err = errors.Join(err, removeFile(a.path))
	}
	if err != nil {
		return document.Info{}, false, fmt.Errorf("add %q: %w", u.Name, err)
	}
	return out, created, nil
}

// known looks for a document with the same bytes; one that failed is queued
// again.
func (s *Store) known(ctx context.Context, c *change, u document.Upload, hash string) (document.Info, error) {
	i, err := scanInfo(c.QueryRowContext(ctx, `SELECT `+columns+` FROM documents WHERE hash = ? AND deleted = 0`, hash))
	if err != nil || i.Status != document.Failed {
		return i, err
	}
	if _, err := c.ExecContext(ctx, `UPDATE documents SET name = ?, media_type = ?, folded = ? WHERE id = ?`,
		u.Name, u.MediaType, record.Fold(u.Name, i.Title), i.ID); err != nil {
		return i, err
	}
	return s.requeue(ctx, c, i.ID)
}

func (s *Store) insert(ctx context.Context, c *change, u document.Upload, a arrival) (document.Info, error) {
	id, now := u.ID, s.opts.Now().UnixNano()
	created := now
	if id == "" {
		var err error
		if id, err = s.ids.Next(); err != nil {
			return document.Info{}, err
		}
	}
	if !u.Created.IsZero() {
		created = u.Created.UnixNano()
	}
	if u.ID != "" {
		if err := s.bringBack(ctx, c, id); err != nil {
			return document.Info{}, err
		}
	}
	if _, err := c.ExecContext(ctx, `INSERT INTO documents (id, name, folded, media_type, hash, bytes, status, created, updated)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		id, u.Name, record.Fold(u.Name), u.MediaType, a.hash, a.bytes, document.Queued, created, now); err != nil {
		return document.Info{}, err
	}
	return s.enqueue(ctx, c, id, ingest.Ingest)
}

// bringBack makes a given id usable where a document had it that was deleted.
func (s *Store) bringBack(ctx context.Context, c *change, id document.ID) error {
	var deleted bool
	err := c.QueryRowContext(ctx, `SELECT deleted FROM documents WHERE id = ?`, id).Scan(&deleted)
	if errors.Is(err, sql.ErrNoRows) {
		c.then = append(c.then, func() { delete(s.gone, id) })
		return nil
	}
	if err != nil {
		return err
	}
	return record.Taken(id, deleted, false) // the same bytes would have been found
}

// place gives a received file its name. It comes before the commit: a file
// without a document is swept away at the next start, while a document without
// its file would be lost.
func (s *Store) place(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(to))
}

func (s *Store) originalPath(id document.ID) string {
	return filepath.Join(s.dir, "originals", string(id))
}

// OriginalPath returns the path of the uploaded file, for readers that open
// it in place. It must only be read. Errors: document.ErrNotFound.
func (s *Store) OriginalPath(ctx context.Context, id document.ID) (string, error) {
	if _, err := s.Info(ctx, id); err != nil {
		return "", err
	}
	return s.originalPath(id), nil
}

// Original implements document.Originals.
func (s *Store) Original(ctx context.Context, id document.ID) (io.ReadSeekCloser, error) {
	path, err := s.OriginalPath(ctx, id)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("original of %s: %w", id, document.ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("original of %s: %w", id, err)
	}
	return f, nil
}

// removeFile removes a file that may be gone already.
func removeFile(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
