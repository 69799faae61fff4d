package reasoning

import "cmp"

// Scope is how much there is to read.
type Scope struct {
	Documents int
	Sentences int
	Tokens    int // of the text alone
}

// Bounds are the least and the most of something, both possible.
type Bounds struct{ Least, Most int }

// Estimate is what an answer by one strategy is likely to cost. Replies that
// have to be asked for again, and windows smaller than a model says, come on
// top.
type Estimate struct {
	Strategy string
	Calls    Bounds // of a model; 0 for a Reader without one
	Tokens   Bounds // of all prompts and replies
	Fits     bool   // false: the strategy would fail with ErrOverBudget
}

// Estimate says what each strategy would cost, in the order of Strategies.
// Errors: ErrBadOptions.
func (e *Engine) Estimate(sc Scope, o Options) ([]Estimate, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	_, asks := e.parts.Reader.(Prompted) // a Reader without prompts asks no model
	m := meter{sc, o, e.parts.Reader.Window(), cmp.Or(e.parts.MaxRead, DefaultMaxRead)}
	var out []Estimate
	for _, s := range e.strategies {
		name := s.Name()
		var c cost
		if asks && sc.Documents > 0 {
			c = m.of(name).orMore(m.demonstrate(name))
		}
		c.tokens.Least = c.tokens.Least * 2 / 3 // counts are on the high side
		out = append(out, Estimate{name, c.calls, c.tokens, m.can(name)})
	}
	return out, nil
}

// What calls cost besides the sentences that they show, in tokens.
const (
	askTokens   = 900 // instructions, the task and the question
	headTokens  = 5   // of where a sentence is from, and its number
	replyLeast  = 20
	replyMost   = 600
	unitTokens  = 1_000 // of a communication unit
	pickTokens  = 120   // of a picked sentence with its neighbours
	claimTokens = 200   // of a statement with what it cites

	sampleTokens  = (maxSamples + 1) * maxSampleTokens // of what examples are made from
	exampleTokens = sampleTokens + 500                 // of examples, with what a model wrote
)

// meter adds up what strategies cost.
type meter struct {
	scope   Scope
	options Options
	window  int // of the Reader
	most    int // tokens that are read of a scope that is read whole
}

// can says whether a strategy takes as much.
func (m meter) can(strategy string) bool {
	switch {
	case strategy == "full":
		return m.fits()
	case strategy == "coa", strategy == "alr2" && m.options.Scan:
		return m.scope.Tokens <= m.most
	}
	return true
}

// cost is a range of calls and of the tokens they take.
type cost struct{ calls, tokens Bounds }

func (c cost) add(d cost) cost {
	return cost{
		Bounds{c.calls.Least + d.calls.Least, c.calls.Most + d.calls.Most},
		Bounds{c.tokens.Least + d.tokens.Least, c.tokens.Most + d.tokens.Most},
	}
}

// orMore is at least c, at most c and d.
func (c cost) orMore(d cost) cost {
	sum := c.add(d)
	return cost{Bounds{c.calls.Least, sum.calls.Most}, Bounds{c.tokens.Least, sum.tokens.Most}}
}

// call is one call that shows so many tokens.
func call(least, most int) cost {
	return cost{Bounds{1, 1}, Bounds{askTokens + least + replyLeast, askTokens + most + replyMost}}
}

// calls is so many calls that show so many tokens in all.
func calls(n Bounds, shown int) cost {
	return cost{n, Bounds{n.Least*(askTokens+replyLeast) + shown, n.Most*(askTokens+replyMost) + shown}}
}

func (m meter) of(strategy string) cost {
	switch strategy {
	case "rag":
		return m.rag().orMore(m.verify())
	case "full":
		return call(m.whole(), m.whole()).orMore(m.verify())
	case "coa":
		return m.coa().orMore(m.verify())
	case "alr2":
		if m.options.Scan {
			return m.scan().orMore(m.verify())
		}
		return m.alr2().orMore(m.verify())
	}
	if m.fits() { // auto
		return m.rag().orMore(m.of("full"))
	}
	if m.windows().Least > maxUnasked || m.scope.Tokens > m.most {
		return m.rag().orMore(m.verify())
	}
	return m.rag().orMore(m.scan()).orMore(m.verify())
}

