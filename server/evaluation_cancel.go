package server

import (
	"context"
	"errors"
	"time"

	"footnote/eval/kept"
)

// cancel ends an evaluation that is not over, whoever runs it: its turn is
// taken, so that nothing is saved of it any longer but its end. That is saved
// before the work on it is waited for, which may take longer than a lease
// holds. When somebody else takes the turn meanwhile, to cancel it as well, it is
// looked at again until it is over, and the error is nil then, however it ended.
// Errors: kept.ErrOver when it was over before, kept.ErrNotFound.
func (v *evaluator) cancel(ctx context.Context, id string) error {
	for first := true; ; first = false {
		turn, err := v.archive.Store.TakeTurn(ctx, id, v.s.limits.Lease)
		if errors.Is(err, kept.ErrOver) && !first {
			return nil
		}
		if err != nil {
			return err
		}
		err = v.end(context.WithoutCancel(ctx), turn, nil, context.Canceled)
		if err == nil {
			v.halt(ctx, id)
		}
		if !errors.Is(err, kept.ErrTaken) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lookEvery): // whoever has the turn saves the end
		}
	}
}

// halt ends the work on an evaluation where this server runs it, and waits for
// that.
func (v *evaluator) halt(ctx context.Context, id string) {
	v.mu.Lock()
	t := v.running
	v.mu.Unlock()
	if t == nil || t.turn.ID != id {
		return
	}
	t.stop(kept.ErrTaken)
	select {
	case <-t.over:
	case <-ctx.Done():
	}
}
