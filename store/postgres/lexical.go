package postgres

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"footnote/retrieval"
	"footnote/retrieval/lexical"
)

// Lexical implements retrieval.Index. All of a search is read from one state of
// the database.
func (x *Index) Lexical(ctx context.Context, query string, f retrieval.Filter, k int) (ps []retrieval.Passage, err error) {
	if k <= 0 {
		return nil, ctx.Err()
	}
	err = x.s.snapshot(ctx, func(tx pgx.Tx) error {
		memory := x.s.scratch.Get().(*scratch)
		defer x.s.scratch.Put(memory)
		l := x.s.newSearch(query, memory)
		for {
			known, err := l.read(ctx, tx, f)
			if err != nil {
				return err
			}
			if known {
				break
			}
			l = x.s.newSearch(query, memory) // there are languages that this server did not know of
		}
		best, err := l.best(k)
		if err != nil || len(best) == 0 {
			ps = nil
			return err
		}
		ps, err = l.passages(ctx, tx, best, k)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("lexical search: %w", err)
	}
	return ps, nil
}

// search is a query on its way through the postings.
type search struct {
	*scratch
	s         *Store
	languages []string
	terms     map[string][]lexical.Weighted // by language
	keys      []int64                       // of all terms

	totals map[string]total
	df     map[int64]int
	hits   map[int64][]hit // by term
	most   float32         // the score that no chunk reaches
}

// total sums up a language.
type total struct {
	chunks int
	length int64 // in quarters of terms
}

// hit is a block of a term's postings.
type hit struct {
	place
	from, to int // in the arena
}

// place is a block of a document's chunks.
type place struct {
	generation int64
	block      int32
}

// compare orders places.
func (p place) compare(q place) int {
	return cmp.Or(cmp.Compare(p.generation, q.generation), cmp.Compare(p.block, q.block))
}

// newSearch analyses a query in each language that the index is known to hold.
func (s *Store) newSearch(query string, memory *scratch) *search {
	memory.arena = memory.arena[:0]
	l := &search{scratch: memory, s: s, terms: map[string][]lexical.Weighted{}}
	if known := s.languages.Load(); known != nil {
		l.languages = *known
	}
	for _, language := range l.languages {
		l.terms[language] = lexical.Weigh(query, language)
		for _, t := range l.terms[language] {
			l.keys = append(l.keys, termOf(language, t.Term))
		}
	}
	return l
}

const hidden = `(SELECT id FROM generations WHERE NOT visible)`

// read fetches the totals and the postings. It returns false when the index
// holds a language that the query was not analysed in.
func (l *search) read(ctx context.Context, tx pgx.Tx, f retrieval.Filter) (known bool, err error) {
	batch := &pgx.Batch{}
	batch.Queue(`SELECT language, chunks, lengths FROM totals WHERE chunks > 0 ORDER BY language`)
	if f.Documents == nil {
		batch.Queue(`SELECT term, generation, block, chunks, body FROM postings WHERE term = ANY($1) AND generation NOT IN `+hidden, l.keys)
	} else {
		batch.Queue(`SELECT term, generation, block, chunks, body FROM postings WHERE term = ANY($1)
			AND generation = ANY (ARRAY(SELECT id FROM generations WHERE document = ANY($2) AND visible))`, l.keys, f.Documents)
		// How rare a term is counts over all documents.
		batch.Queue(`SELECT term, sum(chunks)::bigint FROM postings WHERE term = ANY($1) AND generation NOT IN `+hidden+` GROUP BY term`, l.keys)
	}
	results := tx.SendBatch(ctx, batch)
	defer results.Close()
	if err := l.readTotals(results); err != nil {
		return false, err
	}
	if err := l.readHits(results); err != nil {
		return false, err
	}
	if f.Documents != nil {
		if err := l.readFrequencies(results); err != nil {
			return false, err
		}
	}
	return l.knows(), results.Close()
}

func (l *search) readTotals(results pgx.BatchResults) error {
	rows, err := results.Query()
	if err != nil {
		return err
	}
	l.totals = map[string]total{}
	var (
		language string
		t        total
	)
	_, err = pgx.ForEachRow(rows, []any{&language, &t.chunks, &t.length}, func() error {
		l.totals[language] = t
		return nil
	})
	return err
}

// readHits copies the postings as they come, for there may be many rows, and
// counts the chunks that hold each term.
func (l *search) readHits(results pgx.BatchResults) error {
	rows, err := results.Query()
	if err != nil {
		return err
	}
	defer rows.Close()
	l.hits, l.df = map[int64][]hit{}, map[int64]int{}
	for rows.Next() {
		raw := rows.RawValues()
		if len(raw) != 5 || len(raw[0]) != 8 || len(raw[1]) != 8 || len(raw[2]) != 4 || len(raw[3]) != 4 {
			return errPostings
		}
		term := int64(binary.BigEndian.Uint64(raw[0]))
		h := hit{from: len(l.arena)}
		h.generation, h.block = int64(binary.BigEndian.Uint64(raw[1])), int32(binary.BigEndian.Uint32(raw[2]))
		l.arena = append(l.arena, raw[4]...)
		h.to = len(l.arena)
		l.df[term] += int(binary.BigEndian.Uint32(raw[3]))
		l.hits[term] = append(l.hits[term], h)
	}
	return rows.Err()
}

// readFrequencies counts the chunks that hold each term in all documents.
func (l *search) readFrequencies(results pgx.BatchResults) error {
	rows, err := results.Query()
	if err != nil {
		return err
	}
	var (
		term  int64
		count int
	)
	_, err = pgx.ForEachRow(rows, []any{&term, &count}, func() error {
		l.df[term] = count
		return nil
	})
	return err
}

// knows says whether the query was analysed in all languages of the index, and
// remembers them for the next one.
func (l *search) knows() bool {
	all := make([]string, 0, len(l.totals))
	missing := false
	for language := range l.totals {
		all = append(all, language)
		missing = missing || !slices.Contains(l.languages, language)
	}
	if missing || len(all) != len(l.languages) {
		slices.Sort(all)
		l.s.languages.Store(&all)
	}
	return !missing
}

// passages reads the chunks that were found and orders them. There may be more
// than k: of those that are equal to the last, the order of documents decides.
func (l *search) passages(ctx context.Context, tx pgx.Tx, best []scored, k int) ([]retrieval.Passage, error) {
	generations, ordinals, scores := make([]int64, len(best)), make([]int32, len(best)), make([]float32, len(best))
	for i, b := range best {
		generations[i], ordinals[i], scores[i] = b.generation, b.ordinal, b.score
	}
	rows, err := tx.Query(ctx, `SELECT `+chunkColumns+`, f.score::float8
		FROM unnest($1::bigint[], $2::integer[], $3::real[]) AS f (generation, ordinal, score)
		JOIN entries e ON e.generation = f.generation AND e.ordinal = f.ordinal
		JOIN generations g ON g.id = f.generation`, generations, ordinals, scores)
	if err != nil {
		return nil, err
	}
	ps, err := found(rows, func(score float64) float64 { return score })
	if err != nil {
		return nil, err
	}
	slices.SortFunc(ps, better)
	ps = ps[:min(k, len(ps))]
	for i := range ps {
		ps[i].Rank, ps[i].Match = i+1, min(1, float64(float32(ps[i].Score)/l.most))
	}
	return ps, nil
}
