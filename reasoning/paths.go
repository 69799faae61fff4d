package reasoning

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"footnote/retrieval/analysis"
)

// manageEach reasons over every chain on its own and keeps one of the answers
// (the paper's multi-path variant).
func (s *session) manageEach(ctx context.Context, ends []chainEnd) error {
	drafts := make([]Draft, len(ends))
	readings := make([]Reading, len(ends))
	took := make([]time.Duration, len(ends))
	var evidence []Evidence
	for i, end := range ends {
		readings[i] = s.managed(end)
		evidence = append(evidence, readings[i].Evidence...)
	}
	examples, err := s.demonstrate(ctx, evidence)
	if err != nil {
		return fmt.Errorf("demonstrate: %w", err)
	}
	group, gctx := errgroup.WithContext(ctx)
	for i := range ends {
		readings[i].Examples = examples
		group.Go(func() error {
			began := time.Now()
			var err error
			drafts[i], err = halver{s.Reader}.Reason(gctx, s.q, readings[i], func(Piece) {})
			took[i] = time.Since(began)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return fmt.Errorf("reason: %w", err)
	}
	for i, d := range drafts {
		s.spent(d.Spent)
		s.step(Step{Kind: StepAnswer, Number: i + 1, Shown: readings[i].size(), Missing: d.Missing, Took: took[i],
			Tally: d.Spent.Tally, Usage: d.Spent.Usage})
	}
	best, err := s.choose(ctx, drafts)
	if err != nil {
		return err
	}
	s.note(drafts[best].Notes...)
	s.noteShown(examples, drafts[best])
	s.note(fmt.Sprintf("path %d of %d was chosen", best+1, len(drafts)))
	s.answer.Selected = s.resolvePicks(ends[best].best())
	before := s.answer.Trace.Tally
	s.compose(drafts[best], readings[best].Evidence)
	s.step(Step{Kind: StepChoose, Number: best + 1, Shown: len(drafts), Tally: s.answer.Trace.Tally.minus(before)})
	if !s.answer.Abstained {
		s.piece(Piece{Text: s.answer.Text})
	}
	return nil
}

// choose returns the index of the draft to keep.
func (s *session) choose(ctx context.Context, drafts []Draft) (int, error) {
	if s.q.Options.Chooser != ByJudge {
		return vote(drafts), nil
	}
	judge, ok := s.Reader.(Chooser)
	if !ok {
		s.note("the paths voted: a judge needs a model")
		return vote(drafts), nil
	}
	texts := make([]string, len(drafts))
	for i, d := range drafts {
		texts[i] = plain(d)
	}
	best, spent, err := judge.Choose(ctx, s.q, texts)
	s.spent(spent)
	if err != nil {
		return 0, fmt.Errorf("choose a path: %w", err)
	}
	return best, nil
}

// plain is a draft as a judge reads it.
func plain(d Draft) string {
	if d.Abstained {
		return "No answer: " + d.Missing
	}
	var parts []string
	for _, st := range d.Statements {
		parts = append(parts, st.Text)
	}
	return strings.Join(parts, " ")
}

// vote returns the first draft of the largest group that says the same in
// short. Abstentions are a group only when all abstain.
func vote(drafts []Draft) int {
	votes := map[string]int{}
	for _, d := range drafts {
		votes[ballot(d)]++
	}
	best := 0
	for i, d := range drafts {
		if d.Abstained {
			continue
		}
		if drafts[best].Abstained || votes[ballot(d)] > votes[ballot(drafts[best])] {
			best = i
		}
	}
	return best
}

// ballot is the short answer, or all of it, without regard to case and order of
// words.
func ballot(d Draft) string {
	text := d.Short
	if text == "" {
		text = plain(d)
	}
	words := analysis.Terms(text, "und")
	slices.Sort(words)
	return strings.Join(words, " ")
}
