package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"

	"footnote/document"
	"footnote/reasoning"
	"footnote/reasoning/extractive"
	"footnote/retrieval"
)

// recorder is a Reader that remembers what it was last shown.
type recorder struct {
	reasoning.Reader
	shown []reasoning.Numbered
}

func (r *recorder) Select(ctx context.Context, q reasoning.Question, v reasoning.View) (reasoning.Selection, error) {
	r.shown = append(slices.Clone(v.Shown), v.Found...)
	return r.Reader.Select(ctx, q, v)
}

func (r *recorder) Reason(ctx context.Context, q reasoning.Question, in reasoning.Reading, emit func(reasoning.Piece)) (reasoning.Draft, error) {
	if r.shown == nil {
		for _, e := range in.Evidence {
			r.shown = append(r.shown, e.Numbered())
		}
	}
	if r.Reader == nil {
		return reasoning.Draft{Abstained: true}, nil
	}
	return r.Reader.Reason(ctx, q, in, emit)
}

func (r *recorder) Window() int  { return 200_000 }
func (r *recorder) Name() string { return "recorder" }

// ask answers an item and returns the answer and what the Reader saw last.
func ask(it *item, strategy string, reader reasoning.Reader) (reasoning.Answer, []reasoning.Numbered, error) {
	rec := &recorder{Reader: reader}
	parts := reasoning.Parts{
		Library: it.shelf, Reader: rec,
		Retriever: retrieval.NewSearcher(it.shelf, nil, it.shelf, retrieval.Options{}),
	}
	var s reasoning.Strategy = reasoning.RAG{Parts: parts}
	switch strategy {
	case "alr2":
		s = reasoning.ALR2{Parts: parts}
	case "full":
		s = reasoning.Full{Parts: parts}
	}
	q := reasoning.Question{Text: it.Text, Documents: it.docs}
	a, err := s.Answer(context.Background(), q, func(reasoning.Event) {})
	return a, rec.shown, err
}

// sample is what a question teaches.
type sample struct {
	item   *item
	study  *extractive.Study
	target []float64 // by sentence; adds up to 1, or all 0 when there is nothing to find
	keep   []int     // the sentences that are learned from
	alone  [][]float64
	score  []float64 // of alone, by a forest that did not learn from this item's fold
	both   [][]float64
	margin []float64
	weight float64
	first  bool // shown by plain retrieval
}

func newSample(it *item, shown []reasoning.Numbered, random *rand.Rand) *sample {
	s := &sample{item: it, study: extractive.NewStudy(it.Text, shown), weight: 1}
	s.alone = s.study.Alone()
	s.target = targets(it, s.study.Sentences())
	s.keep = hardest(s.alone, s.target, func(x []float64) float64 { return x[0] + x[4] + 0.5*x[7] + 0.3*x[8] }, random)
	return s
}

// Sentences that compete in training: those that look best, and some others.
const (
	hard = 50
	easy = 12
)

func hardest(rows [][]float64, target []float64, score func([]float64) float64, random *rand.Rand) []int {
	order := make([]int, len(rows))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := score(rows[a]), score(rows[b])
		switch {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	var keep []int
	for rank, i := range order {
		if rank < hard || target[i] > 0 || random.IntN(len(order)) < easy {
			keep = append(keep, i)
		}
	}
	return keep
}

// targets shares one unit among the gold evidence, and each piece's share
// among the sentences that make it up; where some of them hold the answer,
// only those count.
func targets(it *item, shown []reasoning.Numbered) []float64 {
	target := make([]float64, len(shown))
	total := 0.0
	texts := make([]string, len(shown))
	for i, n := range shown {
		texts[i] = fold(n.Text)
	}
	for _, g := range it.gold {
		var in, answers []int
		for i, n := range shown {
			if !found(texts[i], g) || n.Kind == document.Heading {
				continue
			}
			in = append(in, i)
			if holdsAnswer(texts[i], it.Answers) || holdsAnswer(texts[i], it.steps) {
				answers = append(answers, i)
			}
		}
		if len(answers) > 0 && len(in) > 1 {
			in = answers
		}
		for _, i := range in {
			target[i] += 1 / float64(len(in))
			total += 1 / float64(len(in))
		}
	}
	for i := range target {
		if total > 0 {
			target[i] /= total
		}
	}
	return target
}

func holdsAnswer(text string, answers []string) bool {
	for _, a := range answers {
		a = fold(a)
		if a != "" && (strings.Contains(text, a) || len(text) > 15 && strings.Contains(a, text)) {
			return true
		}
	}
	return false
}

// found says whether a sentence counts as a piece of gold evidence.
func found(sentence, gold string) bool {
	return strings.Contains(gold, sentence) || strings.Contains(sentence, gold)
}

// showAll collects what the strategies show for every item: by plain retrieval,
// and, once something was learned before, as rounds of it show.
func (l *learner) showAll(items []*item, before *learner) error {
	shown := make([][]*sample, len(items))
	errs := make([]error, len(items))
	parallel(len(items), func(n int) {
		it := items[n]
		if !it.taught {
			return
		}
		random := rand.New(rand.NewPCG(l.seed, uint64(n)))
		strategy := lessonOf(it.set).strategy
		shown[n], errs[n] = show(it, "rag", nil, random)
		if other := elsewhere(items, n); other != nil && errs[n] == nil {
			more, err := show(other, "rag", nil, random)
			shown[n], errs[n] = append(shown[n], more...), err
		}
		if before != nil && strategy != "rag" && errs[n] == nil {
			more, err := show(it, strategy, extractive.With(before.weights(it.fold)), random)
			shown[n], errs[n] = append(shown[n], more...), err
		}
	})
	for _, s := range shown {
		l.samples = append(l.samples, s...)
	}
	return errors.Join(errs...)
}

// elsewhere asks an item's question of documents of another item of its fold
// and set, which cannot answer it: sets without unanswerable questions teach
// so what having an answer looks like in their language and subject.
func elsewhere(items []*item, n int) *item {
	it := items[n]
	if !lessonOf(it.set).elsewhere {
		return nil
	}
	for step := 1; step < len(items); step++ {
		other := items[(n+step)%len(items)]
		if other.set != it.set || other.fold != it.fold || slices.ContainsFunc(it.docs, func(id document.ID) bool { return slices.Contains(other.docs, id) }) {
			continue
		}
		copied := *it
		copied.docs, copied.gold, copied.Answers, copied.Evidence, copied.Answerable = other.docs, nil, nil, nil, false
		return &copied
	}
	return nil
}

// show is what a strategy shows for an item; nothing when it finds nothing.
// Without a reader nothing is selected.
func show(it *item, strategy string, reader reasoning.Reader, random *rand.Rand) ([]*sample, error) {
	_, shown, err := ask(it, strategy, reader)
	if err != nil || len(shown) == 0 {
		return nil, err
	}
	s := newSample(it, shown, random)
	s.weight = lessonOf(it.set).weight
	s.first = strategy == "rag"
	return []*sample{s}, nil
}
