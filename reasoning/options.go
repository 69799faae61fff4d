package reasoning

import (
	"cmp"
	"fmt"
	"slices"
)

// Defaults and limits of Options.
const (
	DefaultBudget      = 8_000
	DefaultWindow      = 16_000
	DefaultRounds      = 2
	DefaultMaxEvidence = 5
	MaxQuestion        = 20_000 // Unicode code points
)

// Directions in which coa reads.
const (
	Forward  = "forward"
	Backward = "backward"
	Both     = "both"
)

// Ways to choose one of coa's paths.
const (
	ByVote  = "vote"
	ByJudge = "judge"
)

// window is how many tokens a window has for a Reader that takes so many.
func (o Options) window(reader int) int { return min(cmp.Or(o.Window, DefaultWindow), reader) }

// Validate returns ErrBadOptions with the option and its range.
func (o Options) Validate() error {
	for _, c := range []struct {
		name             string
		value, low, high int
	}{
		{"max_rounds", o.MaxRounds, 1, 5},
		{"budget", o.Budget, 500, 200_000},
		{"window", o.Window, 1_000, 200_000},
		{"max_evidence", o.MaxEvidence, 1, 50},
		{"paths", o.Paths, 1, 5},
	} {
		if c.value != 0 && (c.value < c.low || c.value > c.high) {
			return fmt.Errorf("%w: %s is %d, allowed are %d to %d", ErrBadOptions, c.name, c.value, c.low, c.high)
		}
	}
	if !slices.Contains([]string{"", Forward, Backward, Both}, o.Direction) {
		return fmt.Errorf("%w: direction is %q, allowed are %q, %q and %q", ErrBadOptions, o.Direction, Forward, Backward, Both)
	}
	if !slices.Contains([]string{"", ByVote, ByJudge}, o.Chooser) {
		return fmt.Errorf("%w: chooser is %q, allowed are %q and %q", ErrBadOptions, o.Chooser, ByVote, ByJudge)
	}
	return nil
}
