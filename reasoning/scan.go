package reasoning

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// scanParallel is how many windows of an answer are read at once; a model's
// own limit on calls may hold some of them back.
const scanParallel = 64

// scan selects over every window in parallel and merges the picks by score.
// When a window fails, those that were read are kept for the next try.
func (s *session) scan(ctx context.Context) ([]Pick, error) {
	windows, err := s.windows(ctx)
	if err != nil {
		return nil, err
	}
	s.answer.Trace.Rounds, s.answer.Trace.Workers = 1, len(windows)
	w := scanWork{session: s, windows: windows, shown: s.showWindows(windows), key: s.key("scan", windows, nil)}
	if kept, ok := s.Unfinished.take(w.key); ok {
		w.read = kept.(map[int]windowRead)
		s.note(fmt.Sprintf("went on after a failure: %d of %d windows had been read", len(w.read), len(windows)))
	} else {
		w.read = map[int]windowRead{}
	}
	if err := w.run(ctx); err != nil {
		s.Unfinished.keep(w.key, w.read)
		return nil, fmt.Errorf("select: %w", err)
	}
	s.finished.add(w.key, w.read)
	return w.merge(), nil
}

// showWindows numbers the sentences of every window.
func (s *session) showWindows(windows []window) [][]Numbered {
	shown := make([][]Numbered, len(windows))
	for i, w := range windows {
		shown[i] = s.shown.add(w.doc, w.first, w.last, 0)
	}
	return shown
}

// scanWork is the reading of all windows of an answer.
type scanWork struct {
	*session
	windows []window
	shown   [][]Numbered
	key     string

	mu   sync.Mutex
	read map[int]windowRead // by window
}

type windowRead struct {
	selection Selection
	notes     []string
	took      time.Duration
}

// run reads the windows that are still to be read.
func (w *scanWork) run(ctx context.Context) error {
	var left []int
	for i := range w.windows {
		if _, done := w.read[i]; !done {
			left = append(left, i)
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(scanParallel)
	for _, i := range left {
		group.Go(func() error {
			began := time.Now()
			sel, notes, err := halver{w.Reader}.Select(ctx, w.q, View{Shown: w.shown[i]})
			if err != nil {
				return fmt.Errorf("window %d of %d: %w", i+1, len(w.windows), err)
			}
			w.enter(i, windowRead{sel, notes, time.Since(began)})
			return nil
		})
	}
	return group.Wait()
}

// enter keeps what was read of a window and tells.
func (w *scanWork) enter(i int, r windowRead) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.read[i] = r
	at := w.windows[i]
	w.emit(Event{
		Kind: EventWorker, Step: len(w.read), Steps: len(w.windows),
		Range: &Range{at.doc.ID, at.span()}, Evidence: w.peek(r.selection.Picks),
	})
}

// told tells of the reading of one window.
func (w *scanWork) told(i int, r windowRead) Step {
	x := w.selected(r.selection, len(w.shown[i]))
	x.Kind, x.Number, x.Took = StepWorker, i+1, r.took
	x.Ranges = []Range{{w.windows[i].doc.ID, w.windows[i].span()}}
	return x
}

// merge joins the selections of all windows, best first.
func (w *scanWork) merge() []Pick {
	var picks []Pick
	for i := range w.windows {
		r := w.read[i]
		w.spent(r.selection.Spent)
		w.note(r.notes...)
		w.step(w.told(i, r))
		picks = append(picks, r.selection.Picks...)
	}
	sortPicks(picks)
	return picks[:min(len(picks), maxPicks)]
}
