package llmtest

import (
	"slices"
	"strings"
)

// sight is a prompt beside the key: what of the gold it shows.
type sight struct {
	prompt
	entry Entry
	lines []line // the sentences shown
	gold  []seen // one for each of the entry's evidence
	whole bool   // all of it is shown
}

// look finds gold in a prompt. Of several entries for one question it takes one
// that the prompt shows all of, or else the one that it shows most of.
func look(p prompt, entries []Entry) sight {
	best := sight{prompt: p}
	for _, s := range p.shown {
		x := line{text: fold(s.Text)}
		x.heading = strings.HasSuffix(fold(s.Place), " "+x.text)
		best.lines = append(best.lines, x)
	}
	most := -1
	for _, e := range entries {
		s := sight{prompt: p, entry: e, lines: best.lines}
		whole := 0
		for _, text := range e.Evidence {
			g := find(fold(text), s.lines)
			s.gold = append(s.gold, g)
			if g.whole {
				whole++
			}
		}
		s.whole = len(e.Evidence) > 0 && whole == len(e.Evidence)
		if !best.whole && (s.whole || whole > most) {
			best, most = s, whole
		}
	}
	return best
}

// reply does the task, as well as what is shown allows.
func (s sight) reply() draft {
	switch s.task {
	case taskSelect:
		return s.pick()
	case taskNote:
		return s.note()
	case taskAnswer:
		return s.answer()
	case taskVerify:
		return s.verify()
	case taskImagine:
		return aside{"passage", s.imagine()}
	case taskClarify:
		return aside{"ask", s.unclear()}
	case taskOutline:
		return s.divide()
	case taskDemonstrate:
		return s.demonstrate()
	}
	return s.choose()
}

func (s sight) pick() draft {
	d := selection{enough: s.whole && s.entry.Answerable}
	for _, i := range s.needed() {
		why := "leads to the answer"
		if s.tells(i) {
			why = "says the answer"
		}
		d.picks = append(d.picks, pick{s.shown[i].Number, why})
	}
	for _, n := range s.pointed {
		if !slices.ContainsFunc(s.shown, func(x Sentence) bool { return x.Number == n }) {
			d.picks = append(d.picks, pick{n, "was found before"})
		}
	}
	if !d.enough {
		d.missing, d.queries = "a part of what the answer rests on", s.queries()
	}
	return d
}

// needed are the indexes of the sentences that are gold, those that hold the
// answer first.
func (s sight) needed() []int {
	var out []int
	for _, g := range s.gold {
		for _, i := range g.at {
			if !slices.Contains(out, i) {
				out = append(out, i)
			}
		}
	}
	slices.SortStableFunc(out, func(i, j int) int { return s.rank(i) - s.rank(j) })
	return out
}

func (s sight) rank(i int) int {
	if s.tells(i) {
		return 0
	}
	return 1
}

// tells says whether a sentence holds the answer.
func (s sight) tells(i int) bool {
	return len(s.entry.Answers) > 0 && hasWords(s.lines[i].text, fold(s.entry.Answers[0]))
}

func (s sight) note() draft {
	d := communication{}
	for _, f := range s.notes.Facts {
		d.facts = append(d.facts, fact{f.Claim, f.IDs})
	}
	in := len(s.gold) > 0 && s.entry.Answerable
	for g, text := range s.entry.Evidence {
		if len(s.gold[g].at) == 0 {
			in = in && s.noted(text)
			continue
		}
		f := fact{claim: s.shown[s.best(g)].Text}
		for _, i := range s.gold[g].at {
			f.ids = append(f.ids, s.shown[i].Number)
		}
		d.facts = addFact(d.facts, f)
	}
	if s.maxFacts > 0 && len(d.facts) > s.maxFacts {
		d.facts = d.facts[:s.maxFacts]
	}
	if in {
		d.answer = s.entry.Answers[0]
	} else {
		d.open = s.queries()
	}
	return d
}

// noted says whether a fact of the readers before is from a gold text.
func (s sight) noted(gold string) bool {
	for _, f := range s.notes.Facts {
		if len(find(fold(gold), []line{{text: fold(f.Claim)}}).at) > 0 {
			return true
		}
	}
	return false
}

// addFact joins facts that claim the same.
func addFact(facts []fact, f fact) []fact {
	for i, old := range facts {
		if old.claim == f.claim {
			for _, id := range f.ids {
				if !slices.Contains(old.ids, id) {
					facts[i].ids = append(slices.Clone(facts[i].ids), id)
				}
			}
			return facts
		}
	}
	return append(facts, f)
}

// best is the index of the sentence of a gold text that says most: the answer,
// or else most words of the question.
func (s sight) best(g int) int {
	words := contentWords(s.question)
	score := func(i int) int {
		n := 0
		for _, w := range words {
			if strings.Contains(s.lines[i].text, w) {
				n++
			}
		}
		return n - len(words)*s.rank(i)
	}
	best := s.gold[g].at[0]
	for _, i := range s.gold[g].at {
		if score(i) > score(best) {
			best = i
		}
	}
	return best
}

func (s sight) answer() draft {
	if !s.whole || !s.entry.Answerable {
		return reply{missing: "The sentences do not say all that an answer rests on."}
	}
	var ids []int
	for g := range s.gold {
		i := s.best(g)
		switch n := s.shown[i].Number; {
		case slices.Contains(ids, n):
		case s.tells(i):
			ids = append([]int{n}, ids...)
		default:
			ids = append(ids, n)
		}
	}
	short := oneLine(s.entry.Answers[0])
	d := reply{short: short, statements: []statement{{text: "The answer is " + strings.TrimSuffix(short, ".") + "."}}}
	for part := range slices.Chunk(ids, maxIDs) {
		if d.statements[0].ids != nil {
			d.statements = append(d.statements, statement{text: "It also rests on this."})
		}
		d.statements[len(d.statements)-1].ids = part
	}
	return d
}

// maxIDs is how many sentences one statement may cite.
const maxIDs = 3

func (s sight) verify() draft {
	var d verdicts
	for _, c := range s.claims {
		v := verdict{c.number, "full", ""}
		passages := fold(strings.Join(c.passages, "\n"))
		for _, w := range contentWords(c.statement) {
			if !strings.Contains(passages, w) {
				v.support, v.why = "none", "the passages do not say "+w
				break
			}
		}
		d = append(d, v)
	}
	return d
}

func (s sight) choose() draft {
	for _, a := range s.candidates {
		if !strings.HasPrefix(a.Text, "No answer") {
			return choice(a.Number)
		}
	}
	return choice(s.candidates[0].Number)
}

// imagine makes a passage up: the one of the key, or else one from the words of
// the question.
func (s sight) imagine() string {
	if s.entry.Imagined != "" {
		return oneLine(s.entry.Imagined)
	}
	return "It is well known of " + strings.Join(contentWords(s.question), ", of ") + "."
}

// unclear asks for what is missing, "" for nothing.
func (s sight) unclear() string {
	queries := s.queries()
	if s.whole || len(queries) == 0 {
		return ""
	}
	return "What is said of " + queries[0] + "?"
}
