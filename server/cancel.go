package server

import (
	"context"
	"fmt"
)

// cancelAnswer ends the work on a streamed answer.
func (s *Server) cancelAnswer(ctx context.Context, in *answerInput) (*struct{}, error) {
	return nil, s.cancelRun(ctx, in.ID, func() error {
		_, err := s.storedAnswer(ctx, in.ID)
		return err
	})
}

// cancelComparison ends the work on a streamed comparison.
func (s *Server) cancelComparison(ctx context.Context, in *comparisonInput) (*struct{}, error) {
	return nil, s.cancelRun(ctx, in.ID, func() error {
		_, err := s.storedComparison(ctx, in.ID)
		return err
	})
}

// cancelRun stops a run and waits until it has. What is no run any longer is
// looked for with stored: it is finished, or never was. To cancel twice is no
// error.
func (s *Server) cancelRun(ctx context.Context, id string, stored func() error) error {
	r := s.runs.find(id)
	if r == nil {
		if err := stored(); err != nil {
			return err
		}
		return explain(errFinished, fmt.Sprintf("%s is finished.", id))
	}
	r.stop(errStopped)
	for {
		done, changed := r.ending()
		switch {
		case done && r.failure() == 0:
			return explain(errFinished, fmt.Sprintf("%s is finished.", id))
		case done:
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// ending says whether a run is over, and when to ask again.
func (r *run) ending() (done bool, changed <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.done, r.changed
}