// whole is what it takes to show every sentence of the scope.
func (m meter) whole() int { return m.scope.Tokens + headTokens*m.scope.Sentences }

func (m meter) fits() bool { return m.whole() <= m.window }

// found is what a query may bring, at most: the budget, or everything.
func (m meter) found() int {
	budget := min(cmp.Or(m.options.Budget, DefaultBudget), m.window)
	if m.scope.Tokens > 0 {
		budget += budget * headTokens * m.scope.Sentences / m.scope.Tokens
	}
	return min(budget, m.whole())
}

// rag may find nothing.
func (m meter) rag() cost { return call(0, m.found()).add(m.imagine()) }

// imagine is what making up a passage takes, where that is asked for.
func (m meter) imagine() cost {
	if !m.options.Expand {
		return cost{}
	}
	return call(0, 0)
}

// demonstrate is what making examples takes, where that is asked for, and
// showing them with every answer that is written.
func (m meter) demonstrate(strategy string) cost {
	if !m.options.Demonstrate {
		return cost{}
	}
	answers := 1
	switch {
	case strategy == "auto":
		answers = 2
	case strategy == "coa":
		answers = max(m.options.Paths, 1)
	}
	c := call(0, sampleTokens)
	c.tokens.Most += answers * exampleTokens
	return c
}

// alr2 selects in rounds, each of which sees what the earlier ones saw, and
// reasons over all of it.
func (m meter) alr2() cost {
	shown, rounds := m.found(), cmp.Or(m.options.MaxRounds, DefaultRounds)
	sum := m.imagine()
	if m.options.Clarify { // of the first passages, for as many again; not where there are none
		sum = sum.orMore(call(0, shown))
		shown = min(2*shown, m.whole())
	}
	sum = sum.add(call(0, shown))
	for range rounds - 1 {
		shown = min(shown+maxFollowUps*m.found(), m.whole())
		sum = sum.orMore(call(0, shown))
	}
	if m.options.EvidenceOnly {
		return sum.add(call(0, maxReasoned*pickTokens))
	}
	return sum.add(call(0, shown+maxReasoned*pickTokens))
}

func (m meter) scan() cost {
	return calls(m.windows(), m.whole()).add(call(0, maxReasoned*pickTokens))
}

// coa reads every window once in each chain, and hands a unit on.
func (m meter) coa() cost {
	chains, managers := 1, call(0, unitTokens+maxPicks*pickTokens)
	if m.options.Direction == Both {
		chains = 2
	}
	if m.options.Paths > 1 {
		chains, managers = m.options.Paths, cost{}
		for range chains {
			managers = managers.add(call(0, unitTokens+maxPicks*pickTokens))
		}
		if m.options.Chooser == ByJudge {
			managers = managers.add(call(0, chains*replyMost))
		}
	}
	one := calls(m.windows(), m.whole())
	one.tokens.Most += m.windows().Most * 2 * unitTokens
	sum := managers
	for range chains {
		sum = sum.add(one)
	}
	return sum
}

// windows is how many windows there are: none holds sentences of two
// documents, and where a window ends depends on its sentences.
func (m meter) windows() Bounds {
	if m.scope.Documents == 0 {
		return Bounds{}
	}
	size := max(m.options.window(m.window), minWindow)
	sentence := m.whole() / max(m.scope.Sentences, 1)
	most := m.whole()/max(size-sentence, 1) + m.scope.Documents
	return Bounds{max(m.scope.Documents, (m.whole()+size-1)/size), most}
}

// verify is what checking the statements adds, where that is asked for.
func (m meter) verify() cost {
	if !m.options.Verify {
		return cost{}
	}
	return call(0, cmp.Or(m.options.MaxEvidence, DefaultMaxEvidence)*claimTokens)
}
