package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"footnote/document"
)

// channel is where servers of a database hear of each other. A schema has its
// own.
const channel = `left('footnote.' || current_schema(), 63)`

// message is what travels there.
type message struct {
	Info *document.Info `json:",omitempty"` // a document's new state
	ID   document.ID    `json:",omitempty"` // the same, when it is too long to send
	Due  *time.Time     `json:",omitempty"` // when a job is due
}

// longestMessage is what Postgres sends, in bytes.
const longestMessage = 7999

// tell sends a document's new state with the commit.
func tell(ctx context.Context, tx pgx.Tx, i document.Info) error {
	m := message{Info: &i}
	raw, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if len(raw) > longestMessage || !utf8.ValidString(i.Name) {
		if raw, err = json.Marshal(message{ID: i.ID}); err != nil {
			return err
		}
	}
	return notify(ctx, tx, raw)
}

// nudge tells workers when a job is due, the zero time for now.
func nudge(ctx context.Context, tx pgx.Tx, due time.Time) error {
	raw, err := json.Marshal(message{Due: &due})
	if err != nil {
		return err
	}
	return notify(ctx, tx, raw)
}

func notify(ctx context.Context, tx pgx.Tx, raw []byte) error {
	_, err := tx.Exec(ctx, `SELECT pg_notify(`+channel+`, $1)`, string(raw))
	return err
}

// listen hears of changes until ctx ends, and closes heard once it does so for
// the first time. After it lost its connection it tells everything that changed
// meanwhile.
func (s *Store) listen(ctx context.Context, heard chan<- struct{}) {
	var since time.Time // the zero time at first: nobody watches yet
	for wait := firstWait; ctx.Err() == nil; wait = min(2*wait, longestWait) {
		err := s.hear(ctx, since, func(from time.Time) {
			if since.IsZero() {
				close(heard)
			}
			since, wait = from, firstWait
			s.listening.Store(nil)
		})
		if ctx.Err() != nil {
			return
		}
		if s.listening.Swap(&err) == nil {
			s.opts.Log.Warn("changes of other servers are not heard", "at", s.where, "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
}

// margin is how much earlier than the loss of a connection changes are told
// again: a change bears the time of its statement, not of its commit.
const margin = time.Minute

// hear listens on one connection. It calls begun with the database's time, over
// and over, to say how far everything was heard.
func (s *Store) hear(ctx context.Context, since time.Time, begun func(time.Time)) error {
	conn, err := pgx.ConnectConfig(ctx, s.config)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	now, err := s.tune(ctx, conn)
	if err == nil && !since.IsZero() {
		err = s.attempt(ctx, longestStatement, func(a *attempt) error { return s.catchUp(ctx, watched{conn, a}, since.Add(-margin)) })
	}
	if err != nil {
		return err
	}
	s.nudge()
	for {
		begun(now)
		// A connection that died without a word must not go unnoticed.
		if err := s.hearFor(ctx, conn, s.opts.Silence); err != nil {
			return err
		}
		if now, err = s.clock(ctx, conn); err != nil {
			return err
		}
	}
}

// tune makes a connection hear changes, and returns from when on.
func (s *Store) tune(ctx context.Context, conn *pgx.Conn) (now time.Time, err error) {
	short, cancel := context.WithTimeout(ctx, s.opts.Silence+s.config.ConnectTimeout)
	defer cancel()
	var name string
	if err := conn.QueryRow(short, `SELECT `+channel+`, clock_timestamp()`).Scan(&name, &now); err != nil {
		return now, err
	}
	_, err = conn.Exec(short, `LISTEN `+pgx.Identifier{name}.Sanitize())
	return now, err
}

// clock asks for the database's time.
func (s *Store) clock(ctx context.Context, conn *pgx.Conn) (now time.Time, err error) {
	short, cancel := context.WithTimeout(ctx, s.opts.Silence+s.config.ConnectTimeout)
	defer cancel()
	err = conn.QueryRow(short, `SELECT clock_timestamp()`).Scan(&now)
	return now, err
}

// hearFor receives messages for a while.
func (s *Store) hearFor(ctx context.Context, conn *pgx.Conn, while time.Duration) error {
	for until := time.Now().Add(while); time.Now().Before(until); {
		m, err := s.next(ctx, conn, until)
		if err != nil {
			return err
		}
		s.receive(ctx, m)
	}
	return nil
}

// next waits for a message, which is empty when none came in time.
func (s *Store) next(ctx context.Context, conn *pgx.Conn, until time.Time) (m message, err error) {
	short, cancel := context.WithDeadline(ctx, until)
	defer cancel()
	n, err := conn.WaitForNotification(short)
	if err != nil {
		if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) && !conn.IsClosed() {
			err = nil
		}
		return m, err
	}
	if json.Unmarshal([]byte(n.Payload), &m) != nil {
		return message{}, nil // of another version; workers look by themselves too
	}
	return m, nil
}

func (s *Store) receive(ctx context.Context, m message) {
	switch {
	case m.Info != nil:
		s.publish(*m.Info)
	case m.ID != "":
		if i, err := s.Info(ctx, m.ID); err == nil {
			s.publish(i)
		} else if errors.Is(err, document.ErrNotFound) {
			s.publish(document.Info{ID: m.ID})
		}
	case m.Due != nil:
		s.nudgeAt(*m.Due)
	}
}

func (s *Store) publish(i document.Info) {
	if i.Status == "" {
		s.texts.remove(i.ID)
	}
	s.hub.Publish(i)
}

// catchUp tells of everything that changed since a time.
func (s *Store) catchUp(ctx context.Context, q querier, since time.Time) error {
	rows, err := q.Query(ctx, `SELECT `+columns+` FROM documents WHERE updated >= $1 AND NOT deleted ORDER BY updated`, since)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		i, err := scanInfo(rows)
		if err != nil {
			return err
		}
		s.publish(i)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	rows, err = q.Query(ctx, `SELECT document FROM gone WHERE at >= $1 ORDER BY at`, since)
	if err != nil {
		return err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[document.ID])
	for _, id := range ids {
		s.publish(document.Info{ID: id})
	}
	return err
}

// nudge tells workers that a job may have become due.
func (s *Store) nudge() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// nudgeAt nudges when a time has come.
func (s *Store) nudgeAt(at time.Time) {
	if wait := time.Until(at); !at.IsZero() && wait > 0 {
		time.AfterFunc(wait, s.nudge)
		return
	}
	s.nudge()
}
