package extractive

// lexical measures how much of the question a sentence repeats.
func (r *reading) lexical(i int, x []float64) {
	q, ln := r.q, &r.lines[i]
	n := len(q.terms)
	tf := make([]float64, n)
	soft := make([]float64, n)
	for _, h := range ln.hits {
		tf[h.term]++
		soft[h.term] = 1
	}
	for _, w := range ln.words {
		if s := r.soft[w.term]; s.term >= 0 {
			soft[s.term] = max(soft[s.term], s.strength)
		}
	}
	path := ln.path
	norm := bm25K * (1 - bm25B + bm25B*float64(len(ln.words))/r.mean)
	matched, plain, plainTotal := 0.0, 0.0, 0.0
	for k, t := range q.terms {
		x[fBM25] += t.idf * tf[k] * (bm25K + 1) / (tf[k] + norm)
		if path.has(k) {
			soft[k] = max(soft[k], 0.9)
		}
		x[fCoverSoft] += t.idf * soft[k] / q.total
		if !t.name {
			plainTotal += t.idf
		}
		if tf[k] == 0 {
			if !path.has(k) {
				x[fRarestMissing] = max(x[fRarestMissing], t.idf/q.maxIDF)
			}
			continue
		}
		matched++
		x[fRarestFound] = max(x[fRarestFound], t.idf/q.maxIDF)
		if !t.name {
			plain += t.idf
		}
	}
	x[fBM25] /= q.total * (bm25K + 1)
	x[fCover] = q.weight(ln.mask)
	x[fCoverHeading] = q.weight(ln.mask.or(path))
	x[fMatched] = matched
	x[fMatchedShare] = matched / float64(max(n, 1))
	x[fPlain] = -1
	if plainTotal > 0 {
		x[fPlain] = plain / plainTotal
	}
	r.order(i, x)
}

// order measures how far the question's words keep their order and company.
func (r *reading) order(i int, x []float64) {
	q, ln := r.q, &r.lines[i]
	if len(ln.hits) > maxHits {
		ln.hits = ln.hits[:maxHits]
	}
	for j, h := range ln.hits {
		for k := j + 1; k < len(ln.hits) && k < j+6; k++ {
			g := ln.hits[k]
			gap, d := g.pos-h.pos, g.term-h.term
			w := min(q.terms[h.term].idf, q.terms[g.term].idf) / q.total
			if d == 1 && gap <= 3 {
				x[fBigrams] += w
			}
			if d != 0 && gap <= 10 {
				x[fNearness] += w / float64(gap)
			}
		}
	}
	x[fCommon] = r.common(ln)
	x[fPhrase] = float64(r.phrase(ln))
	x[fDensity] = r.density(ln)
	x[fOrder] = r.runs(ln)
}

// maxHits bounds how many occurrences of question words in one sentence are
// compared with each other.
const maxHits = 64

// common is the longest common subsequence of question terms, weighted by idf.
func (r *reading) common(ln *line) float64 {
	best := make([]float64, len(r.q.terms)+1)
	for _, h := range ln.hits {
		top := 0.0
		for k := 0; k < h.term; k++ {
			top = max(top, best[k])
		}
		best[h.term] = max(best[h.term], top+r.q.terms[h.term].idf)
	}
	top := 0.0
	for _, b := range best {
		top = max(top, b)
	}
	return top / r.q.total
}

// phrase is the most words in a row, stop words included, that the sentence
// shares with the question.
func (r *reading) phrase(ln *line) int {
	if len(ln.hits) == 0 {
		return 0
	}
	seq := r.q.sequence
	prev, cur := make([]int, len(seq)+1), make([]int, len(seq)+1)
	best, limit := 0, int32(len(r.q.index))
	words := ln.words[:min(len(ln.words), 400)]
	for _, w := range words {
		if w.term >= limit {
			clear(prev)
			continue
		}
		for j, t := range seq {
			cur[j+1] = 0
			if t == w.term {
				cur[j+1] = prev[j] + 1
				best = max(best, cur[j+1])
			}
		}
		prev, cur = cur, prev
	}
	return best
}

// density is the highest idf share that fits into a window of words, each
// word of the window costing a little.
func (r *reading) density(ln *line) float64 {
	best := 0.0
	for j := range ln.hits {
		var seen mask
		sum := 0.0
		for k := j; k < len(ln.hits) && k < j+16; k++ {
			h := ln.hits[k]
			if seen.has(h.term) {
				continue
			}
			seen.add(h.term)
			sum += r.q.terms[h.term].idf
			best = max(best, sum/r.q.total-0.01*float64(h.pos-ln.hits[j].pos))
		}
	}
	return best
}

// runs is the idf share of question words that stand right beside another
// question word in the sentence.
func (r *reading) runs(ln *line) float64 {
	var beside mask
	for j := 1; j < len(ln.hits); j++ {
		if a, b := ln.hits[j-1], ln.hits[j]; b.pos-a.pos <= 2 && a.term != b.term {
			beside.add(a.term)
			beside.add(b.term)
		}
	}
	return r.q.weight(beside)
}
