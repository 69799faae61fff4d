package reasoning

import (
	"cmp"
	"slices"
	"time"

	"footnote/document"
	"footnote/llm"
	"footnote/retrieval"
)

// StepKind names what a step did.
type StepKind string

// The kinds of step.
const (
	StepImagine     StepKind = "imagine"     // made up a passage to search for
	StepRetrieve    StepKind = "retrieve"    // searched for passages
	StepClarify     StepKind = "clarify"     // asked what has to be cleared up first
	StepSelect      StepKind = "select"      // chose among the sentences shown
	StepWorker      StepKind = "worker"      // read one window
	StepDemonstrate StepKind = "demonstrate" // made examples from a document
	StepAnswer      StepKind = "answer"      // reasoned over what was found
	StepChoose      StepKind = "choose"      // kept one of several answers
	StepVerify      StepKind = "verify"      // asked whether the evidence entails the statements
)

// Step is one thing that was done for an answer. Fields that a kind does not
// name are zero.
type Step struct {
	Kind     StepKind `json:"kind"`
	Strategy string   `json:"strategy"`        // that took it
	Number   int      `json:"number"`          // 1-based: round, worker, answer of several; choose: the one kept
	Query    string   `json:"query,omitempty"` // retrieve, clarify
	Found    int      `json:"found,omitempty"` // retrieve: passages; select, worker: sentences picked; demonstrate: examples that can be used
	Shown    int      `json:"shown,omitempty"` // sentences that were read; verify: statements
	Ranges   []Range  `json:"ranges,omitempty"`
	Picks    []Find   `json:"picks,omitempty"` // best first
	Queries  []string `json:"queries,omitempty"`
	Enough   bool     `json:"enough,omitempty"`  // select: what was found suffices
	Missing  string   `json:"missing,omitempty"` // select, answer: what is missing, for people
	Tally
	Usage llm.Usage     `json:"usage"`
	Took  time.Duration `json:"took"`
}

// Find is a sentence that a step picked.
type Find struct {
	Range
	Score float64 // in [0, 1]
	Why   string  // in the Reader's words; may be ""
}

// What is kept of the steps of one answer.
const (
	maxSteps      = 80
	maxStepRanges = 12
	maxStepPicks  = 8
	maxStepText   = 300 // code points of a text in a step
)

// step writes a step down.
func (s *session) step(x Step) {
	x.Query, x.Missing = cut(x.Query), cut(x.Missing)
	x.Queries = slices.Clone(x.Queries[:min(len(x.Queries), maxFollowUps)])
	for i, q := range x.Queries {
		x.Queries[i] = cut(q)
	}
	s.answer.Trace.Steps = append(s.answer.Trace.Steps, x)
}

// cut shortens a text that a step only tells of.
func cut(text string) string {
	if r := []rune(text); len(r) > maxStepText {
		return string(r[:maxStepText]) + "…"
	}
	return text
}

// finds are the best picks, and how many of all were never shown.
func (s *session) finds(picks []Pick) (finds []Find, unknown int) {
	for _, p := range picks {
		n, ok := s.shown.find(p.Number)
		switch {
		case !ok:
			unknown++
		case len(finds) < maxStepPicks:
			finds = append(finds, Find{Range{n.Doc, n.Span}, p.Score, cut(p.Why)})
		}
	}
	return finds, unknown
}

// retrieved tells of a search.
func (s *session) retrieved(query string, round int, ps []retrieval.Passage) Step {
	best := slices.Clone(ps)
	slices.SortStableFunc(best, func(a, b retrieval.Passage) int { return cmp.Compare(b.Score, a.Score) })
	x := Step{Kind: StepRetrieve, Number: round, Query: query, Found: len(ps)}
	for _, p := range best[:min(len(best), maxStepRanges)] {
		x.Ranges = append(x.Ranges, Range{p.Chunk.Doc, p.Chunk.Span})
	}
	return x
}

// selected tells of a selection among sentences.
func (s *session) selected(sel Selection, shown int) Step {
	x := Step{Kind: StepSelect, Shown: shown, Found: len(sel.Picks), Queries: sel.FollowUps, Enough: sel.Enough,
		Missing: sel.Missing, Tally: sel.Spent.Tally, Usage: sel.Spent.Usage}
	var unknown int
	x.Picks, unknown = s.finds(sel.Picks)
	x.DroppedIDs += unknown
	return x
}

// worked tells what a chain's worker passed on of its own window.
func (s *session) worked(n Notes, shown []Numbered, w window) Step {
	x := Step{Kind: StepWorker, Shown: len(shown), Ranges: []Range{{w.doc.ID, w.span()}},
		Tally: n.Spent.Tally, Usage: n.Spent.Usage}
	own := map[int]bool{}
	for _, y := range shown {
		own[y.Number] = true
	}
	var picks []Pick
	for _, f := range n.Facts {
		for _, number := range f.Numbers {
			if own[number] {
				own[number] = false
				picks = append(picks, Pick{Number: number, Score: f.Score, Why: f.Claim})
			}
		}
	}
	x.Found = len(picks)
	x.Picks, _ = s.finds(picks)
	return x
}

// bounded keeps as many steps as people can look at. Workers that found nothing
// go first, the last of them first, then the last of the others.
func bounded(steps []Step) (kept []Step, leftOut int) {
	over := len(steps) - maxSteps
	if over <= 0 {
		return steps, 0
	}
	leftOut = over
	out := make([]bool, len(steps))
	for _, which := range []func(Step) bool{
		func(x Step) bool { return x.Kind == StepWorker && x.Found == 0 },
		func(x Step) bool { return x.Kind == StepWorker },
		func(Step) bool { return true },
	} {
		for i := len(steps) - 1; i >= 0 && over > 0; i-- {
			if !out[i] && which(steps[i]) {
				out[i] = true
				over--
			}
		}
	}
	for i, x := range steps {
		if !out[i] {
			kept = append(kept, x)
		}
	}
	return kept, leftOut
}

// Without returns the answer without what it tells of a document: where it was
// read, and what was written by a reader who had read it, which may have its
// words: what to search for next, and what is missing.
func (a Answer) Without(doc document.ID) Answer {
	a.Shown = outside(a.Shown, doc)
	a.Trace.Queries = a.Trace.Queries[:min(len(a.Trace.Queries), 1)] // the question
	a.Trace.Steps = slices.Clone(a.Trace.Steps)
	for i := range a.Trace.Steps {
		x := &a.Trace.Steps[i]
		x.Ranges = outside(x.Ranges, doc)
		x.Queries, x.Missing = nil, ""
		if x.Kind != StepRetrieve || x.Number > 1 {
			x.Query = ""
		}
		x.Picks = slices.DeleteFunc(slices.Clone(x.Picks), func(f Find) bool { return f.Doc == doc })
	}
	return a
}

func outside(rs []Range, doc document.ID) []Range {
	return slices.DeleteFunc(slices.Clone(rs), func(r Range) bool { return r.Doc == doc })
}
