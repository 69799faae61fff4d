package extractive

import "math"

// The features of a sentence in the company of others follow those of the
// sentence alone. They need a first score of every sentence: what a good
// sentence names leads to the next one.
const (
	tScore = aloneFeatures + iota
	tGap
	tRank
	tShare
	tBefore
	tAfter
	tParagraph
	tSection
	tSectionRank
	tNamedBy
	tNamedByNew
	tNamesTop
	tShared
	tSharedBest
	tResidual
	tResidualBest
	tUnion
	tUnionBest
	tOtherNames
	tSameSection
	tTopSection
	tTwin
	tTops
	tNamedInSection
	togetherFeatures
)

var togetherNames = []string{
	"score", "gap", "rank", "share", "score_before", "score_after", "score_paragraph", "score_section", "section_rank",
	"named_by", "named_by_new", "names_top", "shared", "shared_best", "residual", "residual_best", "union", "union_best",
	"other_names", "same_section", "top_section", "twin", "tops", "named_in_section",
}

const (
	tops  = 10  // first sentences that others are compared with
	never = -12 // stands for the score of a sentence that is not there
)

// company is the view of a reading after a first scoring.
type company struct {
	*reading
	score []float64
	share []float64 // exp(score), normalised: a sentence's share of the belief
	order []int     // lines by falling score
	rare  []float64 // idf of every term, over sentences
}

// together extends rows with the features that need a first score.
func (r *reading) together(rows [][]float64, score []float64) [][]float64 {
	c := r.company(score)
	out := make([][]float64, len(rows))
	arena := make([]float64, len(rows)*togetherFeatures)
	for i := range rows {
		out[i] = arena[i*togetherFeatures : (i+1)*togetherFeatures : (i+1)*togetherFeatures]
		copy(out[i], rows[i])
	}
	c.standing(out)
	c.around(out)
	top := c.order[:min(tops, len(c.order))]
	c.chains(out, top)
	for rank, t := range top {
		c.bridges(out, t)
		c.sharing(out, t)
		c.completing(out, t, rank)
	}
	return out
}

func (r *reading) company(score []float64) *company {
	c := &company{reading: r, score: score, share: make([]float64, len(score)), order: make([]int, len(score))}
	best, sum := math.Inf(-1), 0.0
	for _, s := range score {
		best = max(best, s)
	}
	for i, s := range score {
		c.order[i] = i
		c.share[i] = math.Exp(s - best)
		sum += c.share[i]
	}
	for i := range c.share {
		c.share[i] /= sum
	}
	sortBy(c.order, func(i int) float64 { return score[i] })
	c.rare = r.rarity()
	return c
}

// rarity is the idf of every term over the sentences.
func (r *reading) rarity() []float64 {
	df := make([]float64, r.v.len())
	last := make([]int, r.v.len())
	for i := range r.lines {
		for _, w := range r.lines[i].words {
			if last[w.term] != i+1 {
				last[w.term] = i + 1
				df[w.term]++
			}
		}
	}
	n := float64(len(r.lines))
	for id := range df {
		df[id] = math.Log(1 + (n-df[id]+0.5)/(df[id]+0.5))
	}
	return df
}

// standing sets how a sentence compares by its first score.
func (c *company) standing(rows [][]float64) {
	if len(rows) == 0 {
		return
	}
	best := c.score[c.order[0]]
	for rank, i := range c.order {
		x := rows[i]
		x[tScore], x[tGap], x[tShare] = c.score[i], best-c.score[i], c.share[i]
		x[tRank] = math.Log1p(float64(rank))
	}
}

// around sets the scores of a sentence's surroundings.
func (c *company) around(rows [][]float64) {
	paragraph := map[int][2]float64{} // the best two
	sect := make([][2]float64, len(c.sections))
	for i := range sect {
		sect[i] = [2]float64{never, never}
	}
	for i := range c.lines {
		ln := &c.lines[i]
		p, ok := paragraph[ln.para]
		if !ok {
			p = [2]float64{never, never}
		}
		paragraph[ln.para] = bestTwo(p, c.score[i])
		sect[ln.section] = bestTwo(sect[ln.section], c.score[i])
	}
	rank := c.sectionRanks(sect)
	topSection := -1
	if len(c.order) > 0 {
		topSection = c.lines[c.order[0]].section
	}
	inTop := make([]float64, len(c.sections))
	for _, t := range c.order[:min(tops, len(c.order))] {
		inTop[c.lines[t].section]++
	}
	for i, x := range rows {
		ln := &c.lines[i]
		x[tBefore], x[tAfter] = never, never
		if c.follows(i) {
			x[tBefore] = c.score[i-1]
		}
		if c.follows(i + 1) {
			x[tAfter] = c.score[i+1]
		}
		x[tParagraph] = otherThan(paragraph[ln.para], c.score[i])
		x[tSection] = otherThan(sect[ln.section], c.score[i])
		x[tSectionRank] = rank[ln.section]
		x[tTops] = inTop[ln.section]
		if ln.section == topSection {
			x[tTopSection] = 1
		}
	}
}

func (c *company) sectionRanks(sect [][2]float64) []float64 {
	order := make([]int, len(sect))
	for i := range order {
		order[i] = i
	}
	sortBy(order, func(i int) float64 { return sect[i][0] })
	rank := make([]float64, len(sect))
	for k, i := range order {
		rank[i] = math.Log1p(float64(k))
	}
	return rank
}

func bestTwo(p [2]float64, s float64) [2]float64 {
	switch {
	case s > p[0]:
		return [2]float64{s, p[0]}
	case s > p[1]:
		return [2]float64{p[0], s}
	}
	return p
}

// otherThan is the best of a group without the sentence itself.
func otherThan(p [2]float64, own float64) float64 {
	if own == p[0] {
		return p[1]
	}
	return p[0]
}
