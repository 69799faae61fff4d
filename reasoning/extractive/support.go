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
	supportFeatures
)

var supportNames = func() []string {
	var names []string
	for _, f := range carried {
		names = append(names, "best_"+aloneNames[f])
	}
	return append(names, "score", "gap", "share", "spread", "best_cover", "union", "absent", "absent_rarest",
		"absent_names", "alone", "names_top", "named_by")
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
	r.absent(x)
	return x
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
