package local

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"footnote/document"
)

// change is a transaction that writes, with what to do once it is committed.
type change struct {
	*sql.Tx
	events []document.Info
	// swap changes what searches find, in the same moment as the commit. All
	// reads wait for it, so it must be quick.
	swap func()
	// then runs after the commit, before the next change.
	then []func()
}

// tell publishes a document's new state after the commit.
func (c *change) tell(info document.Info) { c.events = append(c.events, info) }

// update runs f in a transaction of its own; changes take turns. A full disk
// is document.ErrStorageFull, and then nothing is changed.
func (s *Store) update(ctx context.Context, f func(c *change) error) error {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-s.closed:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	tx, err := s.db.writer.BeginTx(ctx, nil)
	if err != nil {
		return full(err)
	}
	c := &change{Tx: tx}
	if err := f(c); err != nil {
		if undo := tx.Rollback(); undo != nil && !errors.Is(undo, sql.ErrTxDone) {
			return errors.Join(full(err), fmt.Errorf("roll back: %w", undo))
		}
		return full(err)
	}
	if err := s.commit(c); err != nil {
		return err
	}
	for _, then := range c.then {
		then()
	}
	for _, info := range c.events {
		s.hub.Publish(info)
	}
	if c.swap != nil {
		s.index.settle()
	}
	return nil
}

func (s *Store) commit(c *change) error {
	if c.swap != nil {
		s.shown.Lock()
		defer s.shown.Unlock()
	}
	if err := c.Commit(); err != nil {
		return full(err)
	}
	if c.swap != nil {
		c.swap()
	}
	return nil
}

// nudge tells workers that a job may have become due.
func (s *Store) nudge() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}
