package extractive

import "math"

// The features of a sentence by itself, in the order of aloneNames. Shares
// are of the question's idf, so that a rare word counts for more than a common
// one; ratios are to the best sentence shown.
const (
	fBM25 = iota
	fBM25Ratio
	fBM25Rank
	fCover
	fCoverHeading
	fCoverRatio
	fCoverWindow
	fCoverParagraph
	fCoverSection
	fCoverSoft
	fMatched
	fMatchedShare
	fBigrams
	fNearness
	fCommon
	fPhrase
	fDensity
	fRarestFound
	fRarestMissing
	fNames
	fNamesHeading
	fNamesParagraph
	fNumbers
	fQuoted
	fHeading
	fHeadingNamed
	fFit
	fAsks
	fYear
	fNewNumbers
	fNewNames
	fPerson
	fPlace
	fAmount
	fReason
	fFocus
	fFocusIDF
	fPlain
	fDefines
	fLength
	fParagraphPosition
	fSectionPosition
	fPronoun
	fBefore
	fAfter
	fPassage
	fSectionScore
	fSectionRatio
	fKind
	fNegation
	fQuestionLength
	fQuestionNames
	fCompares
	fShown
	fVerb
	fOrder
	fWide
	fWideHeading
	fWideParagraph
	fExclusive
	fSpecific
	fMissingWide
	fBody
	aloneFeatures
)

var aloneNames = []string{
	"bm25", "bm25_ratio", "bm25_rank", "cover", "cover_heading", "cover_ratio", "cover_window", "cover_paragraph",
	"cover_section", "cover_soft", "matched", "matched_share", "bigrams", "nearness", "common", "phrase", "density",
	"rarest_found", "rarest_missing", "names", "names_heading", "names_paragraph", "numbers", "quoted", "heading",
	"heading_named", "fit", "asks", "year", "new_numbers", "new_names", "person", "place", "amount", "reason", "focus",
	"focus_idf", "plain", "defines", "length", "paragraph_position", "section_position", "pronoun", "before", "after",
	"passage", "section_score", "section_ratio", "kind", "negation", "question_length", "question_names", "compares",
	"shown", "verb", "order", "wide", "wide_heading", "wide_paragraph", "exclusive", "specific", "missing_wide", "body",
}

// alone computes the features of every sentence by itself.
func (r *reading) alone() [][]float64 {
	rows := make([][]float64, len(r.lines))
	arena := make([]float64, len(r.lines)*aloneFeatures)
	paragraphs := r.paragraphs()
	for i := range r.lines {
		rows[i] = arena[i*aloneFeatures : (i+1)*aloneFeatures : (i+1)*aloneFeatures]
		r.lexical(i, rows[i])
		r.surroundings(i, rows[i], &paragraphs[r.lines[i].para])
		r.named(i, rows[i], &paragraphs[r.lines[i].para])
		r.offers(i, rows[i])
		r.position(i, rows[i])
	}
	r.ratios(rows)
	return rows
}

// paragraph sums up the question's terms in a run of sentences.
type paragraph struct {
	mask, wide mask
	count      []float64 // by term: how many of its sentences have it or something like it
}

func (r *reading) paragraphs() []paragraph {
	var all []paragraph
	for i := range r.lines {
		ln := &r.lines[i]
		if ln.para == len(all) {
			all = append(all, paragraph{count: make([]float64, len(r.q.terms))})
		}
		p := &all[ln.para]
		p.mask, p.wide = p.mask.or(ln.mask), p.wide.or(ln.wide)
		for k := range p.count {
			if ln.wide.has(k) {
				p.count[k]++
			}
		}
	}
	return all
}

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
