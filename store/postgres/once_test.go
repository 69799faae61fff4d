package postgres_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"footnote/eval/kept"
	"footnote/store/postgres"
	"footnote/store/postgres/postgrestest"
)

// losses are the replies that may be lost: to a statement that the connection
// has prepared before, and to the commit.
var losses = map[string]string{"the statement": "stmtcache_", "the commit": "commit"}

// eventually takes a turn as soon as there is one: a transaction whose reply was
// lost holds it until the database notices.
func eventually(t *testing.T, s *postgres.Evaluations) (kept.Turn, error) {
	for deadline := time.Now().Add(bound); ; time.Sleep(10 * time.Millisecond) {
		turn, err := s.NextTurn(t.Context(), time.Hour)
		if !errors.Is(err, kept.ErrNone) || time.Now().After(deadline) {
			return turn, err
		}
	}
}

// wasLost checks that the cable lost a reply.
func (c *cable) wasLost(t *testing.T) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.loses != "" {
		t.Errorf("no reply to %q was lost", c.loses)
	}
}

// Nobody holds a turn that the server which took it does not know of.
func TestEveryTurnHasAHolder(t *testing.T) {
	for name, reply := range losses {
		t.Run("when the reply is lost to "+name, func(t *testing.T) {
			c, through := plug(t, postgrestest.Database(t), false)
			o := options(through)
			o.Patience = bound
			s := openStore(t, o).Evaluations()
			if _, err := s.NextTurn(t.Context(), time.Hour); !errors.Is(err, kept.ErrNone) {
				t.Fatal(err)
			}
			for i := range 2 {
				e := kept.Evaluation{ID: fmt.Sprint("evl_", i), Head: []byte("{}"), Questions: "q"}
				if err := s.SaveEvaluation(t.Context(), e); err != nil {
					t.Fatal(err)
				}
			}
			c.set(&c.loses, reply)
			had := map[string]bool{}
			for range 2 {
				turn, err := eventually(t, s)
				if err != nil {
					t.Fatalf("%v; turns %v", err, had)
				}
				had[turn.ID] = true
				c.wasLost(t)
			}
			if len(had) != 2 {
				t.Errorf("turns %v", had)
			}
		})
	}
}
