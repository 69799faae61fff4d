package eval

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"footnote/document"
	"footnote/llm"
	"footnote/reasoning"
)

// Judge says whether evidence entails statements, as a Reader that asks a
// language model does. It is safe for concurrent use.
type Judge interface {
	Name() string // as the report names it
	reasoning.Verifier
}

// promptsOf is the version of the prompts that a judge asks with, "" without
// any.
func promptsOf(j Judge) string {
	if p, ok := j.(reasoning.Prompted); ok {
		return p.Prompts()
	}
	return ""
}

// Judgement is what a judge said of a statement and evidence.
type Judgement struct {
	Statement string           `json:"statement"`
	Evidence  []Judged         `json:"evidence"`
	Degree    reasoning.Degree `json:"degree"` // 1, 0.5 or 0
	Reason    string           `json:"reason,omitempty"`
}

// Judged is evidence as a report names it: a span in bytes of a document, and
// its words.
type Judged struct {
	Doc   document.ID `json:"doc"`
	Start int         `json:"start"`
	End   int         `json:"end"`
	Quote string      `json:"quote"`
}

// jury asks a judge, and never twice the same. It is safe for concurrent use.
type jury struct {
	judge Judge
	mu    sync.Mutex
	known map[string]reasoning.Verdict
}

// newJury remembers what the judge said in an earlier part of the same run.
func newJury(j Judge, earlier map[key]Record) *jury {
	out := &jury{judge: j, known: map[string]reasoning.Verdict{}}
	for _, r := range earlier {
		for _, v := range r.Judged {
			out.known[caseOf(r.Question, v.Statement, v.Evidence)] = reasoning.Verdict{Degree: v.Degree, Reason: v.Reason}
		}
	}
	return out
}

// caseOf tells apart what a judge is asked.
func caseOf(question, statement string, evidence []Judged) string {
	var b strings.Builder
	b.WriteString(strconv.Quote(question) + strconv.Quote(statement))
	for _, e := range evidence {
		fmt.Fprintf(&b, " %s:%d-%d", e.Doc, e.Start, e.End)
	}
	return b.String()
}

func (j *jury) lookUp(of string) (reasoning.Verdict, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	v, ok := j.known[of]
	return v, ok
}

func (j *jury) remember(of string, v reasoning.Verdict) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.known[of] = v
}

// hearing is the judging of one answer.
type hearing struct {
	*jury
	question string
	open     []claim // asked for and not yet known
	said     []Judgement
	heard    map[string]bool // what is in said
	usage    llm.Usage
}

type claim struct {
	of string // see caseOf
	reasoning.Claim
}

// hold scores an answer by what the judge says. The scores are computed anew
// until they ask for nothing that is unknown, so that what they need is
// written down once, and all that is unknown by then is asked at once.
func (j *jury) hold(ctx context.Context, question string, score func(degrees)) (*hearing, error) {
	h := &hearing{jury: j, question: question, heard: map[string]bool{}}
	for {
		score(h.degree)
		if len(h.open) == 0 {
			return h, nil
		}
		if err := h.ask(ctx); err != nil {
			return h, fmt.Errorf("judge citations with %s: %w", j.judge.Name(), err)
		}
	}
}

// degree is how far evidence supports a statement; what is not known counts as
// no support until the judge was asked.
func (h *hearing) degree(statement string, evidence []reasoning.Evidence) reasoning.Degree {
	shown := make([]Judged, len(evidence))
	for i, e := range evidence {
		shown[i] = Judged{e.Doc, e.Span.Start, e.Span.End, e.Quote}
	}
	of := caseOf(h.question, statement, shown)
	v, ok := h.lookUp(of)
	switch {
	case ok && !h.heard[of]:
		h.heard[of] = true
		h.said = append(h.said, Judgement{statement, shown, v.Degree, v.Reason})
	case !ok && !slices.ContainsFunc(h.open, func(c claim) bool { return c.of == of }):
		h.open = append(h.open, claim{of, reasoning.Claim{Question: h.question, Statement: statement, Evidence: evidence}})
	}
	return v.Degree
}

// batch is how many claims a judge is asked at once, so that its prompt stays
// short.
const batch = 20

// ask has the judge decide all that is open.
func (h *hearing) ask(ctx context.Context) error {
	for part := range slices.Chunk(h.open, batch) {
		claims := make([]reasoning.Claim, len(part))
		for i, c := range part {
			claims[i] = c.Claim
		}
		verdicts, spent, err := h.judge.Verify(ctx, claims)
		h.usage = h.usage.Add(spent.Usage)
		if err == nil && len(verdicts) != len(claims) {
			err = fmt.Errorf("%d verdicts for %d claims", len(verdicts), len(claims))
		}
		if err != nil {
			return err
		}
		for i, v := range verdicts {
			h.remember(part[i].of, v)
		}
	}
	h.open = nil
	return nil
}
