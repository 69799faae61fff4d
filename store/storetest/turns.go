package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"footnote/eval/kept"
)

// TestTurns checks that evaluations are handed out once, under leases that
// fence.
func TestTurns(t *testing.T, open Open) {
	cases(t, open, map[string]func(*testing.T, Backend){
		"the oldest that is not over has its turn":              oldestTurn,
		"servers never share an evaluation":                     serversNeverShare,
		"a lease that ran out is taken by another":              turnRanOut,
		"a lease that is given up is taken at once":             turnGivenUp,
		"a renewed lease of an evaluation holds":                renewedTurn,
		"an evaluation can be taken from whoever has it":        turnTaken,
		"what is over or gone cannot be taken":                  nothingToTake,
		"an earlier holder is fenced off":                       earlierHolderFenced,
		"a deleted evaluation does not come back by its holder": deletedStaysAway,
		"a record brings the head that goes with it":            headWithRecord,
		"what fails is no sign that nothing waits":              failureIsNotNone,
	})
}

// wait saves evaluations that wait for their turns.
func wait(t *testing.T, b Backend, ids ...string) {
	t.Helper()
	for _, id := range ids {
		saveEvaluation(t, b, evaluation(id))
	}
}

func nextTurn(t *testing.T, b Backend, lease time.Duration) kept.Turn {
	t.Helper()
	turn, err := b.Evaluations.NextTurn(t.Context(), lease)
	if err != nil {
		t.Fatalf("next turn: %v", err)
	}
	return turn
}

func takeTurn(t *testing.T, b Backend, id string) kept.Turn {
	t.Helper()
	turn, err := b.Evaluations.TakeTurn(t.Context(), id, hour)
	if err != nil || turn.ID != id {
		t.Fatalf("take turn: %+v, %v", turn, err)
	}
	return turn
}

func noTurn(t *testing.T, b Backend) {
	t.Helper()
	if turn, err := b.Evaluations.NextTurn(t.Context(), hour); !errors.Is(err, kept.ErrNone) {
		t.Fatalf("next turn = %+v, %v; want ErrNone", turn, err)
	}
}

// held is an evaluation as the holder of a turn saves it.
func held(turn kept.Turn, over bool) kept.Evaluation {
	e := evaluation(turn.ID)
	e.Token, e.Over = turn.Token, over
	return e
}

func unfinished(t *testing.T, b Backend, want int) {
	t.Helper()
	if n, err := b.Evaluations.Unfinished(t.Context()); err != nil || n != want {
		t.Errorf("%d evaluations are unfinished, %v; want %d", n, err, want)
	}
}

func oldestTurn(t *testing.T, b Backend) {
	noTurn(t, b)
	over := evaluation("evl_0")
	over.Over = true
	saveEvaluation(t, b, over)
	noTurn(t, b)
	wait(t, b, "evl_2", "evl_1")
	unfinished(t, b, 2)
	b = b.Reopen()
	for _, want := range []string{"evl_2", "evl_1"} {
		turn := nextTurn(t, b, hour)
		if turn.ID != want || turn.Token == 0 {
			t.Errorf("turn %+v, want that of %s", turn, want)
		}
	}
	noTurn(t, b)
	unfinished(t, b, 2)
}

func serversNeverShare(t *testing.T, b Backend) {
	const servers = 8
	ids := []string{"evl_1", "evl_2", "evl_3", "evl_4", "evl_5"}
	wait(t, b, ids...)
	var (
		mu    sync.Mutex
		taken = map[string]int{}
		wg    sync.WaitGroup
	)
	for range servers {
		wg.Go(func() {
			turn, err := b.Evaluations.NextTurn(t.Context(), hour)
			if errors.Is(err, kept.ErrNone) {
				return
			}
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			taken[turn.ID]++
		})
	}
	wg.Wait()
	for _, id := range ids {
		if taken[id] > 1 {
			t.Errorf("%s was handed out %d times", id, taken[id])
		}
	}
}

func turnRanOut(t *testing.T, b Backend) {
	wait(t, b, "evl_1")
	first := nextTurn(t, b, brief)
	second := nextTurn(t, b, hour)
	if second.ID != first.ID || second.Token == first.Token {
		t.Errorf("second turn %+v after %+v", second, first)
	}
	wantErr(t, "renew", b.Evaluations.RenewTurn(t.Context(), first, hour), kept.ErrTaken)
}

func turnGivenUp(t *testing.T, b Backend) {
	wait(t, b, "evl_1")
	first := nextTurn(t, b, hour)
	noTurn(t, b)
	if err := b.Evaluations.RenewTurn(t.Context(), first, 0); err != nil {
		t.Fatal(err)
	}
	if second := nextTurn(t, b, hour); second.Token == first.Token {
		t.Errorf("the token is still %d", second.Token)
	}
}

