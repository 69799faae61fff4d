package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"footnote/document"
	"footnote/ingest"
	"footnote/retrieval"
)

// made is what an index was made with.
type made struct {
	embedder string
	dim      int
	chunker  string
}

// elsewhere stands between a chunker's name and the place of an index that is
// not in the database.
const elsewhere = " in "

func (s *Store) made() made {
	m := made{s.opts.Embedder, s.opts.Dim, s.opts.Chunker}
	if s.opts.Place != "" {
		m.chunker += elsewhere + s.opts.Place
	}
	return m
}

// isElsewhere says whether the entries are not in the database.
func (m made) isElsewhere() bool { return strings.Contains(m.chunker, elsewhere) }

// mismatch says what is made with what.
func mismatch(have, want made) error {
	return fmt.Errorf("%w: it has embedder %q (%d), chunker %q; configured are %q (%d), %q", retrieval.ErrEmbedderMismatch,
		have.embedder, have.dim, have.chunker, want.embedder, want.dim, want.chunker)
}

// Difference is how the index, which another server made anew, differs from what
// this one was opened with. Zero is not at all.
type Difference struct {
	Vectors bool // they are of another embedder, or there are none any more, or now there are
	Chunks  bool // documents are cut in another way
	Place   bool // it is kept elsewhere: what is where this server searches is no more the index
}

// Differs looks how the index is made now.
func (s *Store) Differs(ctx context.Context) (d Difference, err error) {
	err = s.read(ctx, func(q querier) error {
		have, err := readMade(ctx, q)
		d = have.differs(s.made())
		return err
	})
	if err != nil {
		return Difference{}, fmt.Errorf("look how the index is made: %w", err)
	}
	return d, nil
}

func (m made) differs(from made) Difference {
	chunker, place, _ := strings.Cut(m.chunker, elsewhere)
	otherChunker, otherPlace, _ := strings.Cut(from.chunker, elsewhere)
	return Difference{
		Vectors: m.embedder != from.embedder || m.dim != from.dim, Chunks: chunker != otherChunker, Place: place != otherPlace,
	}
}

// sameVectors notices that another server made the index anew with another
// embedder. Errors: retrieval.ErrEmbedderMismatch.
func (s *Store) sameVectors(ctx context.Context, q querier) error {
	have, err := readMade(ctx, q)
	if err == nil && have.differs(s.made()).Vectors {
		err = mismatch(have, s.made())
	}
	return err
}

func readMade(ctx context.Context, q querier) (m made, err error) {
	err = q.QueryRow(ctx, `SELECT embedder, dim, chunker FROM made`).Scan(&m.embedder, &m.dim, &m.chunker)
	return m, err
}

// MadeWith says what the index of a database was made with, without opening it:
// the embedder's name and the length of its vectors; "" and 0 for an index
// without vectors, or where there are no tables yet. It waits as Open does.
func MadeWith(ctx context.Context, o Options) (embedder string, dim int, err error) {
	o.setDefaults()
	config, err := configOf(o.URL)
	if err != nil {
		return "", 0, err
	}
	s := &Store{opts: o, config: config.ConnConfig, where: addressOf(config.ConnConfig)}
	var m made
	err = s.retry(ctx, o.Wait, func() error {
		return s.attempt(ctx, longestStatement, func(a *attempt) error {
			c, err := pgx.ConnectConfig(a.ctx, s.config)
			if err != nil {
				return err
			}
			m, err = readMade(a.ctx, c)
			return errors.Join(err, c.Close(a.ctx))
		})
	})
	if errors.Is(err, pgx.ErrNoRows) || codeOf(err) == undefinedTable {
		return "", 0, nil
	}
	if err != nil {
		return "", 0, fmt.Errorf("read what the index in %s was made with: %w", s.where, err)
	}
	return m.embedder, m.dim, nil
}

// undefinedTable is Postgres's code for a table that is not there.
const undefinedTable = "42P01"

