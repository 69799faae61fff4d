package reasoning

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// chainReading is what every chain of an answer reads.
type chainReading struct {
	windows []window
	shown   [][]Numbered
}

// chainRun is one pass of workers over the windows.
type chainRun struct {
	chainReading
	order    []int
	progress *chainProgress
}

// chainProgress counts the workers of all chains of an answer.
type chainProgress struct {
	mu    sync.Mutex
	done  int
	steps int
}

// add counts workers and tells of the new number before anybody tells of a
// later one.
func (p *chainProgress) add(n int, tell func(done int)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done += n
	tell(p.done)
}

// chainEnd is what a chain arrives with, or how far it came.
type chainEnd struct {
	step         int // workers that are done
	notes        Notes
	ledger       ledger
	spent        Spent
	steps        []Step
	readingNotes []string // what people should know of how it was read
}

// chain runs the workers one after the other and enters their facts in a
// ledger. One that fails leaves what the workers before it found for the next
// try.
func (s *session) chain(ctx context.Context, run chainRun) (chainEnd, error) {
	key := s.key("coa", run.windows, run.order)
	end := chainEnd{ledger: ledger{}}
	if kept, ok := s.Unfinished.take(key); ok {
		end = kept.(chainEnd)
		end.readingNotes = append(end.readingNotes, fmt.Sprintf("went on after a failure: %d of %d workers were done", end.step, len(run.order)))
		run.progress.add(end.step, func(int) {})
	}
	for end.step < len(run.order) {
		if err := s.worker(ctx, run, &end); err != nil {
			s.Unfinished.keep(key, end)
			return chainEnd{}, fmt.Errorf("worker %d of %d: %w", end.step+1, len(run.order), err)
		}
	}
	s.finished.add(key, end)
	return end, nil
}

// worker reads the next window of a chain.
func (s *session) worker(ctx context.Context, run chainRun, end *chainEnd) error {
	i := run.order[end.step]
	began := time.Now()
	next, notes, err := halver{s.Reader}.Note(ctx, s.q, end.notes, run.shown[i])
	if err != nil {
		return err
	}
	end.notes = s.validate(next, &next.Spent.Tally)
	end.spent = end.spent.Add(next.Spent)
	end.ledger = maps.Clone(end.ledger)
	end.ledger.enter(end.notes)
	for _, n := range notes {
		if !slices.Contains(end.readingNotes, n) {
			end.readingNotes = append(end.readingNotes, n)
		}
	}
	end.step++
	w := run.windows[i]
	end.notes.Spent = next.Spent
	told := s.worked(end.notes, run.shown[i], w)
	told.Took = time.Since(began)
	end.steps = append(end.steps, told) // nobody else has them: what is left for a next try is taken once
	best := s.peek(end.best())
	run.progress.add(1, func(done int) {
		s.emit(Event{Kind: EventWorker, Step: done, Steps: run.progress.steps, Range: &Range{w.doc.ID, w.span()}, Evidence: best})
	})
	return nil
}

// validate drops the numbers that no sentence has, and facts left with none.
func (s *session) validate(n Notes, tally *Tally) Notes {
	facts := n.Facts[:0:0]
	for _, f := range n.Facts {
		var numbers []int
		for _, x := range f.Numbers {
			if _, ok := s.shown.find(x); ok {
				numbers = append(numbers, x)
			} else {
				tally.DroppedIDs++
			}
		}
		if f.Numbers = numbers; len(numbers) > 0 {
			facts = append(facts, f)
		}
	}
	n.Facts = facts
	return n
}
