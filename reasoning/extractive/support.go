package extractive

import "math"

// carried are features of the best sentence that tell whether it answers.
var carried = [...]int{
	fCover, fCoverHeading, fCoverWindow, fCoverParagraph, fCoverSoft, fBigrams, fNearness, fCommon, fPhrase,
	fRarestFound, fRarestMissing, fNames, fNamesHeading, fNamesParagraph, fNumbers, fQuoted, fHeading, fFit, fAsks,
	fNewNumbers, fNewNames, fFocus, fPlain, fPassage, fNegation, fQuestionLength, fQuestionNames, fCompares, fWide, fWideHeading, fExclusive, fSpecific, fMissingWide, fBody,
	fVerb, fOrder, fSectionScore,
}

// The features of a whole question that follow those carried.
const (
	sScore = len(carried) + iota
	sGap
	sShare
	sSpread
	sBestCover
	sUnion
	sAbsent
	sAbsentRarest
	sAbsentNames
	sAlone
	sNamesTop
	sNamedBy
	sMissing
	sMissingNames
	sMissingNumbers
	sMissingBody
	sMissingShare
	sFrame
	sSecondCover
	sContent
	sFits
	sEnglish
	supportFeatures
)

var supportNames = func() []string {
	var names []string
	for _, f := range carried {
		names = append(names, "best_"+aloneNames[f])
	}
	return append(names, "score", "gap", "share", "spread", "best_cover", "union", "absent", "absent_rarest",
		"absent_names", "alone", "names_top", "named_by", "missing",
		"missing_names", "missing_numbers", "missing_body", "missing_share", "frame", "second_cover",
		"content", "fits", "english")
}()

// support computes the features of a whole question from those of its
// sentences and their final scores. There must be a sentence.
func (r *reading) support(rows [][]float64, score []float64) []float64 {
	x := make([]float64, supportFeatures)
	c := r.company(score)
	top := c.order[:min(5, len(c.order))]
	best := rows[top[0]]
	for i, f := range carried {
		x[i] = best[f]
	}
	x[sScore], x[sShare], x[sAlone] = score[top[0]], c.share[top[0]], best[tScore]
	x[sNamesTop], x[sNamedBy] = best[tNamesTop], best[tNamedBy]
	x[sGap] = -never
	if len(top) > 1 {
		x[sGap] = score[top[0]] - score[top[1]]
	}
	for _, p := range c.share {
		if p > 0 {
			x[sSpread] -= p * math.Log(p)
		}
	}
	var union mask
	for _, t := range top {
		x[sBestCover] = max(x[sBestCover], rows[t][fCoverHeading])
		union = union.or(r.lines[t].mask).or(r.lines[t].path)
	}
	x[sUnion] = r.q.weight(union)
	if len(top) > 1 {
		x[sSecondCover] = rows[top[1]][fWideHeading]
	}
	r.absent(x)
	r.lacking(top[0], best[fFit], x)
	// Capitals, lists of words and endings tell less in other languages.
	if r.language == "en" {
		x[sEnglish] = 1
	}
	return x
}

// In a short text there is little to mistake for an answer, and the forest,
// which learns from long ones, trusts it too little: where the best sentence
// and its neighbours have all words of the question and offer what it asks
// for, support is at least this.
const (
	evident     = 0.8
	shortText   = 60 // sentences shown
	enoughWords = 3  // content words that do when the kind of answer is open
)

// SupportOf is the probability that there is an answer, from the features of
// a question, see SupportFeatures, and how many sentences were shown.
func SupportOf(f *Forest, x []float64, shown int) float64 {
	p := logistic(f.Score(x))
	if shown < shortText && x[sMissing] == 0 && (x[sFits] == 1 || x[sFits] > 0 && x[sContent] >= enoughWords) {
		p = max(p, evident)
	}
	return p
}

// lacking counts what of the question the best sentence and its surroundings
// lack: the words in which a question departs from what is written.
func (r *reading) lacking(best int, fit float64, x []float64) {
	has := r.lines[best].wide.or(r.lines[best].path)
	for _, near := range []int{best, best + 1} {
		if r.follows(near) {
			has = has.or(r.lines[near].wide).or(r.lines[near-1].wide)
		}
	}
	content := 0.0
	for k, t := range r.q.terms {
		if t.frame && !t.name {
			x[sFrame]++
			continue
		}
		content++
		if has.has(k) {
			continue
		}
		x[sMissing]++
		switch {
		case r.v.first[t.id].look&digits != 0:
			x[sMissingNumbers]++
		case t.name:
			x[sMissingNames]++
		default:
			x[sMissingBody]++
		}
	}
	x[sContent], x[sFits] = content, fit
	x[sMissingShare] = x[sMissing] / max(content, 1)
}

// absent measures what of the question is nowhere among the sentences.
func (r *reading) absent(x []float64) {
	var all mask
	for i := range r.sections {
		all = all.or(r.sections[i].mask)
	}
	for k, t := range r.q.terms {
		if !all.has(k) {
			x[sAbsent] += t.idf / r.q.total
			x[sAbsentRarest] = max(x[sAbsentRarest], t.idf/r.q.maxIDF)
		}
	}
	x[sAbsentNames] = 1 - r.q.namesIn(all, r.q.names)
	if len(r.q.names) == 0 {
		x[sAbsentNames] = -1
	}
}
