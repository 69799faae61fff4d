package local

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path/filepath"
	"syscall"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"footnote/document"
)

//go:embed migrations/*.sql
var migrations embed.FS

// database is one SQLite file with one connection that writes and a few that
// read. A single writer never meets SQLITE_BUSY within the process, and the
// folder's lock keeps other processes out.
type database struct {
	writer *sql.DB
	reader *sql.DB
}

// readers is how many queries may read at once.
const readers = 4

func openDatabase(ctx context.Context, path string) (*database, error) {
	w, err := connect(path, 1, "_txlock=immediate", "_pragma=journal_mode(wal)")
	if err != nil {
		return nil, err
	}
	if err := migrate(ctx, w); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	r, err := connect(path, readers, "_pragma=query_only(1)")
	if err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return &database{writer: w, reader: r}, nil
}

// connect opens a pool. Commits are synced to disk: what was answered with
// "accepted" survives a power cut.
func connect(path string, conns int, params ...string) (*sql.DB, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(abs)}
	dsn := u.String() + "?_pragma=busy_timeout(5000)&_pragma=synchronous(full)"
	for _, p := range params {
		dsn += "&" + p
	}
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db, nil
}

// schema brings the tables of a database to a version.
func schema(db *sql.DB) (*goose.Provider, error) {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectSQLite3, db, dir)
}

func migrate(ctx context.Context, db *sql.DB) error {
	p, err := schema(db)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	now, err := p.GetDBVersion(ctx)
	if err != nil {
		return fmt.Errorf("migrate: read schema version: %w", full(err))
	}
	sources := p.ListSources()
	if newest := sources[len(sources)-1].Version; now > newest {
		return fmt.Errorf("data folder was written by a newer Footnote: schema %d, this one knows %d", now, newest)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", full(err))
	}
	return nil
}

func (d *database) Close() error {
	return errors.Join(d.reader.Close(), d.writer.Close())
}

// full turns a full disk, however it shows, into document.ErrStorageFull.
func full(err error) error {
	if err == nil || errors.Is(err, document.ErrStorageFull) {
		return err
	}
	var se *sqlite.Error
	if errors.As(err, &se) {
		switch se.Code() {
		case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE:
			return fmt.Errorf("%w: %w", document.ErrStorageFull, err)
		}
	}
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%w: %w", document.ErrStorageFull, err)
	}
	return err
}
