package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"footnote/document"
)

// holdDocument lets the transaction alone change what is indexed of a document,
// and says what is known of it. Errors: document.ErrNotFound for one that was
// deleted.
func holdDocument(ctx context.Context, tx pgx.Tx, id document.ID) (status document.Status, known bool, err error) {
	var deleted bool
	err = tx.QueryRow(ctx, `SELECT status, deleted FROM documents WHERE id = $1 FOR NO KEY UPDATE`, id).Scan(&status, &deleted)
	switch {
	case err == nil && deleted:
		return "", true, document.ErrNotFound
	case err == nil || !errors.Is(err, pgx.ErrNoRows):
		return status, true, err
	}
	if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' ' || $1, 0))`, id); err != nil {
		return "", false, err
	}
	gone, err := areGone(ctx, tx, []document.ID{id})
	if gone[id] {
		err = document.ErrNotFound
	}
	return "", false, err
}

// show lets searches find a generation in place of the one that they find of its
// document; 0 is none at all. Searches see the change with the commit, which
// should come soon: changes of all documents meet in the totals.
func show(ctx context.Context, tx pgx.Tx, doc document.ID, generation int64) error {
	for _, query := range []string{
		`INSERT INTO totals (language, chunks, lengths)
			SELECT u.language, sum(sign * u.count)::bigint, sum(sign * u.length)::bigint
			FROM (SELECT *, CASE WHEN visible THEN -1 ELSE 1 END AS sign FROM generations
				WHERE document = $1 AND (visible OR id = $2)) g, unnest(languages, counts, lengths) AS u (language, count, length)
			GROUP BY u.language ORDER BY u.language
			ON CONFLICT (language) DO UPDATE SET chunks = totals.chunks + excluded.chunks, lengths = totals.lengths + excluded.lengths`,
		`UPDATE generations SET visible = false WHERE document = $1 AND visible AND id <> $2`,
		`UPDATE generations SET visible = true WHERE document = $1 AND id = $2`,
	} {
		if _, err := tx.Exec(ctx, query, doc, generation); err != nil {
			return err
		}
	}
	return nil
}

// hide takes a document out of searches; what is stored of it stays.
func hide(ctx context.Context, tx pgx.Tx, doc document.ID) error { return show(ctx, tx, doc, 0) }

// showNewest lets searches find the entries that were written last.
func showNewest(ctx context.Context, tx pgx.Tx, doc document.ID) error {
	var newest int64
	err := tx.QueryRow(ctx, `SELECT id FROM generations WHERE document = $1 AND NOT visible ORDER BY id DESC LIMIT 1`, doc).Scan(&newest)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil // they are found already
	}
	if err != nil {
		return err
	}
	return removeGenerations(ctx, tx, doc, newest)
}

// removeGenerations shows a generation of a document, 0 for none, and removes
// the others.
func removeGenerations(ctx context.Context, tx pgx.Tx, doc document.ID, shown int64) error {
	if err := removeEntries(ctx, tx, `document = $1 AND id <> $2`, doc, shown); err != nil {
		return err
	}
	if err := show(ctx, tx, doc, shown); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM generations WHERE document = $1 AND id <> $2`, doc, shown)
	return err
}

// keepHidden keeps a generation until its document is ready, in place of other
// ones that are not shown either.
func keepHidden(ctx context.Context, tx pgx.Tx, doc document.ID, generation int64) error {
	const others = `document = $1 AND id <> $2 AND NOT visible`
	if err := removeEntries(ctx, tx, others, doc, generation); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM generations WHERE `+others, doc, generation)
	return err
}

func removeEntries(ctx context.Context, tx pgx.Tx, where string, args ...any) error {
	for _, table := range []string{"postings", "entries"} {
		if _, err := tx.Exec(ctx, `DELETE FROM `+table+` WHERE generation IN (SELECT id FROM generations WHERE `+where+`)`, args...); err != nil {
			return err
		}
	}
	return nil
}
