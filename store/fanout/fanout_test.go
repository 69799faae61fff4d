package fanout_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/document"
	"footnote/store/fanout"
)

// TestSlowWatcherMissesNoFinalState holds a watcher up while much happens.
func TestSlowWatcherMissesNoFinalState(t *testing.T) {
	var h fanout.Hub
	ctx, cancel := context.WithCancel(t.Context())
	inCall, goOn, seen := make(chan struct{}), make(chan struct{}), make(chan string, 100)
	ended := make(chan error, 1)
	go func() {
		first := true
		ended <- h.Watch(ctx, func(i document.Info) {
			if first {
				first = false
				close(inCall)
				<-goOn
				return
			}
			seen <- fmt.Sprintf("%s %s %d", i.ID, i.Status, i.Progress.Done)
		})
	}()
	for joined := false; !joined; { // Watch may not have joined yet
		h.Publish(document.Info{ID: "probe"})
		select {
		case <-inCall:
			joined = true
		default:
		}
	}
	h.Publish(document.Info{ID: "end of probes", Status: document.Ready})
	for i := range 1000 {
		h.Publish(document.Info{ID: "a", Status: document.Parsing, Progress: document.Progress{Done: i}})
		h.Publish(document.Info{ID: "b", Status: document.Parsing, Progress: document.Progress{Done: i}})
	}
	h.Publish(document.Info{ID: "a", Status: document.Failed})
	h.Publish(document.Info{ID: "a", Status: document.Queued})
	h.Publish(document.Info{ID: "a", Status: document.Ready})
	h.Publish(document.Info{ID: "a", Status: ""})
	close(goOn)
	var got []string
	for len(got) < 4 {
		if s := <-seen; s[:1] == "a" || s[:1] == "b" {
			got = append(got, s)
		}
	}
	want := []string{"a failed 0", "b parsing 999", "a ready 0", "a  0"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("told (-want +got):\n%s", d)
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("watch ended with %v", err)
	}
}
