package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/pgvector/pgvector-go"

	"footnote/document"
	"footnote/llm"
	"footnote/retrieval"
)

// Index is the side of a Store that searches. Entries of a document that is
// being ingested are kept but not found until its job succeeds; those of a
// document that the store does not know are found at once.
type Index struct{ s *Store }

// Replace implements retrieval.Index. Errors: retrieval.ErrEmbedderMismatch
// for vectors of another length, and when another server made the index anew
// with something else; document.ErrNotFound for a document that was deleted.
func (x *Index) Replace(ctx context.Context, doc document.ID, entries []retrieval.Entry) error {
	entries = slices.Clone(entries)
	slices.SortFunc(entries, func(a, b retrieval.Entry) int { return cmp.Compare(a.Chunk.Ordinal, b.Chunk.Ordinal) })
	for i, e := range entries {
		if err := x.check(e); err != nil {
			return fmt.Errorf("index %s: chunk %d: %w", doc, e.Chunk.Ordinal, err)
		}
		entries[i].Vector = unit(e.Vector)
	}
	g := analyse(entries)
	err := x.s.update(ctx, func(tx pgx.Tx) error {
		if err := x.s.holdMade(ctx, tx); err != nil {
			return err
		}
		id, err := g.write(ctx, tx, doc, entries)
		if err != nil {
			return err
		}
		status, known, err := holdDocument(ctx, tx, doc)
		if err != nil {
			return err
		}
		if known && status != document.Ready {
			return keepHidden(ctx, tx, doc, id)
		}
		return removeGenerations(ctx, tx, doc, id)
	})
	if err != nil {
		return fmt.Errorf("index %s: %w", doc, err)
	}
	return nil
}

// check refuses vectors that could not be compared later.
func (x *Index) check(e retrieval.Entry) error {
	if len(e.Vector) != x.s.opts.Dim {
		return fmt.Errorf("vector of %d numbers, not %d: %w", len(e.Vector), x.s.opts.Dim, retrieval.ErrEmbedderMismatch)
	}
	for _, f := range e.Vector {
		if math.IsNaN(float64(f)) || math.IsInf(float64(f), 0) || f < -1.1 || f > 1.1 {
			return fmt.Errorf("vector with %v in it is not of unit length", f)
		}
	}
	return nil
}

// unitError is how far from 1 a length may be and pass for 1.
const unitError = 1e-4

// unit returns a vector in unit length; one of zeros stays, and so does nil.
func unit(v llm.Vector) llm.Vector {
	sum := 0.0
	for _, f := range v {
		sum += float64(f) * float64(f)
	}
	length := math.Sqrt(sum)
	if length == 0 || math.Abs(length-1) < unitError {
		return v
	}
	out := make(llm.Vector, len(v))
	for i, f := range v {
		out[i] = float32(float64(f) / length)
	}
	return out
}

// write stores entries and their postings as a generation that is not shown yet.
func (g *generation) write(ctx context.Context, tx pgx.Tx, doc document.ID, entries []retrieval.Entry) (id int64, err error) {
	err = tx.QueryRow(ctx, `INSERT INTO generations (document, chunks, languages, counts, lengths) VALUES ($1, $2, $3, $4, $5) RETURNING id`,
		doc, len(entries), g.languages, g.counts, g.lengths).Scan(&id)
	if err != nil {
		return 0, err
	}
	columns := []string{"generation", "ordinal", "first", "last", "start", "stop", "section", "tokens", "header", "vector"}
	_, err = tx.CopyFrom(ctx, pgx.Identifier{"entries"}, columns, pgx.CopyFromSlice(len(entries), func(i int) ([]any, error) {
		c := entries[i].Chunk
		var vector any
		if entries[i].Vector != nil {
			vector = pgvector.NewVector(entries[i].Vector)
		}
		return []any{id, c.Ordinal, c.First, c.Last, c.Span.Start, c.Span.End, c.Section, c.Tokens, []byte(c.Header), vector}, nil
	}))
	if err != nil {
		return 0, err
	}
	columns = []string{"term", "generation", "block", "chunks", "body"}
	_, err = tx.CopyFrom(ctx, pgx.Identifier{"postings"}, columns, pgx.CopyFromSlice(len(g.blocks), func(i int) ([]any, error) {
		b := g.blocks[i]
		return []any{b.term, id, b.number, b.chunks, b.body}, nil
	}))
	return id, err
}

// Delete implements retrieval.Index.
func (x *Index) Delete(ctx context.Context, doc document.ID) error {
	err := x.s.update(ctx, func(tx pgx.Tx) error {
		if _, _, err := holdDocument(ctx, tx, doc); err != nil && !errors.Is(err, document.ErrNotFound) {
			return err
		}
		return removeGenerations(ctx, tx, doc, 0)
	})
	if err != nil {
		return fmt.Errorf("delete %s from the index: %w", doc, err)
	}
	return nil
}

// Info implements retrieval.Index. It counts what searches can find.
func (x *Index) Info(ctx context.Context) (retrieval.Info, error) {
	i := retrieval.Info{Embedder: x.s.opts.Embedder, Dim: x.s.opts.Dim, Chunker: x.s.opts.Chunker}
	err := x.s.read(ctx, func(q querier) error {
		return q.QueryRow(ctx, `SELECT count(*), coalesce(sum(chunks), 0)::bigint FROM generations
			WHERE visible AND chunks > 0`).Scan(&i.Documents, &i.Chunks)
	})
	if err != nil {
		return i, fmt.Errorf("describe index: %w", err)
	}
	return i, nil
}

// found reads passages from rows of a document, its chunk and a score. They lack
// a rank.
func found(rows pgx.Rows, score func(distance float64) float64) ([]retrieval.Passage, error) {
	var (
		out      []retrieval.Passage
		p        retrieval.Passage
		header   []byte
		distance float64
	)
	c := &p.Chunk
	_, err := pgx.ForEachRow(rows, []any{&c.Doc, &c.Ordinal, &c.First, &c.Last, &c.Span.Start, &c.Span.End, &c.Section, &c.Tokens, &header, &distance},
		func() error {
			c.Header, p.Score = string(header), score(distance)
			out = append(out, p)
			return nil
		})
	return out, err
}

// chunkColumns are what found reads before the score.
const chunkColumns = `g.document, e.ordinal, e.first, e.last, e.start, e.stop, e.section, e.tokens, e.header`
