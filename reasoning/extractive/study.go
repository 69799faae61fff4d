package extractive

import (
	"footnote/document"
	"footnote/reasoning"
)

// Study is a question with the sentences that are shown, taken apart. The
// Reader ranks with it and eval/train learns from it, so that both see the
// same features. It is not safe for concurrent use.
type Study struct{ r *reading }

// NewStudy reads the sentences for a question.
func NewStudy(question string, shown []reasoning.Numbered) *Study {
	return &Study{read(question, words, shown, nil)}
}

// Sentences returns what is shown in document order, which is the order of all
// rows. The caller must not change it.
func (s *Study) Sentences() []reasoning.Numbered { return s.r.shown }

// Alone returns the features of each sentence by itself, see AloneFeatures.
func (s *Study) Alone() [][]float64 { return s.r.alone() }

// Together returns the features of each sentence in company, given the rows of
// Alone and a score of each, see TogetherFeatures.
func (s *Study) Together(rows [][]float64, score []float64) [][]float64 {
	return s.r.together(rows, score)
}

// Support returns the features of the whole question, given the rows of
// Together and a score of each, see SupportFeatures. There must be a sentence.
func (s *Study) Support(rows [][]float64, score []float64) []float64 {
	return s.r.support(rows, score)
}

// Candidates returns the runs of words that could be the short answer, and
// their features, see ShortFeatures.
func (s *Study) Candidates(score []float64) (texts []string, rows [][]float64) {
	order := make([]int, len(score))
	for i := range order {
		order[i] = i
	}
	sortBy(order, func(i int) float64 { return score[i] })
	spans, rows := s.r.spans(order, score)
	for _, sp := range spans {
		texts = append(texts, document.Clean(s.r.spanText(sp)))
	}
	return texts, rows
}
