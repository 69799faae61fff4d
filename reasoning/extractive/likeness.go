package extractive

import "strings"

// resemble finds words that share a long beginning with a question term, which
// stemming alone does not bring together ("complexity", "complex"), or that
// contain it, as compounds do.
func (r *reading) resemble() {
	r.soft = make([]softMatch, r.v.len())
	for id := range r.soft {
		r.soft[id].term = -1
		if r.q.term(int32(id)) >= 0 || r.v.first[id].look&(digits|wide) != 0 || r.v.stop(int32(id)) {
			continue
		}
		for k, t := range r.q.terms {
			s := likeness(r.v.text[t.id], r.v.text[id])
			if s < synonymy && r.v.lexicon.synonyms(r.v.text[t.id], r.v.text[id]) {
				s = synonymy
			}
			if s > r.soft[id].strength {
				r.soft[id] = softMatch{k, s}
			}
		}
	}
}

// widen adds to a sentence's terms those that it has something like.
func (r *reading) widen(ln *line) {
	ln.wide = ln.mask
	for _, w := range ln.words {
		if s := r.soft[w.term]; s.term >= 0 && s.strength >= synonymy {
			ln.wide.add(s.term)
		}
	}
}

// synonymy is how much a synonym counts of the word itself.
const synonymy = 0.6

// minLike is the fewest bytes two words must share to be alike.
const minLike = 4

func likeness(a, b string) float64 {
	short, long := a, b
	if len(short) > len(long) {
		short, long = long, short
	}
	if len(short) < minLike {
		return 0
	}
	n := 0
	for n < len(short) && short[n] == long[n] {
		n++
	}
	share := 2 * float64(n) / float64(len(a)+len(b))
	if n >= minLike && share >= 0.6 {
		return share
	}
	if len(short) > minLike && strings.Contains(long, short) {
		return float64(len(short)) / float64(len(long))
	}
	return 0
}
