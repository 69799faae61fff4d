package extractive

import "math"

// surroundings measures how much of the question stands around a sentence.
func (r *reading) surroundings(i int, x []float64, p *paragraph) {
	ln := &r.lines[i]
	s := &r.sections[ln.section]
	window := ln.mask.or(ln.path)
	if r.follows(i) {
		x[fBefore] = r.q.weight(r.lines[i-1].mask)
		window = window.or(r.lines[i-1].mask)
	}
	if r.follows(i + 1) {
		x[fAfter] = r.q.weight(r.lines[i+1].mask)
		window = window.or(r.lines[i+1].mask)
	}
	x[fCoverWindow] = r.q.weight(window)
	x[fCoverParagraph] = r.q.weight(p.mask.or(ln.path))
	x[fCoverSection] = r.q.weight(s.mask)
	x[fSectionScore] = s.score
	x[fPassage] = r.shown[i].Score
	r.special(ln, x, p)
	x[fHeading], x[fHeadingNamed] = -1, 0
	if len(s.heading) > 0 {
		found, content := 0.0, 0.0
		for _, id := range s.heading {
			if r.v.stop(id) {
				continue
			}
			content++
			if r.q.term(id) >= 0 {
				found++
			}
		}
		if content > 0 {
			x[fHeading] = found / content
		}
		if content > 0 && found == content {
			x[fHeadingNamed] = r.q.weight(s.own)
		}
	}
}

// special measures what of the question a sentence has, words like it
// included, that the rest of its paragraph lacks: where a whole paragraph is
// about the subject, that tells its sentences apart.
func (r *reading) special(ln *line, x []float64, p *paragraph) {
	q, path := r.q, ln.path
	x[fWide], x[fWideHeading] = q.weight(ln.wide), q.weight(ln.wide.or(path))
	x[fWideParagraph] = q.weight(p.wide.or(path))
	for k, t := range q.terms {
		switch {
		case ln.wide.has(k):
			x[fSpecific] += t.idf / p.count[k] / q.total
			if p.count[k] == 1 {
				x[fExclusive] += t.idf / q.total
			}
		case !path.has(k):
			x[fMissingWide] = max(x[fMissingWide], t.idf/q.maxIDF)
		}
	}
	body, all := 0.0, 1e-9
	for k, t := range q.terms {
		if !t.name && !t.frame {
			all += t.idf
			if ln.wide.has(k) {
				body += t.idf
			}
		}
	}
	x[fBody] = body / all
}

// follows says whether sentence i comes right after the one before it, in the
// same section.
func (r *reading) follows(i int) bool {
	return i > 0 && i < len(r.lines) && r.lines[i].section == r.lines[i-1].section &&
		r.shown[i].Sentence == r.shown[i-1].Sentence+1
}

// ratios sets features that compare a sentence with the best one.
func (r *reading) ratios(rows [][]float64) {
	bm25, cover, sect := 1e-9, 1e-9, 1e-9
	order := make([]int, len(rows))
	for i, x := range rows {
		bm25, cover = max(bm25, x[fBM25]), max(cover, x[fCoverHeading])
		sect = max(sect, x[fSectionScore])
		order[i] = i
	}
	sortBy(order, func(i int) float64 { return rows[i][fBM25] })
	for rank, i := range order {
		x := rows[i]
		x[fBM25Rank] = math.Log1p(float64(rank))
		x[fBM25Ratio] = x[fBM25] / bm25
		x[fCoverRatio] = x[fCoverHeading] / cover
		x[fSectionRatio] = x[fSectionScore] / sect
		x[fShown] = math.Log1p(float64(len(rows)))
	}
}
