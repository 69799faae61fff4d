package model

import (
	"context"
	"strings"

	"footnote/reasoning"
	"footnote/reasoning/prompts"
)

// claimsAtOnce is how many claims one call is asked about.
const claimsAtOnce = 20

// verifyReply is what a model says to Verify.
type verifyReply struct {
	Verdicts *[]struct {
		Statement int    `json:"statement"`
		Support   string `json:"support"`
		Why       string `json:"why"`
	} `json:"verdicts"`
}

// Verify implements reasoning.Verifier. Errors: a reply that cannot be read or
// that leaves a claim out, and those of the model.
func (r *Reader) Verify(ctx context.Context, claims []reasoning.Claim) ([]reasoning.Verdict, reasoning.Spent, error) {
	var verdicts []reasoning.Verdict
	var spent reasoning.Spent
	for first := 0; first < len(claims); first += claimsAtOnce {
		part, cost, err := r.verify(ctx, claims[first:min(first+claimsAtOnce, len(claims))])
		spent = spent.Add(cost)
		if err != nil {
			return nil, spent, err
		}
		verdicts = append(verdicts, part...)
	}
	return verdicts, spent, nil
}

func (r *Reader) verify(ctx context.Context, claims []reasoning.Claim) ([]reasoning.Verdict, reasoning.Spent, error) {
	var task prompts.Verify
	for i, c := range claims {
		claim := prompts.Claim{Number: i + 1, Question: c.Question, Statement: c.Statement}
		for _, e := range c.Evidence {
			claim.Passages = append(claim.Passages, passage(e))
		}
		task.Claims = append(task.Claims, claim)
	}
	verdicts := make([]reasoning.Verdict, len(claims))
	spent, err := r.ask(ctx, question{
		model: r.reason, messages: r.prompts.Verify(task), schema: prompts.VerifySchema(),
		read: func(text string) (bool, error) { return readVerdicts(text, verdicts) },
	})
	return verdicts, spent, err
}

// readVerdicts fills in one verdict for each claim.
func readVerdicts(text string, verdicts []reasoning.Verdict) (lenient bool, err error) {
	var reply verifyReply
	if lenient, err = decode(text, &reply); err != nil {
		return false, err
	}
	if reply.Verdicts == nil || len(*reply.Verdicts) != len(verdicts) {
		return false, errOutOfForm("it does not have one verdict for each statement")
	}
	for i, v := range *reply.Verdicts {
		if v.Statement != 0 && v.Statement != i+1 {
			return false, errOutOfForm("its verdicts are not in the order of the statements")
		}
		switch strings.ToLower(strings.TrimSpace(v.Support)) {
		case "full":
			verdicts[i] = reasoning.Verdict{Degree: reasoning.FullSupport}
		case "partial":
			verdicts[i] = reasoning.Verdict{Degree: reasoning.PartialSupport, Reason: v.Why}
		case "none", "no":
			verdicts[i] = reasoning.Verdict{Degree: reasoning.NoSupport, Reason: v.Why}
		default:
			return false, errOutOfForm(`"support" is neither full, partial nor none`)
		}
	}
	return lenient, nil
}

// passage is evidence with what it takes to understand it alone.
func passage(e reasoning.Evidence) string {
	var b strings.Builder
	b.WriteString("(" + strings.Join(append([]string{e.Name}, e.Path...), " > ") + ") ")
	if e.Heads != "" {
		b.WriteString("(columns: " + e.Heads + ") ")
	}
	if e.Before != "" {
		b.WriteString("(before: " + e.Before + ") ")
	}
	b.WriteString(e.Quote)
	return b.String()
}