// holdMade keeps the index from being made anew until the transaction ends. It
// comes before all other locks of a transaction. Errors: as sameMade.
func (s *Store) holdMade(ctx context.Context, tx pgx.Tx) error {
	if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock_shared(`+making+`)`); err != nil {
		return err
	}
	return s.sameMade(ctx, tx)
}

// noticeMade says once in the log that another server made the index anew with
// something else, and once more if that happens again after it was undone.
func (s *Store) noticeMade(ctx context.Context) error {
	err := s.read(ctx, func(q querier) error { return s.sameMade(ctx, q) })
	differs := errors.Is(err, retrieval.ErrEmbedderMismatch)
	if s.outdated.Swap(differs) != differs && differs {
		s.opts.Log.Warn("documents are left to other servers: the index was made anew; start this one again with their settings", "at", s.where, "why", err)
	}
	if differs {
		return nil
	}
	return err
}

// sameMade notices that another server made the index anew with something else.
// Errors: retrieval.ErrEmbedderMismatch.
func (s *Store) sameMade(ctx context.Context, q querier) error {
	have, err := readMade(ctx, q)
	if err == nil && have != s.made() {
		err = mismatch(have, s.made())
	}
	return err
}

// checkMade compares what the index was made with to the options. An index
// without entries takes the options as they are.
func (s *Store) checkMade(ctx context.Context) error {
	if s.opts.AsIs {
		return nil
	}
	want := s.made()
	return s.update(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(`+turn+`)`); err != nil {
			return err
		}
		have, err := readMade(ctx, tx)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		if have == want && !(want.isElsewhere() && s.opts.Reindex) { // what is elsewhere may be lost
			return nil
		}
		filled, err := isFilled(ctx, tx, have.isElsewhere() || want.isElsewhere())
		if err != nil {
			return err
		}
		adds := s.opts.AddVectors && have == made{chunker: want.chunker}
		if filled && !adds && !s.opts.Reindex {
			return mismatch(have, want)
		}
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(`+making+`)`); err != nil {
			return err
		}
		anew := queueReady
		if s.opts.Reindex || !adds {
			anew = forgetEntries
		}
		if filled || s.opts.Reindex { // also what is under way
			if err := anew(ctx, tx); err != nil {
				return err
			}
		}
		return remake(ctx, tx, want)
	})
}

// isFilled says whether the index has entries. Those that are elsewhere cannot be
// counted here; a ready document has some.
func isFilled(ctx context.Context, tx pgx.Tx, elsewhere bool) (filled bool, err error) {
	if elsewhere {
		err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM documents WHERE NOT deleted AND status = $1)`, document.Ready).Scan(&filled)
	} else {
		err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM entries)`).Scan(&filled)
	}
	return filled, err
}

// remake records what the index is made with from now on, and makes the index of
// vectors for it.
func remake(ctx context.Context, tx pgx.Tx, m made) error {
	_, err := tx.Exec(ctx, `INSERT INTO made (embedder, dim, chunker) VALUES ($1, $2, $3)
		ON CONFLICT (one) DO UPDATE SET embedder = excluded.embedder, dim = excluded.dim, chunker = excluded.chunker`,
		m.embedder, m.dim, m.chunker)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DROP INDEX IF EXISTS entries_by_vector`); err != nil || !m.indexed() {
		return err
	}
	_, err = tx.Exec(ctx, `CREATE INDEX entries_by_vector ON entries USING hnsw (`+m.half()+` halfvec_ip_ops)`)
	return err
}

// longestIndexed is the longest vector that pgvector indexes in half precision.
const longestIndexed = 4000

func (m made) indexed() bool { return !m.isElsewhere() && m.dim > 0 && m.dim <= longestIndexed }

// half is the indexed expression.
func (m made) half() string { return `(vector::halfvec(` + strconv.Itoa(m.dim) + `))` }

// queueReady queues the documents that are ready. They are chunked, embedded
// and indexed again from the parsed form that is kept. One that waits already
// goes on waiting.
func queueReady(ctx context.Context, tx pgx.Tx) error { return queueAll(ctx, tx, document.Ready) }

func queueAll(ctx context.Context, tx pgx.Tx, status document.Status) error {
	_, err := tx.Exec(ctx, `INSERT INTO jobs (kind, document, bytes)
		SELECT $1, id, bytes FROM documents WHERE NOT deleted AND status = $2
		ON CONFLICT (document) DO NOTHING`, ingest.Ingest, status)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `SELECT pg_notify(`+channel+`, '{"Due":"0001-01-01T00:00:00Z"}')`)
	return err
}

// forgetEntries drops every entry and queues the documents that have not failed;
// they are not found before they are indexed again. Jobs under way are taken from
// their workers: what those have written is dropped too.
func forgetEntries(ctx context.Context, tx pgx.Tx) error {
	if _, err := tx.Exec(ctx, `UPDATE documents SET status = $1, done = 0, total = 0, chunks = 0, updated = clock_timestamp()
		WHERE NOT deleted AND status <> $2`, document.Queued, document.Failed); err != nil {
		return err
	}
	if err := queueAll(ctx, tx, document.Queued); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE jobs SET leased = NULL, token = token + 1, attempt = 0, due = clock_timestamp()
		WHERE kind = $1 AND leased IS NOT NULL`, ingest.Ingest); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `TRUNCATE entries, postings, generations, totals`)
	return err
}
