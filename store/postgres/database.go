package postgres

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	vectors "github.com/pgvector/pgvector-go/pgx"
	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Where the URL does not say otherwise.
const (
	connections    = 16 // of one server
	connectTimeout = 5 * time.Second
)

// configOf reads a URL.
func configOf(url string) (*pgxpool.Config, error) {
	c, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("read the address of the database: %w; write postgres://user:password@host:5432/database", err)
	}
	if !strings.Contains(url, "pool_max_conns=") {
		c.MaxConns = connections
	}
	if c.ConnConfig.ConnectTimeout == 0 {
		c.ConnConfig.ConnectTimeout = connectTimeout
	}
	if c.ConnConfig.RuntimeParams["application_name"] == "" {
		c.ConnConfig.RuntimeParams["application_name"] = "footnote"
	}
	c.AfterConnect = prepareConnection
	return c, nil
}

// prepareConnection lets a search through the index of vectors go on until it
// has enough that a filter lets through; see Index.Dense. To compile a statement
// takes longer than any of ours.
func prepareConnection(ctx context.Context, c *pgx.Conn) error {
	if _, err := c.Exec(ctx, `SET hnsw.iterative_scan = 'relaxed_order'; SET hnsw.ef_search = 400; SET jit = off`); err != nil {
		return err
	}
	return vectors.RegisterTypes(ctx, c)
}

// addressOf names a database without its password.
func addressOf(c *pgx.ConnConfig) string {
	return fmt.Sprintf("database %q on %s:%d", c.Database, c.Host, c.Port)
}

// turn is the key of the advisory lock under which servers that start at once
// take turns with what is done but once. A schema has its own.
const turn = `('x' || substr(md5('footnote ' || current_schema()), 1, 15))::bit(60)::bigint`

// making is the key of the one that is held while the index is made anew, and
// shared by whoever needs it to stay what it is.
const making = `('x' || substr(md5('footnote index ' || current_schema()), 1, 15))::bit(60)::bigint`

// prepareDatabase brings the tables up to date.
func prepareDatabase(ctx context.Context, config *pgx.ConnConfig) error {
	db := stdlib.OpenDB(*config)
	defer db.Close()
	lock, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer lock.Close() // and with it the lock
	if _, err := lock.ExecContext(ctx, `SELECT pg_advisory_lock(`+turn+`)`); err != nil {
		return fmt.Errorf("wait for another server that starts: %w", err)
	}
	err = migrate(ctx, db)
	short, cancel := context.WithTimeout(context.WithoutCancel(ctx), connectTimeout)
	defer cancel()
	_, unlock := lock.ExecContext(short, `SELECT pg_advisory_unlock(`+turn+`)`)
	return errors.Join(err, unlock)
}

// schema brings the tables of a database to a version.
func schema(db *sql.DB) (*goose.Provider, error) {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, db, dir)
}

func migrate(ctx context.Context, db *sql.DB) error {
	p, err := schema(db)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	now, err := p.GetDBVersion(ctx)
	if err != nil {
		return fmt.Errorf("migrate: read schema version: %w", err)
	}
	sources := p.ListSources()
	newest := sources[len(sources)-1].Version
	if now > newest {
		return fmt.Errorf("the database was written by a newer Footnote: schema %d, this one knows %d", now, newest)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return checkExtension(ctx, db)
}

// leastVersion is the first pgvector that searches on when a filter hides what
// it found.
const leastVersion = "0.8.0"

func checkExtension(ctx context.Context, db *sql.DB) error {
	var (
		version string
		enough  bool
	)
	err := db.QueryRowContext(ctx, `SELECT extversion, string_to_array(extversion, '.')::int[] >= string_to_array($1, '.')::int[]
		FROM pg_extension WHERE extname = 'vector'`, leastVersion).Scan(&version, &enough)
	if err != nil {
		return fmt.Errorf("look for pgvector: %w", err)
	}
	if !enough {
		return fmt.Errorf("pgvector %s is too old: install %s or later, then run ALTER EXTENSION vector UPDATE", version, leastVersion)
	}
	return nil
}
