package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footnote/reasoning"
)

// TestStreams checks that what is being answered can be followed, stopped and
// forgotten.
func TestStreams(t *testing.T, open Open) {
	cases(t, open, map[string]func(*testing.T, Backend){
		"a run is followed from any event":                      followsRun,
		"events that are shared again are there once":           sharedTwice,
		"a run that is over says so":                            runIsOver,
		"a run whose server let its time run out is left":       runIsLeft,
		"a run that is renewed is not left":                     runIsRenewed,
		"its server hears that a run is to stop":                runIsStopped,
		"an unknown run is not there":                           unknownRun,
		"what is no longer needed is swept, and nothing else":   sweepsRuns,
		"a deleted document takes along what was said and done": runsForget,
		"a cancelled context shares nothing":                    cancelledShare,
	})
}

func share(t *testing.T, b Backend, run string, e reasoning.Events, keep time.Duration) (stop bool) {
	t.Helper()
	stop, err := b.Streams.Share(t.Context(), run, e, keep)
	if err != nil {
		t.Fatal(err)
	}
	return stop
}

func said(first, last int64, body string) reasoning.Events {
	return reasoning.Events{First: first, Last: last, Body: []byte(body)}
}

// silent says nothing, but that the run goes on or is over.
func silent(over bool) reasoning.Events { return reasoning.Events{First: 1, Over: over} }

func wantRun(t *testing.T, b Backend, run string, after int64, want reasoning.SharedRun) {
	t.Helper()
	got, err := b.Streams.Shared(t.Context(), run, after)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Events) == 0 {
		got.Events = nil
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("run %s after %d (-want +got)\n%s", run, after, d)
	}
}

func noRun(t *testing.T, b Backend, run string) {
	t.Helper()
	_, err := b.Streams.Shared(t.Context(), run, 0)
	wantErr(t, "run "+run, err, reasoning.ErrNoRun)
}

func followsRun(t *testing.T, b Backend) {
	share(t, b, "ans_1", silent(false), hour)
	wantRun(t, b, "ans_1", 0, reasoning.SharedRun{})
	one, two, three := said(1, 3, "abc"), said(4, 4, "d"), said(5, 9, "\x00\xff")
	share(t, b, "ans_1", one, hour)
	share(t, b, "ans_2", said(1, 1, "other"), hour)
	share(t, b, "ans_1", two, hour)
	share(t, b, "ans_1", silent(false), hour)
	share(t, b, "ans_1", three, hour)
	for after, want := range map[int64][]reasoning.Events{0: {one, two, three}, 2: {one, two, three}, 3: {two, three}, 4: {three}, 8: {three}, 9: nil, 100: nil} {
		wantRun(t, b, "ans_1", after, reasoning.SharedRun{Events: want})
	}
}

func sharedTwice(t *testing.T, b Backend) {
	for range 2 {
		share(t, b, "ans_1", said(1, 2, "ab"), hour)
	}
	wantRun(t, b, "ans_1", 0, reasoning.SharedRun{Events: []reasoning.Events{said(1, 2, "ab")}})
}

func runIsOver(t *testing.T, b Backend) {
	last := said(1, 1, "a")
	last.Over = true
	share(t, b, "ans_1", last, hour)
	wantRun(t, b, "ans_1", 0, reasoning.SharedRun{Events: []reasoning.Events{said(1, 1, "a")}, Over: true})
	share(t, b, "ans_1", silent(true), brief)
	wantRun(t, b, "ans_1", 1, reasoning.SharedRun{Over: true})
}

func runIsLeft(t *testing.T, b Backend) {
	share(t, b, "ans_1", said(1, 1, "a"), brief)
	wantRun(t, b, "ans_1", 0, reasoning.SharedRun{Events: []reasoning.Events{said(1, 1, "a")}, Left: true})
}

func runIsRenewed(t *testing.T, b Backend) {
	share(t, b, "ans_1", silent(false), brief)
	share(t, b, "ans_1", silent(false), hour)
	wantRun(t, b, "ans_1", 0, reasoning.SharedRun{})
}

func runIsStopped(t *testing.T, b Backend) {
	for _, run := range []string{"ans_1", "ans_2"} {
		if share(t, b, run, silent(false), hour) {
			t.Errorf("%s is to stop before anybody asked", run)
		}
	}
	for range 2 {
		if err := b.Streams.Stop(t.Context(), "ans_1"); err != nil {
			t.Fatal(err)
		}
	}
	if !share(t, b, "ans_1", said(1, 1, "a"), hour) {
		t.Error("the server does not hear that it is to stop")
	}
	if share(t, b, "ans_2", silent(false), hour) {
		t.Error("another run is to stop as well")
	}
}

func unknownRun(t *testing.T, b Backend) {
	noRun(t, b, "ans_1")
	noRun(t, b, "ans_\x00\xff")
	wantErr(t, "stop", b.Streams.Stop(t.Context(), "ans_1"), reasoning.ErrNoRun)
}

func sweepsRuns(t *testing.T, b Backend) {
	over := said(1, 1, "a")
	over.Over = true
	share(t, b, "over", over, brief)
	share(t, b, "needed", over, hour)
	share(t, b, "going on", said(1, 1, "a"), hour)
	share(t, b, "left", said(1, 1, "a"), brief)
	if err := b.Streams.Sweep(t.Context(), hour); err != nil {
		t.Fatal(err)
	}
	noRun(t, b, "over")
	wantRun(t, b, "left", 1, reasoning.SharedRun{Left: true})
	if err := b.Streams.Sweep(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	noRun(t, b, "left")
	wantRun(t, b, "needed", 1, reasoning.SharedRun{Over: true})
	wantRun(t, b, "going on", 1, reasoning.SharedRun{})
	share(t, b, "left", said(2, 2, "b"), hour) // its server was only slow
	wantRun(t, b, "left", 0, reasoning.SharedRun{Events: []reasoning.Events{said(2, 2, "b")}})
}

func runsForget(t *testing.T, b Backend) {
	doc := add(t, b, "a", "a").ID
	share(t, b, "over", silent(true), hour)
	share(t, b, "going on", silent(false), hour)
	share(t, b, "left", silent(false), brief)
	if err := b.Documents.Delete(t.Context(), doc); err != nil {
		t.Fatal(err)
	}
	noRun(t, b, "over")
	noRun(t, b, "left")
	wantRun(t, b, "going on", 0, reasoning.SharedRun{})
}

func cancelledShare(t *testing.T, b Backend) {
	if _, err := b.Streams.Share(ended(), "ans_1", silent(false), hour); err == nil {
		t.Error("shared with a context that is over")
	}
	_, err := b.Streams.Shared(ended(), "ans_1", 0)
	wantErr(t, "shared", err, context.Canceled)
	noRun(t, b, "ans_1")
}
