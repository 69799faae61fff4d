package retrieval

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"footnote/document"
	"footnote/llm"
)

// Documents gives the text around a chunk.
type Documents interface {
	Get(ctx context.Context, id document.ID) (*document.Document, error)
}

// Options tune a Searcher. Zero values mean the default that is named.
type Options struct {
	Depth      int // chunks asked of each list; default 200
	PerSection int // passages of one section before others go first; default 8
	Neighbours int // tokens of the same section added on each side of a passage while the budget lasts; default 120, negative for none
	// Reranker puts the first RerankDepth passages, default 50, in order, within
	// RerankTime, default 2 seconds; nil for none.
	Reranker    Reranker
	RerankDepth int
	RerankTime  time.Duration
}

// Searcher is the Retriever: it asks an index for words and, when there is an
// embedder, for vectors, and fuses the lists.
type Searcher struct {
	index     Index
	embedder  llm.Embedder
	documents Documents
	options   Options
}

// NewSearcher makes a Searcher. The embedder may be nil: search is then
// lexical alone, and every result says so.
func NewSearcher(index Index, embedder llm.Embedder, documents Documents, o Options) *Searcher {
	o.Depth = cmp.Or(max(o.Depth, 0), 200)
	o.PerSection = cmp.Or(max(o.PerSection, 0), 8)
	o.Neighbours = cmp.Or(o.Neighbours, 120)
	o.RerankDepth = cmp.Or(max(o.RerankDepth, 0), 50)
	o.RerankTime = cmp.Or(max(o.RerankTime, 0), 2*time.Second)
	return &Searcher{index, embedder, documents, o}
}

// LexicalOnly is the note of every result found without an embedder.
const LexicalOnly = "lexical search only: no embedder is configured"

// Retrieve implements Retriever.
func (s *Searcher) Retrieve(ctx context.Context, q Query) (Result, error) {
	var r Result
	lists, err := s.lists(ctx, q, &r)
	if err != nil {
		return Result{}, err
	}
	ranked, err := s.besides(ctx, s.ordered(lists, q.Seen), q)
	if err != nil {
		return Result{}, err
	}
	note, err := s.rerank(ctx, q.Text, ranked)
	if err != nil {
		return Result{}, err
	}
	if note != "" {
		r.Notes = append(r.Notes, note)
	}
	r.Ranked = ranked[:min(len(ranked), cmp.Or(q.K, 40))]
	for i := range r.Ranked {
		r.Ranked[i].Rank = i + 1
	}
	r.Passages, err = s.fill(ctx, r.Ranked, q.Budget)
	return r, err
}

// OtherEmbedder is the note of results found while the index has vectors of
// another embedder: it was made anew while this server ran on.
const OtherEmbedder = "lexical search only: the index was made anew with another embedder, this server must be started again with it"

// lists asks for the lexical and the dense ranking. A failing embedder costs
// the dense list, not the answer; so does one that is not the index's.
func (s *Searcher) lists(ctx context.Context, q Query, r *Result) ([][]Passage, error) {
	filter := Filter{Documents: q.Documents}
	lexical, err := s.index.Lexical(ctx, q.Text, filter, s.options.Depth)
	if err != nil {
		return nil, fmt.Errorf("lexical search: %w", err)
	}
	r.Lexical = len(lexical)
	if s.embedder == nil {
		r.Notes = append(r.Notes, LexicalOnly)
		return [][]Passage{lexical}, nil
	}
	v, err := s.embedder.EmbedQuery(ctx, q.Text)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		r.Notes = append(r.Notes, "lexical search only: the embedder "+cmp.Or(llm.Refusal(err), "did not answer"))
		return [][]Passage{lexical}, nil
	}
	if v.IsZero() {
		r.Notes = append(r.Notes, "lexical search only: the embedder does not know the question's language")
		return [][]Passage{lexical}, nil
	}
	dense, err := s.index.Dense(ctx, v, filter, s.options.Depth)
	if errors.Is(err, ErrEmbedderMismatch) {
		r.Notes = append(r.Notes, OtherEmbedder)
		return [][]Passage{lexical}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("dense search: %w", err)
	}
	r.Dense = len(dense)
	return [][]Passage{Blend(lexical, dense)}, nil
}

