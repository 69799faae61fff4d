package structured

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"footnote/document"
	"footnote/llm"
)

// work is the outlining of one document.
type work struct {
	*Chunker
	d        *document.Document
	windows  []window
	outlines []*outline // nil where the model failed
	progress func(done, total int)

	mu       sync.Mutex
	done     int
	usage    llm.Usage
	failures []string // by window, "" where there is none
}

// run asks about every window. After a failure no further one is begun, and
// those under way are waited for: what was paid for is kept.
func (w *work) run(ctx context.Context) error {
	var group errgroup.Group
	var failed atomic.Bool
	group.SetLimit(parallel)
	for i := range w.windows {
		group.Go(func() error {
			if failed.Load() {
				return nil
			}
			var err error
			if w.outlines[i], err = w.outline(ctx, i); err != nil {
				failed.Store(true)
				return fmt.Errorf("divide part %d of %d: %w", i+1, len(w.windows), err)
			}
			w.step()
			return nil
		})
	}
	return group.Wait()
}

func (w *work) step() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.done++
	if w.progress != nil {
		w.progress(w.done, len(w.windows))
	}
}

// outline returns what is kept of a window, or else what the model says; nil
// when it fails. Either is kept, with what it cost.
func (w *work) outline(ctx context.Context, i int) (*outline, error) {
	n, o, err := w.kept(ctx, i)
	if err != nil || o != nil {
		return o, err
	}
	var used llm.Usage
	o, used, err = w.ask(ctx, i)
	w.spent(used)
	if used.Calls > 0 {
		n.add(o, used, w.failures[i])
		err = errors.Join(err, w.keep(ctx, i, n))
	}
	return o, err
}

// ask asks, and once more when the reply is out of form; nil when the second
// one is as well, or when the model will not reply to this text.
func (w *work) ask(ctx context.Context, i int) (o *outline, used llm.Usage, err error) {
	at, m := w.windows[i], w.options.Model
	request := w.prompts.ask(w.d, at)
	request.MaxTokens = min(m.ContextTokens()/4, maxReply)
	for range 2 {
		reply, err := m.Generate(ctx, request)
		used = used.Add(reply.Usage)
		switch {
		case ctx.Err() != nil:
			return nil, used, ctx.Err()
		case passing(err):
			return nil, used, err
		case err != nil && !errors.Is(err, llm.ErrEmptyReply):
			w.failures[i] = err.Error()
			return nil, used, nil
		}
		o, problem := read(reply.Text, at.last-at.first)
		if problem == nil {
			w.failures[i] = ""
			return &o, used, nil
		}
		w.failures[i] = "its reply is out of form: " + problem.Error()
		request = w.prompts.again(request, reply.Text, problem.Error())
	}
	return nil, used, nil
}

func (w *work) spent(u llm.Usage) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.usage = w.usage.Add(u)
}

// passing says whether an error is about the model's server, not about what it
// was asked: it would meet other documents as well.
func passing(err error) bool {
	for _, e := range []error{llm.ErrCredentials, llm.ErrUnknownModel, llm.ErrRateLimited, llm.ErrUnavailable} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// warning says in how many windows the model failed, and why in the first one;
// "" for none.
func (w *work) warning() string {
	n, why := 0, ""
	for _, f := range w.failures {
		if f != "" {
			n++
			why = cmp.Or(why, f)
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %d parts of the text are cut along sections: the model did not divide them as asked (%s)", n, len(w.windows), why)
}
