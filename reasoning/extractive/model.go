package extractive

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"math"
)

//go:embed weights.json
var weightsJSON []byte

// Weights are what eval/train learns: two ensembles of regression trees that
// rank sentences, and the scales that turn their scores into probabilities.
type Weights struct {
	Alone    Forest `json:"alone"`    // over the features of a sentence by itself
	Together Forest `json:"together"` // what those and the company it keeps add
	// Sentence turns the margin of a sentence into the probability that it
	// supports the answer.
	Sentence Scale   `json:"sentence"`
	Support  Forest  `json:"support"` // over a whole question: is there an answer at all
	Short    Forest  `json:"short"`   // over a run of words: is it the short answer
	Abstain  float64 `json:"abstain"` // below this probability of support an answer abstains
	Enough   float64 `json:"enough"`  // at or above it nothing more is retrieved
}

// Scale is a logistic curve.
type Scale struct {
	Slope     float64 `json:"slope"`
	Intercept float64 `json:"intercept"`
}

// At returns a probability in (0, 1).
func (s Scale) At(x float64) float64 { return logistic(s.Slope*x + s.Intercept) }

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// Forest is a sum of regression trees.
type Forest struct {
	Features []string `json:"features"` // what the indices in nodes mean
	Trees    []Tree   `json:"trees"`
}

// Tree is a list of nodes; the first is the root. A node is either
// [feature, threshold, left, right], where values at most the threshold go
// left, or [value], a leaf. Children come after their parents.
type Tree [][]float64

// Score adds up what the trees say of a row of features.
func (f *Forest) Score(x []float64) float64 {
	sum := 0.0
	for _, t := range f.Trees {
		n := t[0]
		for len(n) == 4 {
			if x[int(n[0])] <= n[1] {
				n = t[int(n[2])]
			} else {
				n = t[int(n[3])]
			}
		}
		sum += n[0]
	}
	return sum
}

// check refuses a forest that was made for other features or that a walk
// could leave or never end in.
func (f *Forest) check(features []string) error {
	if len(f.Features) != len(features) {
		return fmt.Errorf("made for %d features, not %d", len(f.Features), len(features))
	}
	for i, name := range features {
		if f.Features[i] != name {
			return fmt.Errorf("feature %d is %q, not %q", i, f.Features[i], name)
		}
	}
	for i, t := range f.Trees {
		if err := t.check(len(features)); err != nil {
			return fmt.Errorf("tree %d: %w", i, err)
		}
	}
	return nil
}

func (t Tree) check(features int) error {
	if len(t) == 0 {
		return errors.New("no nodes")
	}
	for i, n := range t {
		switch len(n) {
		case 1:
		case 4:
			f, l, r := int(n[0]), int(n[2]), int(n[3])
			if f < 0 || f >= features || l <= i || r <= i || l >= len(t) || r >= len(t) {
				return fmt.Errorf("node %d: %v out of range", i, n)
			}
		default:
			return fmt.Errorf("node %d has %d fields", i, len(n))
		}
	}
	return nil
}

// ParseWeights reads a weights file and checks that it fits this package.
func ParseWeights(data []byte) (*Weights, error) {
	var w Weights
	if err := json.Unmarshal(data, &w); err != nil {
		return nil, fmt.Errorf("parse weights: %w", err)
	}
	for _, c := range []struct {
		name     string
		forest   *Forest
		features []string
	}{
		{"alone", &w.Alone, AloneFeatures()},
		{"together", &w.Together, TogetherFeatures()},
		{"support", &w.Support, SupportFeatures()},
		{"short", &w.Short, ShortFeatures()},
	} {
		if err := c.forest.check(c.features); err != nil {
			return nil, fmt.Errorf("weights %q: %w", c.name, err)
		}
	}
	return &w, nil
}

// AloneFeatures names the features of a sentence by itself, in order.
func AloneFeatures() []string { return append([]string(nil), aloneNames...) }

// TogetherFeatures names the features of a sentence in company, in order.
func TogetherFeatures() []string { return append(AloneFeatures(), togetherNames...) }

// SupportFeatures names the features of a whole question, in order.
func SupportFeatures() []string { return append([]string(nil), supportNames...) }

// ShortFeatures names the features of a run of words that could be the short
// answer, in order.
func ShortFeatures() []string { return append([]string(nil), shortNames...) }
