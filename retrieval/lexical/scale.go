package lexical

import "math"

// Scale scores chunks of one language as a search in memory does, to the last
// bit, for indexes that keep their postings elsewhere. They add up a chunk's
// scores in float32, in order of falling Worth and then of the query.
type Scale struct{ norm }

// NewScale makes the scale of a language with some chunks, which have length
// terms in all.
func NewScale(chunks int, length float64) Scale {
	l := language{chunks: chunks, length: length}
	return Scale{l.norm(Options{}.withDefaults())}
}

// Score is what a term counts in a chunk of a length. Occurrences and length are
// in quarters, see Quarters.
func (s Scale) Score(worth float32, occurrences uint8, length int) float32 {
	w := float32(occurrences)
	return worth * w / (w + s.base + s.slope*(float32(length)*quarter))
}

// Worth is what a query's term is worth that is in df of n chunks: no score of
// it is higher.
func Worth(df, n int, t Weighted) float32 { return float32(Inverse(df, n) * Most() * t.Weight) }

// Quarters turns occurrences, or a length, of Bag into the unit that Scale takes.
func Quarters(terms float64) int { return int(math.Round(terms / quarter)) }
