package reasoning

import (
	"context"
	"errors"
	"slices"
	"time"

	"footnote/document"
)

// Demonstrator is a Reader that can make examples from a document of how
// questions about it are answered (DoubleDipper, arXiv 2406.13632).
type Demonstrator interface {
	// Demonstrate asks and answers one question about each sample. It may leave
	// some out. Numbers of an example point into one sample.
	Demonstrate(ctx context.Context, samples []Sample) ([]Example, Spent, error)
}

// Sample is a part of a document to make an example from.
type Sample struct{ Paragraphs [][]Numbered } // one, or two that follow on each other

// Example is a question with its answer, made by a model from sentences of a
// document. It shows how to answer and is no evidence.
type Example struct {
	Sentences []Numbered `json:"-"`
	Numbers   []int      `json:"numbers"` // of the sentences that the answer rests on
	Question  string     `json:"question"`
	Answer    string     `json:"answer"`
	Short     string     `json:"short,omitempty"` // "" when no few words would do
}

// FirstExample is the number of the first sentence of the examples that a
// Reader is shown with an answer's question. No sentence that may be cited has
// one as high while examples are shown.
const FirstExample = 900_001

// maxExampleText is how long a question or an answer of an example may be, in
// bytes.
const maxExampleText = 400

// Notes on examples, and what became of them.
const (
	noteExamples   = "the model was shown examples made from a document; they are no evidence"
	noDemonstrator = "no examples were shown: making them needs a model"
	noSamples      = "no examples were shown: the document has no paragraph of two sentences to make them from"
	noExamples     = "no examples were shown: the model made none that can be used"
	notKept        = "the examples could not be kept: the next question makes them again"
	tooManyShown   = "no examples were shown: there are too many sentences to tell theirs apart by number"
	noteUnshown    = "the examples were not shown: there was no room for them"
)

// demonstrate returns examples to show with the question, where that was asked
// for: those that are kept of the document that most of the evidence is from,
// or else new ones. Only the end of ctx is an error.
func (s *session) demonstrate(ctx context.Context, evidence []Evidence) ([]Example, error) {
	if !s.q.Options.Demonstrate || len(evidence) == 0 {
		return nil, nil
	}
	r, ok := s.Reader.(Demonstrator)
	if !ok {
		s.note(noDemonstrator)
		return nil, nil
	}
	d, err := s.document(ctx, mostCited(evidence))
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	switch {
	case errors.Is(err, document.ErrNotFound): // it was deleted since
		s.note(noSamples)
		return nil, nil
	case err != nil:
		s.note(noExamples)
		return nil, nil
	}
	samples := samplesOf(d)
	switch {
	case len(samples) == 0:
		s.note(noSamples)
		return nil, nil
	case s.shown.len() >= FirstExample:
		s.note(tooManyShown)
		return nil, nil
	}
	examples, err := s.examples(ctx, r, samples)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil || len(examples) == 0 {
		s.note(noExamples)
		return nil, nil
	}
	return renumbered(examples), nil
}

// noteShown says that examples were shown, where there was room for them.
func (s *session) noteShown(examples []Example, d Draft) {
	if len(examples) > 0 && !slices.Contains(d.Notes, noteUnshown) {
		s.note(noteExamples)
	}
}

// examples looks up what is kept, and makes what is not. Of questions at the
// same time, one makes them and the others wait.
func (s *session) examples(ctx context.Context, r Demonstrator, samples []Sample) ([]Example, error) {
	doc, key := samples[0].Paragraphs[0][0].Doc, s.exampleKey(samples)
	release, err := s.Examples.hold(ctx, string(doc)+key)
	if err != nil {
		return nil, err
	}
	defer release()
	if kept, ok := s.Examples.load(ctx, doc, key); ok {
		return usable(kept, samples), nil
	}
	began := time.Now()
	made, spent, err := r.Demonstrate(ctx, samples)
	s.spent(spent)
	good := usable(made, samples)
	s.step(Step{Kind: StepDemonstrate, Number: 1, Found: len(good), Shown: sizeOf(samples), Tally: spent.Tally, Usage: spent.Usage, Took: time.Since(began)})
	if err != nil {
		return nil, err
	}
	if err := s.Examples.keep(ctx, doc, key, good); err != nil {
		s.note(notKept)
	}
	return good, nil
}

// mostCited is the document that most of the evidence is from, the first of
// those with as much.
func mostCited(evidence []Evidence) document.ID {
	n, best := map[document.ID]int{}, evidence[0].Doc
	for _, e := range evidence {
		n[e.Doc]++
	}
	for _, e := range evidence {
		if n[e.Doc] > n[best] {
			best = e.Doc
		}
	}
	return best
}

// usable keeps the examples that say of their sample what it says: at most one
// of each, in the order of the samples, with their sentences filled in.
func usable(examples []Example, samples []Sample) []Example {
	var out []Example
	for _, sample := range samples {
		i := slices.IndexFunc(examples, sample.bears)
		if i < 0 {
			continue
		}
		x := examples[i]
		x.Sentences = slices.Concat(sample.Paragraphs...)
		out = append(out, x)
	}
	return out
}

// bears says whether an example rests on this sample: on each of its
// paragraphs, on nothing else, and with its numbers, names and dates.
func (p Sample) bears(x Example) bool {
	if x.Question == "" || x.Answer == "" || max(len(x.Question), len(x.Answer), len(x.Short)) > maxExampleText {
		return false
	}
	var cited []Evidence
	for _, paragraph := range p.Paragraphs {
		before := len(cited)
		for _, n := range paragraph {
			if slices.Contains(x.Numbers, n.Number) {
				cited = append(cited, Evidence{Quote: n.Text, Title: n.Title, Path: n.Path, Language: n.Language})
			}
		}
		if len(cited) == before {
			return false
		}
	}
	if len(cited) != len(x.Numbers) {
		return false
	}
	_, missing := Check(x.Answer, cited)
	_, more := Check(x.Short, cited)
	return len(missing)+len(more) == 0
}

// renumbered gives the sentences of examples numbers from FirstExample on.
func renumbered(examples []Example) []Example {
	out, next := make([]Example, len(examples)), FirstExample
	for i, x := range examples {
		to := map[int]int{}
		x.Sentences = slices.Clone(x.Sentences)
		for j := range x.Sentences {
			to[x.Sentences[j].Number] = next
			x.Sentences[j].Number = next
			next++
		}
		x.Numbers = slices.Clone(x.Numbers)
		for j := range x.Numbers {
			x.Numbers[j] = to[x.Numbers[j]]
		}
		out[i] = x
	}
	return out
}