// ordered is the ranking of what was not seen yet.
func (s *Searcher) ordered(lists [][]Passage, seen func(document.Chunk) bool) []Passage {
	return spread(unseen(Fuse(lists...), seen), s.options.PerSection)
}

func unseen(ps []Passage, seen func(document.Chunk) bool) []Passage {
	if seen == nil {
		return ps
	}
	return slices.DeleteFunc(ps, func(p Passage) bool { return seen(p.Chunk) })
}

// spread moves the passages beyond the first limit of a section behind all
// others, so that one long section cannot fill every place. A document without
// sections is left as it is.
func spread(ps []Passage, limit int) []Passage {
	type place struct {
		doc     document.ID
		section int
	}
	count := map[place]int{}
	first := make([]Passage, 0, len(ps))
	var later []Passage
	for _, p := range ps {
		at := place{p.Chunk.Doc, p.Chunk.Section}
		count[at]++
		if count[at] > limit && at.section != 0 {
			later = append(later, p)
			continue
		}
		first = append(first, p)
	}
	return append(first, later...)
}

// fill keeps the best passages that fit the budget, grows them while it lasts
// and puts them into document order.
func (s *Searcher) fill(ctx context.Context, ranked []Passage, budget int) ([]Passage, error) {
	var kept []Passage
	left := budget
	for _, p := range ranked {
		if budget > 0 && p.Chunk.Tokens > left {
			if len(kept) > 0 {
				break
			}
			// Better too much of the best passage than nothing at all.
		}
		kept = append(kept, p)
		left -= p.Chunk.Tokens
	}
	if budget > 0 && s.options.Neighbours > 0 {
		if err := s.grow(ctx, kept, left); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(kept, func(a, b Passage) int { return inDocumentOrder(&a.Chunk, &b.Chunk) })
	return kept, nil
}

func inDocumentOrder(a, b *document.Chunk) int {
	return cmp.Or(cmp.Compare(a.Doc, b.Doc), cmp.Compare(a.First, b.First))
}

// grow widens passages, best first, to the sentences around them in the same
// section while tokens are left. Passages do not come to overlap.
func (s *Searcher) grow(ctx context.Context, kept []Passage, left int) error {
	ordered := make([]*document.Chunk, len(kept))
	for i := range kept {
		ordered[i] = &kept[i].Chunk
	}
	slices.SortFunc(ordered, inDocumentOrder)
	for i := range kept {
		if left <= 0 {
			return nil
		}
		c := &kept[i].Chunk
		d, err := s.documents.Get(ctx, c.Doc)
		if errors.Is(err, document.ErrNotFound) {
			continue // deleted since it was found
		}
		if err != nil {
			return fmt.Errorf("text around a passage: %w", err)
		}
		low, high := 0, len(d.Sentences)
		at, _ := slices.BinarySearchFunc(ordered, c, inDocumentOrder)
		if at > 0 && ordered[at-1].Doc == c.Doc {
			low = ordered[at-1].Last
		}
		if at+1 < len(ordered) && ordered[at+1].Doc == c.Doc {
			high = ordered[at+1].First
		}
		left -= widen(d, c, margin{low, high, min(left, 2*s.options.Neighbours) / 2})
	}
	return nil
}

// margin is how far a chunk may grow: sentences [low, high), and tokens on
// each side.
type margin struct{ low, high, tokens int }

// widen grows a chunk within its section and a margin and returns how many
// tokens it added.
func widen(d *document.Document, c *document.Chunk, m margin) (added int) {
	fits := func(sentence, room int) (tokens int, ok bool) {
		s := d.Sentences[sentence]
		tokens = document.CountTokens(d.Quote(s.Span))
		return tokens, s.Section == c.Section && tokens <= room
	}
	for room := m.tokens; c.First > m.low; c.First-- {
		n, ok := fits(c.First-1, room)
		if !ok {
			break
		}
		room, added = room-n, added+n
	}
	for room := m.tokens; c.Last < m.high; c.Last++ {
		n, ok := fits(c.Last, room)
		if !ok {
			break
		}
		room, added = room-n, added+n
	}
	c.Span = document.Span{Start: d.Sentences[c.First].Span.Start, End: d.Sentences[c.Last-1].Span.End}
	c.Tokens += added
	return added
}
