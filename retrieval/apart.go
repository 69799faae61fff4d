package retrieval

import (
	"context"
	"errors"
	"fmt"

	"footnote/document"
	"footnote/llm"
)

// Shelf knows what has become of documents.
type Shelf interface {
	// Shown returns those of some documents that searches may find: all that
	// were ready once and have neither failed nor been deleted since.
	Shown(ctx context.Context, ids []document.ID) ([]document.ID, error)
	// Info returns document.ErrNotFound for unknown and for deleted documents.
	Info(ctx context.Context, id document.ID) (document.Info, error)
}

// Apart makes an index that is kept apart from the documents go by what their
// store says: a document is found from the moment it is ready until the moment
// it is deleted, whatever the index holds then. The index's Info counts
// documents that are not shown as well.
func Apart(x Index, s Shelf) Index { return apart{x, s} }

type apart struct {
	Index
	shelf Shelf
}

// Replace implements Index. Entries of a document that was deleted meanwhile
// are removed again: the job that removes it may have been there before.
// Errors: also document.ErrNotFound.
func (a apart) Replace(ctx context.Context, doc document.ID, entries []Entry) error {
	if err := a.Index.Replace(ctx, doc, entries); err != nil {
		return err
	}
	info, err := a.shelf.Info(ctx, doc)
	if err == nil && info.Status != document.Failed {
		return nil
	}
	if err != nil && !errors.Is(err, document.ErrNotFound) {
		return fmt.Errorf("index %s: %w", doc, err)
	}
	return errors.Join(err, a.Index.Delete(context.WithoutCancel(ctx), doc))
}

// Lexical implements Index.
func (a apart) Lexical(ctx context.Context, query string, f Filter, k int) ([]Passage, error) {
	return a.search(ctx, k, func(k int) ([]Passage, error) { return a.Index.Lexical(ctx, query, f, k) })
}

// Dense implements Index.
func (a apart) Dense(ctx context.Context, v llm.Vector, f Filter, k int) ([]Passage, error) {
	return a.search(ctx, k, func(k int) ([]Passage, error) { return a.Index.Dense(ctx, v, f, k) })
}

// wider is how many times a search may look further down the list for passages
// in place of those that are not shown.
const wider = 6

// search leaves out what is not shown, which is rare, and then asks for more.
func (a apart) search(ctx context.Context, k int, find func(k int) ([]Passage, error)) ([]Passage, error) {
	for ask, try := k, 0; ; try++ {
		found, err := find(ask)
		if err != nil {
			return nil, err
		}
		shown, err := a.shown(ctx, found)
		if err != nil {
			return nil, err
		}
		if len(shown) >= k || len(found) < ask || try == wider {
			return shown[:min(k, len(shown))], nil
		}
		ask = 2*ask + len(found) - len(shown)
	}
}

// shown keeps the passages of documents that may be found.
func (a apart) shown(ctx context.Context, ps []Passage) ([]Passage, error) {
	seen := map[document.ID]bool{}
	var ids []document.ID
	for _, p := range ps {
		if _, ok := seen[p.Chunk.Doc]; !ok {
			seen[p.Chunk.Doc] = false
			ids = append(ids, p.Chunk.Doc)
		}
	}
	if len(ids) == 0 {
		return ps, nil
	}
	visible, err := a.shelf.Shown(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("look up the documents that were found: %w", err)
	}
	for _, id := range visible {
		seen[id] = true
	}
	kept := ps[:0]
	for _, p := range ps {
		if seen[p.Chunk.Doc] {
			p.Rank = len(kept) + 1
			kept = append(kept, p)
		}
	}
	return kept, nil
}
