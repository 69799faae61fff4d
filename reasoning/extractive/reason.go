package extractive

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"footnote/document"
	"footnote/reasoning"
)

const (
	maxRanked = 50   // evidence that Reason names at most
	worthy    = 0.25 // of the best score: what is quoted beside it must reach this
)

// Reason implements reasoning.Reader. A statement is a sentence of the
// documents, word for word, best first.
func (r *Reader) Reason(ctx context.Context, q reasoning.Question, in reasoning.Reading, emit func(reasoning.Piece)) (reasoning.Draft, error) {
	shown, heads := numbered(in.Evidence)
	k, err := r.rank(ctx, read(q.Text, words, shown, heads))
	if err != nil {
		return reasoning.Draft{}, err
	}
	d := reasoning.Draft{Spent: oneCall()}
	for _, i := range k.order[:min(maxRanked, len(k.order))] {
		d.Ranked = append(d.Ranked, k.shown[i].Number)
	}
	if len(k.order) == 0 || k.support < r.weights.Abstain {
		d.Abstained, d.Missing = true, k.missing()
		return d, nil
	}
	for n, i := range k.quotable(q.Options.MaxEvidence) {
		st := reasoning.DraftStatement{Text: document.Clean(k.shown[i].Text), Numbers: []int{k.shown[i].Number}}
		if n > 0 {
			st.Gap = " "
		}
		emit(reasoning.Piece{Text: st.Gap + st.Text, Numbers: st.Numbers})
		d.Statements = append(d.Statements, st)
	}
	d.Short = k.short(&r.weights.Short)
	return d, nil
}

// quotable returns the lines that are worth quoting, best first: those that
// come near the best one, and never a heading while there is text.
func (k *ranking) quotable(limit int) []int {
	limit = cmp.Or(limit, reasoning.DefaultMaxEvidence)
	best := k.score[k.order[0]]
	var lines []int
	for _, i := range k.order {
		if len(lines) == limit || len(lines) > 0 && k.score[i] < worthy*best {
			break
		}
		if kind := k.shown[i].Kind; kind == document.Heading || kind == document.HeaderRow {
			continue
		}
		lines = append(lines, i)
	}
	if len(lines) == 0 {
		lines = k.order[:1]
	}
	return lines
}

// numbered turns evidence into what a reading is made of.
func numbered(evidence []reasoning.Evidence) (shown []reasoning.Numbered, heads map[int]string) {
	shown, heads = make([]reasoning.Numbered, len(evidence)), map[int]string{}
	for i, e := range evidence {
		shown[i] = e.Numbered()
		if e.Heads != "" {
			heads[e.Number] = e.Heads
		}
	}
	return shown, heads
}

// missing says in a sentence which words of the question were not found.
func (k *ranking) missing() string {
	if len(k.order) == 0 {
		return "Nothing was found that shares a word with the question."
	}
	top := k.order[0]
	var anywhere mask
	for i := range k.lines {
		anywhere = anywhere.or(k.lines[i].wide).or(k.lines[i].path)
	}
	var nowhere, apart []int
	for t := range k.q.terms {
		switch {
		case k.q.terms[t].frame && !k.q.terms[t].name:
		case !anywhere.has(t):
			nowhere = append(nowhere, t)
		case !k.lines[top].wide.or(k.lines[top].path).has(t):
			apart = append(apart, t)
		}
	}
	slices.SortStableFunc(nowhere, k.tellingFirst)
	slices.SortStableFunc(apart, k.tellingFirst)
	var b strings.Builder
	switch {
	case len(nowhere) > 0:
		b.WriteString("What was read does not mention " + k.quoted(nowhere))
	case len(apart) > 0:
		b.WriteString("What was read does not mention " + k.quoted(apart) + " together with the rest of the question")
	default:
		b.WriteString("What was read mentions the words of the question but does not seem to answer it")
	}
	b.WriteString("; nearest is “" + excerpt(k.shown[top].Text) + "”.")
	return b.String()
}

// tellingFirst orders terms of the question: names, then the rest, rare ones
// first.
func (k *ranking) tellingFirst(a, b int) int {
	x, y := &k.q.terms[a], &k.q.terms[b]
	if x.name != y.name {
		if x.name {
			return -1
		}
		return 1
	}
	return cmp.Compare(y.idf, x.idf)
}

// quoted lists a few words as the question has them.
func (k *ranking) quoted(terms []int) string {
	const few = 3
	parts := make([]string, 0, few)
	for _, t := range terms[:min(few, len(terms))] {
		parts = append(parts, "“"+k.q.terms[t].form+"”")
	}
	if n := len(parts); n > 1 {
		return strings.Join(parts[:n-1], ", ") + " or " + parts[n-1]
	}
	return parts[0]
}

// excerpt shortens a sentence at a space.
func excerpt(s string) string {
	const most = 160
	s = document.Clean(s)
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	s = string(r[:most])
	if i := strings.LastIndexByte(s, ' '); i > len(s)/2 {
		s = s[:i]
	}
	return s + " …"
}
