package reasoning

import (
	"context"
	"fmt"
	"time"
)

// noVerifier is noted when a check was asked for that the Reader cannot make.
const noVerifier = "entailment was not checked: it needs a model"

// verify is the third layer of checking: a model says whether what a statement
// cites entails it. It looks at statements that passed the first two.
func (s *session) verify(ctx context.Context) error {
	if !s.q.Options.Verify || s.answer.Abstained {
		return nil
	}
	v, ok := s.Reader.(Verifier)
	if !ok {
		s.note(noVerifier)
		return nil
	}
	var claims []Claim
	var of []int
	for i, st := range s.answer.Statements {
		if st.Support != Unsupported {
			claims = append(claims, Claim{s.q.Text, st.Text, s.citedBy(st)})
			of = append(of, i)
		}
	}
	if len(claims) == 0 {
		return nil
	}
	began := time.Now()
	verdicts, spent, err := v.Verify(ctx, claims)
	s.spent(spent)
	switch {
	case hopeless(ctx, err):
		return fmt.Errorf("verify: %w", err)
	case err != nil:
		// The answer stands without this check, and says so.
		s.note("entailment was not checked: the model did not say")
		return nil
	}
	told := Step{Kind: StepVerify, Number: 1, Shown: len(claims), Tally: spent.Tally, Usage: spent.Usage, Took: time.Since(began)}
	for i, verdict := range verdicts {
		st := &s.answer.Statements[of[i]]
		s.judge(st, verdict)
		if st.Support == Entailed {
			told.Found++
		}
	}
	s.step(told)
	return nil
}

// judge writes a verdict down.
func (s *session) judge(st *Statement, v Verdict) {
	switch v.Degree {
	case FullSupport:
		st.Support = Entailed
	case NoSupport:
		st.Support, st.Doubt = Unsupported, v.Reason
	default:
		st.Doubt = v.Reason
	}
}