func renewedTurn(t *testing.T, b Backend) {
	wait(t, b, "evl_1")
	turn := nextTurn(t, b, brief)
	if err := b.Evaluations.RenewTurn(t.Context(), turn, hour); err != nil { // it ran out, and nobody took it
		t.Fatal(err)
	}
	noTurn(t, b)
	saveEvaluation(t, b, held(turn, true))
	wantErr(t, "renew what is over", b.Evaluations.RenewTurn(t.Context(), turn, hour), kept.ErrTaken)
	noTurn(t, b)
	unfinished(t, b, 0)
}

func turnTaken(t *testing.T, b Backend) {
	wait(t, b, "evl_1", "evl_2")
	takeTurn(t, b, "evl_1") // nobody had it
	if turn := nextTurn(t, b, hour); turn.ID != "evl_2" {
		t.Errorf("the next turn is %+v", turn)
	}
	before := takeTurn(t, b, "evl_1")
	after := takeTurn(t, b, "evl_1")
	wantErr(t, "renew", b.Evaluations.RenewTurn(t.Context(), before, hour), kept.ErrTaken)
	saveEvaluation(t, b, held(after, true))
}

func nothingToTake(t *testing.T, b Backend) {
	wait(t, b, "evl_1")
	saveEvaluation(t, b, held(nextTurn(t, b, hour), true))
	_, err := b.Evaluations.TakeTurn(t.Context(), "evl_1", hour)
	wantErr(t, "take what is over", err, kept.ErrOver)
	_, err = b.Evaluations.TakeTurn(t.Context(), "evl_2", hour)
	wantErr(t, "take what is not there", err, kept.ErrNotFound)
}

func earlierHolderFenced(t *testing.T, b Backend) {
	wait(t, b, "evl_1")
	old := nextTurn(t, b, brief)
	now := nextTurn(t, b, hour)
	for what, err := range map[string]error{
		"save":              b.Evaluations.SaveEvaluation(t.Context(), held(old, true)),
		"save without turn": b.Evaluations.SaveEvaluation(t.Context(), evaluation("evl_1")),
		"save a record":     b.Evaluations.SaveRecord(t.Context(), held(old, false), record("a")),
		"clear records":     b.Evaluations.ClearRecords(t.Context(), old),
		"renew":             b.Evaluations.RenewTurn(t.Context(), old, hour),
	} {
		wantErr(t, what, err, kept.ErrTaken)
	}
	wantRecords(t, b, "evl_1")
	if err := b.Evaluations.SaveRecord(t.Context(), held(now, false), record("b")); err != nil {
		t.Errorf("the holder cannot save a record: %v", err)
	}
	wantRecords(t, b, "evl_1", "b with words")
	if err := b.Evaluations.ClearRecords(t.Context(), now); err != nil {
		t.Errorf("the holder cannot clear records: %v", err)
	}
	saveEvaluation(t, b, held(now, true))
	if e, err := b.Evaluations.Evaluation(t.Context(), "evl_1"); err != nil || !e.Over {
		t.Errorf("evaluation: %+v, %v", e, err)
	}
}

func deletedStaysAway(t *testing.T, b Backend) {
	wait(t, b, "evl_1")
	turn := nextTurn(t, b, hour)
	if err := b.Evaluations.DeleteEvaluation(t.Context(), "evl_1"); err != nil {
		t.Fatal(err)
	}
	wantErr(t, "save", b.Evaluations.SaveEvaluation(t.Context(), held(turn, true)), kept.ErrTaken)
	wantErr(t, "save a record", b.Evaluations.SaveRecord(t.Context(), held(turn, false), record("a")), kept.ErrNotFound)
	wantErr(t, "renew", b.Evaluations.RenewTurn(t.Context(), turn, hour), kept.ErrTaken)
	_, err := b.Evaluations.Evaluation(t.Context(), "evl_1")
	wantErr(t, "evaluation", err, kept.ErrNotFound)
}

func headWithRecord(t *testing.T, b Backend) {
	wait(t, b, "evl_1")
	e := held(nextTurn(t, b, hour), false)
	e.Head = []byte(`{"head":2}`)
	if err := b.Evaluations.SaveRecord(t.Context(), e, record("a")); err != nil {
		t.Fatal(err)
	}
	got, err := b.Evaluations.Evaluation(t.Context(), "evl_1")
	if err != nil || string(got.Head) != `{"head":2}` || got.Questions != e.Questions {
		t.Errorf("evaluation: %+v, %v", got, err)
	}
}

func failureIsNotNone(t *testing.T, b Backend) {
	wait(t, b, "evl_1")
	_, err := b.Evaluations.NextTurn(ended(), hour)
	wantErr(t, "next turn", err, context.Canceled)
	if errors.Is(err, kept.ErrNone) {
		t.Errorf("a turn that could not be looked for is none that waits: %v", err)
	}
	nextTurn(t, b, hour)
}
