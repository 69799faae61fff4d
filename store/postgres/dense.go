package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/pgvector/pgvector-go"

	"footnote/llm"
	"footnote/retrieval"
)

// exactRows is how many chunks in scope are compared one by one. Above, the
// index of vectors gives candidates, which are then compared in full precision.
const exactRows = 10_000

// How many candidates the index of vectors gives.
const (
	fewestCandidates = 100
	oversample       = 2 // for each passage asked for
)

// Dense implements retrieval.Index. Up to 10,000 chunks in scope the result is
// exact; above it is what the HNSW index finds, which goes on searching until it
// has enough chunks in scope.
func (x *Index) Dense(ctx context.Context, v llm.Vector, f retrieval.Filter, k int) (ps []retrieval.Passage, err error) {
	if x.s.opts.Dim == 0 || len(v) != x.s.opts.Dim {
		return nil, fmt.Errorf("dense search with %d numbers in an index of %d: %w", len(v), x.s.opts.Dim, retrieval.ErrEmbedderMismatch)
	}
	if k <= 0 {
		return nil, ctx.Err()
	}
	query := pgvector.NewVector(unit(v))
	err = x.s.snapshot(ctx, func(tx pgx.Tx) error {
		if err := x.s.sameVectors(ctx, tx); err != nil {
			return err
		}
		rows, err := scope(ctx, tx, f)
		if err != nil || rows == 0 {
			ps = nil
			return err
		}
		if rows <= exactRows || !x.s.made().indexed() {
			ps, err = exact(ctx, tx, query, f, k)
		} else {
			ps, err = x.near(ctx, tx, query, f, k)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("dense search: %w", err)
	}
	for i := range ps {
		ps[i].Rank = i + 1
	}
	return ps, nil
}

// scope counts the chunks that a filter lets through.
func scope(ctx context.Context, tx pgx.Tx, f retrieval.Filter) (rows int, err error) {
	if f.Documents == nil {
		err = tx.QueryRow(ctx, `SELECT coalesce(sum(chunks), 0)::bigint FROM totals`).Scan(&rows)
	} else {
		err = tx.QueryRow(ctx, `SELECT coalesce(sum(chunks), 0)::bigint FROM generations WHERE visible AND document = ANY($1)`, f.Documents).Scan(&rows)
	}
	return rows, err
}

// similarity turns pgvector's negative inner product into a cosine.
func similarity(distance float64) float64 { return max(-1, min(1, -distance)) }

// exact compares every vector in scope.
func exact(ctx context.Context, tx pgx.Tx, query pgvector.Vector, f retrieval.Filter, k int) ([]retrieval.Passage, error) {
	rows, err := tx.Query(ctx, `SELECT `+chunkColumns+`, e.vector <#> $1 AS distance
		FROM entries e JOIN generations g ON g.id = e.generation
		WHERE g.visible AND ($2::text[] IS NULL OR g.document = ANY($2)) AND e.vector IS NOT NULL
		ORDER BY distance, g.document, e.ordinal LIMIT $3`, query, f.Documents, k)
	if err != nil {
		return nil, err
	}
	return found(rows, similarity)
}

// near asks the index of vectors.
func (x *Index) near(ctx context.Context, tx pgx.Tx, query pgvector.Vector, f retrieval.Filter, k int) ([]retrieval.Passage, error) {
	where, args := `generation NOT IN `+hidden, []any{query, k, max(fewestCandidates, oversample*k)}
	if f.Documents != nil {
		where = `generation = ANY (ARRAY(SELECT id FROM generations WHERE document = ANY($4) AND visible))`
		args = append(args, f.Documents)
	}
	half := x.s.made().half()
	rows, err := tx.Query(ctx, `WITH near AS MATERIALIZED (
			SELECT generation, ordinal FROM entries WHERE `+where+`
			ORDER BY `+half+` <#> $1::vector::halfvec LIMIT $3)
		SELECT `+chunkColumns+`, e.vector <#> $1 AS distance
		FROM near n JOIN entries e ON e.generation = n.generation AND e.ordinal = n.ordinal
		JOIN generations g ON g.id = e.generation
		ORDER BY distance, g.document, e.ordinal LIMIT $2`, args...)
	if err != nil {
		return nil, err
	}
	return found(rows, similarity)
}
