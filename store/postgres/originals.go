package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"footnote/document"
	"footnote/ingest"
	"footnote/store/record"
)

// partSize is how many bytes of an original lie in one row: as many as are in
// memory at a time.
const partSize = 1 << 20

// arrival is an upload in a file of this machine that is not stored yet.
type arrival struct {
	file  *os.File
	hash  string
	bytes int64
}

// receive writes an upload to a file. Only then does the database hear of it, so
// that a slow upload holds no transaction open, and one that is known already is
// not sent.
func receive(ctx context.Context, spool string, r io.Reader) (a arrival, err error) {
	if a.file, err = os.CreateTemp(spool, "footnote-upload-"); err != nil {
		return a, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.drop())
		}
	}()
	hash := sha256.New()
	a.bytes, err = io.Copy(io.MultiWriter(a.file, hash), &reading{ctx, r})
	switch {
	case err == nil && a.bytes == 0:
		err = document.ErrEmpty
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		err = fmt.Errorf("%w: the temporary folder: %w", document.ErrStorageFull, err)
	}
	a.hash = hex.EncodeToString(hash.Sum(nil))
	return a, err
}

func (a arrival) drop() error { return errors.Join(a.file.Close(), os.Remove(a.file.Name())) }

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
func (s *Store) Add(ctx context.Context, u document.Upload, original io.Reader) (out document.Info, created bool, err error) {
	a, err := receive(ctx, s.opts.Spool, original)
	if err != nil {
		return document.Info{}, false, fmt.Errorf("add %q: %w", u.Name, err)
	}
	id := u.ID
	if id == "" {
		id, err = s.ids.Next()
	}
	if err == nil {
		err = s.update(ctx, func(tx pgx.Tx) error {
			if out, created, err = insert(ctx, tx, id, u, a); err != nil || created {
				return err
			}
			// Nobody but this call knows the id: it was here before.
			created = out.ID == id
			return nil
		})
	}
	if err = errors.Join(err, a.drop()); err != nil {
		return document.Info{}, false, fmt.Errorf("add %q: %w", u.Name, err)
	}
	return out, created, nil
}

// insert adds a document, its original and its job, or returns the one with the
// same bytes; one that failed is queued again.
func insert(ctx context.Context, tx pgx.Tx, id document.ID, u document.Upload, a arrival) (document.Info, bool, error) {
	if u.ID != "" {
		if err := bringBack(ctx, tx, id, a.hash); err != nil {
			return document.Info{}, false, err
		}
	}
	for {
		// Whoever adds the same bytes at the same time waits here for the other.
		added, err := tx.Exec(ctx, `INSERT INTO documents (id, name, folded, media_type, hash, bytes, status, created)
			VALUES ($1, $2, $3, $4, $5, $6, $7, coalesce($8, clock_timestamp())) ON CONFLICT (hash) WHERE NOT deleted DO NOTHING`,
			id, []byte(u.Name), folded(u.Name, ""), clean(u.MediaType), a.hash, a.bytes, document.Queued, given(u.Created))
		if err != nil {
			return document.Info{}, false, err
		}
		if added.RowsAffected() > 0 {
			if err := writeParts(ctx, tx, id, a.file); err != nil {
				return document.Info{}, false, err
			}
			i, err := enqueue(ctx, tx, id, ingest.Ingest)
			return i, true, err
		}
		i, err := known(ctx, tx, u, a.hash)
		if !errors.Is(err, document.ErrNotFound) {
			return i, false, err
		} // it was deleted since
	}
}

// bringBack makes a given id usable where a document had it that was deleted.
func bringBack(ctx context.Context, tx pgx.Tx, id document.ID, hash string) error {
	var (
		has     string
		deleted bool
	)
	err := tx.QueryRow(ctx, `SELECT hash, deleted FROM documents WHERE id = $1 FOR NO KEY UPDATE`, id).Scan(&has, &deleted)
	if errors.Is(err, pgx.ErrNoRows) {
		_, err = tx.Exec(ctx, `DELETE FROM gone WHERE document = $1`, id)
		return err
	}
	if err != nil {
		return err
	}
	return record.Taken(id, deleted, has == hash)
}

// given is nil for the zero time.
func given(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func folded(name, title string) string { return clean(record.Fold(name, title)) }

func known(ctx context.Context, tx pgx.Tx, u document.Upload, hash string) (document.Info, error) {
	i, err := scanInfo(tx.QueryRow(ctx, `SELECT `+columns+` FROM documents WHERE hash = $1 AND NOT deleted FOR NO KEY UPDATE`, hash))
	if err != nil || i.Status != document.Failed {
		return i, err
	}
	if _, err := tx.Exec(ctx, `UPDATE documents SET name = $2, media_type = $3, folded = $4 WHERE id = $1`,
		i.ID, []byte(u.Name), clean(u.MediaType), folded(u.Name, i.Title)); err != nil {
		return i, err
	}
	return requeue(ctx, tx, i.ID)
}

// writeParts stores a file, one part in memory at a time.
func writeParts(ctx context.Context, tx pgx.Tx, id document.ID, f *os.File) error {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	buf := make([]byte, partSize)
	for part := 0; ; part++ {
		n, err := io.ReadFull(f, buf)
		if n > 0 {
			if _, err := tx.Exec(ctx, `INSERT INTO originals (document, part, body) VALUES ($1, $2, $3)`, id, part, buf[:n]); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// Original implements document.Originals. It is read while ctx lasts.
func (s *Store) Original(ctx context.Context, id document.ID) (io.ReadSeekCloser, error) {
	i, err := s.Info(ctx, id)
	if err != nil {
		return nil, err
	}
	return &original{ctx: ctx, s: s, id: id, size: i.Bytes, part: -1}, nil
}

// original reads an upload part by part.
type original struct {
	ctx  context.Context
	s    *Store
	id   document.ID
	size int64
	at   int64

	part int64 // in body; -1 for none
	body []byte
}

// Read implements io.Reader.
func (o *original) Read(p []byte) (int, error) {
	if o.at >= o.size {
		return 0, io.EOF
	}
	if len(p) == 0 {
		return 0, nil
	}
	if part := o.at / partSize; part != o.part {
		if err := o.load(part); err != nil {
			return 0, fmt.Errorf("original of %s: %w", o.id, err)
		}
	}
	from := o.at % partSize
	if from >= int64(len(o.body)) {
		return 0, fmt.Errorf("original of %s: part %d is cut short: %w", o.id, o.part, record.ErrDamaged)
	}
	n := copy(p, o.body[from:])
	o.at += int64(n)
	return n, nil
}

func (o *original) load(part int64) error {
	err := o.s.read(o.ctx, func(q querier) error {
		return q.QueryRow(o.ctx, `SELECT body FROM originals WHERE document = $1 AND part = $2`, o.id, part).Scan(&o.body)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		err = document.ErrNotFound // purged since
	}
	if err == nil {
		o.part = part
	}
	return err
}

// Seek implements io.Seeker.
func (o *original) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += o.at
	case io.SeekEnd:
		offset += o.size
	}
	if offset < 0 {
		return 0, fmt.Errorf("original of %s: seek to %d", o.id, offset)
	}
	o.at = offset
	return offset, nil
}

// Close implements io.Closer.
func (o *original) Close() error {
	o.body = nil
	return nil
}
