package server

import (
	"context"
	"fmt"
)

// cancelAnswer ends the work on a streamed answer.
func (s *Server) cancelAnswer(ctx context.Context, in *answerInput) (*struct{}, error) {
	return nil, s.cancelRun(ctx, in.ID, s.answerResult(in.ID))
}

// cancelComparison ends the work on a streamed comparison.
func (s *Server) cancelComparison(ctx context.Context, in *comparisonInput) (*struct{}, error) {
	return nil, s.cancelRun(ctx, in.ID, s.comparisonResult(in.ID))
}

// cancelRun stops a run and waits until it has. What is no run any longer is
// looked for with stored: it is finished, or never was. To cancel twice is no
// error.
func (s *Server) cancelRun(ctx context.Context, id string, stored result) error {
	r, err := s.findRun(ctx, id, stored)
	if err != nil {
		return err
	}
	if r != nil {
		if err := r.stop(errStopped); err != nil {
			return err
		}
	}
	for r != nil {
		done, changed := r.ending()
		if done && r.failure() > 0 {
			return nil
		}
		if done {
			break
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if _, err := stored(ctx); err != nil {
		return err
	}
	return explain(errFinished, fmt.Sprintf("%s is finished.", id))
}

// ending says whether a run is over, and when to ask again.
func (r *run) ending() (done bool, changed <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.done, r.changed
}
