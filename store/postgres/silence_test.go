package postgres_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"footnote/document"
	"footnote/eval/kept"
	"footnote/store/postgres"
	"footnote/store/postgres/postgrestest"
)

// soon fails for what does not return.
func soon(what string, f func() error) error {
	done := make(chan error, 1)
	go func() { done <- f() }()
	select {
	case err := <-done:
		return err
	case <-time.After(bound):
		return fmt.Errorf("%s does not return", what)
	}
}

// A database that is gone without a word, as when its machine lost power, is
// noticed by whoever waits for it, and by the listener.
func TestADatabaseThatFallsSilentIsNoticed(t *testing.T) {
	c, through := plug(t, postgrestest.Database(t), false)
	o := options(through)
	o.Silence, o.Patience = 500*time.Millisecond, time.Millisecond
	s := openStore(t, o)
	thaw := c.freeze()
	var all sync.WaitGroup
	for name, ask := range map[string]func() error{
		"a read": func() error { _, err := s.Ready(t.Context()); return err },
		"a change": func() error {
			_, _, err := s.Add(t.Context(), document.Upload{Name: "a"}, strings.NewReader("a"))
			return err
		},
		"a search": func() error { _, err := s.Index().Info(t.Context()); return err },
		"opening it": func() error {
			o := o
			o.Wait = time.Millisecond
			_, err := postgres.Open(t.Context(), o)
			return err
		},
	} {
		all.Go(func() {
			if err := soon(name, ask); !errors.Is(err, document.ErrUnavailable) {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	all.Wait()
	deadline := time.Now().Add(bound)
	heard := func() bool { err := s.Ping(t.Context()); return err == nil }
	thaw()
	for !heard() {
		if time.Now().After(deadline) {
			t.Fatalf("the store is not ready again: %v", s.Ping(t.Context()))
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// The listener alone notices, while nobody asks for anything.
func TestTheListenerNoticesSilence(t *testing.T) {
	c, through := plug(t, postgrestest.Database(t), false)
	o := options(through)
	var log diary
	o.Silence, o.Log = 300*time.Millisecond, slog.New(slog.NewTextHandler(&log, nil))
	openStore(t, o)
	defer c.freeze()()
	deadline := time.Now().Add(bound)
	for log.count("changes of other servers are not heard") == 0 {
		if time.Now().After(deadline) {
			t.Fatal("the listener did not notice")
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// A statement that waits for another one is no silence: the database answers.
func TestADatabaseThatIsBusyIsWaitedFor(t *testing.T) {
	at := postgrestest.Database(t)
	o := options(at)
	o.Silence, o.Patience = 100*time.Millisecond, time.Millisecond
	s := openStore(t, o)
	doc := addText(t, s, "a")
	other, err := pgx.Connect(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close(t.Context())
	if _, err := other.Exec(t.Context(), `BEGIN; SELECT 1 FROM documents FOR UPDATE`); err != nil {
		t.Fatal(err)
	}
	deleted := make(chan error, 1)
	go func() { deleted <- s.Delete(t.Context(), doc) }()
	select {
	case err := <-deleted:
		t.Fatalf("deleting did not wait: %v", err)
	case <-time.After(10 * o.Silence):
	}
	if _, err := other.Exec(t.Context(), `COMMIT`); err != nil {
		t.Fatal(err)
	}
	if err := soon("deleting", func() error { return <-deleted }); err != nil {
		t.Error(err)
	}
}

func TestOpenEndsWhereChangesCannotBeHeard(t *testing.T) {
	c, through := plug(t, postgrestest.Database(t), false)
	c.set(&c.cuts, "LISTEN ")
	o := options(through)
	var log diary
	o.Wait, o.Log = time.Second, slog.New(slog.NewTextHandler(&log, nil))
	err := soon("opening", func() error { _, err := postgres.Open(t.Context(), o); return err })
	if !errors.Is(err, document.ErrUnavailable) || !strings.Contains(err.Error(), "hear changes") {
		t.Errorf("open: %v", err)
	}
	if n := log.count("changes of other servers are not heard"); n != 1 {
		t.Errorf("the log tells of it %d times", n)
	}
}

// The answer to a commit may be lost: whoever deletes hears that it is done.
func TestADeletionIsDoneOnce(t *testing.T) {
	c, through := plug(t, postgrestest.Database(t), false)
	o := options(through)
	o.Patience = bound
	s := openStore(t, o)
	doc := addText(t, s, "a")
	if err := s.Evaluations().SaveEvaluation(t.Context(), kept.Evaluation{ID: "evl_1", Head: []byte("{}"), Questions: "q"}); err != nil {
		t.Fatal(err)
	}
	for name, remove := range map[string]func() error{
		"a document":    func() error { return s.Delete(t.Context(), doc) },
		"an evaluation": func() error { return s.Evaluations().DeleteEvaluation(t.Context(), "evl_1") },
	} {
		c.set(&c.loses, "commit")
		if err := soon(name, remove); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := remove(); err == nil {
			t.Errorf("%s was deleted twice", name)
		}
	}
}

// A record that is being saved when its evaluation is deleted goes with it.
func TestNoRecordOutlivesItsEvaluation(t *testing.T) {
	at := postgrestest.Database(t)
	s := openStore(t, options(at))
	e := kept.Evaluation{ID: "evl_1", Head: []byte("{}"), Questions: "q"}
	if err := s.Evaluations().SaveEvaluation(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	saver, err := pgx.Connect(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	defer saver.Close(t.Context())
	if _, err := saver.Exec(t.Context(), `BEGIN; SELECT 1 FROM evaluations FOR SHARE`); err != nil {
		t.Fatal(err)
	}
	deleted := make(chan error, 1)
	go func() { deleted <- s.Evaluations().DeleteEvaluation(t.Context(), "evl_1") }()
	for waits, deadline := 0, time.Now().Add(bound); waits == 0; time.Sleep(10 * time.Millisecond) {
		err := saver.QueryRow(t.Context(), `SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))`).Scan(&waits)
		if err != nil || time.Now().After(deadline) {
			t.Fatalf("the deletion does not wait for the saver: %v", err)
		}
	}
	if _, err := saver.Exec(t.Context(), `INSERT INTO records (evaluation, key, body, bare) VALUES ('evl_1', 'k', 'b', 'b'); COMMIT`); err != nil {
		t.Fatal(err)
	}
	if err := <-deleted; err != nil {
		t.Fatal(err)
	}
	if err := s.Evaluations().SaveEvaluation(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	if left, err := s.Evaluations().Records(t.Context(), "evl_1"); err != nil || len(left) > 0 {
		t.Errorf("records of the deleted evaluation are left: %s, %v", bytes.Join(left, []byte(" ")), err)
	}
}
