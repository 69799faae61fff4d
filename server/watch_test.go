package server_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"footnote/document"
	"footnote/server"
)

func (h *house) upload(files ...file) []server.Document {
	h.t.Helper()
	body, contentType := form(h.t, files...)
	var up server.Uploaded
	h.do("POST", "/v1/documents", body, "Content-Type", contentType).wants(202).into(&up)
	return up.Documents
}

func TestAWatchedDocumentTellsItsStagesAndEnds(t *testing.T) {
	tests := map[string]struct {
		content string
		last    document.Status
	}{
		"ready":  {"The bridge opened in 1932.", document.Ready},
		"failed": {"broken", document.Failed},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			id := h.upload(file{"a.txt", test.content})[0].ID
			_, r := h.stream("GET", "/v1/documents/"+id+"/events", "")
			first, ok := r.next()
			var d server.Document
			if first.into(t, &d); !ok || d.Status != document.Queued {
				t.Fatalf("first event: %+v", first)
			}
			h.ingestAll()
			events := r.all() // ends by itself
			if len(events) == 0 {
				t.Fatal("no event after ingest")
			}
			last := events[len(events)-1]
			if last.into(t, &d); last.name != "document" || d.Status != test.last {
				t.Errorf("last event: %+v", last)
			}
		})
	}
}

func TestAWatchOfAFinishedDocumentEndsAtOnce(t *testing.T) {
	h := newHouse(t)
	id := h.add(file{"a.txt", "Text."})[0]
	_, r := h.stream("GET", "/v1/documents/"+id+"/events", "")
	if events := r.all(); len(events) != 1 {
		t.Errorf("%d events", len(events))
	}
	h.get("/v1/documents/doc_none/events").problem(404, "document_not_found")
}

func TestAWatchTellsOfDeletion(t *testing.T) {
	h := newHouse(t)
	id := h.upload(file{"a.txt", "Text."})[0].ID
	_, r := h.stream("GET", "/v1/documents/"+id+"/events", "")
	r.next()
	h.do("DELETE", "/v1/documents/"+id, nil).wants(204)
	events := r.all()
	if len(events) == 0 || events[len(events)-1].name != "deleted" {
		t.Errorf("events %v", names(events))
	}
}

func TestTheLibraryStreamTellsOfEveryDocumentAndWhatWasMissed(t *testing.T) {
	h := newHouse(t)
	done := h.add(file{"old.txt", "An old text."})[0]
	waiting := h.upload(file{"new.txt", "A new text."})[0].ID
	_, r := h.stream("GET", "/v1/documents/events", "")
	first, _ := r.next()
	var d server.Document
	if first.into(t, &d); d.ID != waiting {
		t.Fatalf("first is %s, want the unfinished %s and not %s", d.ID, waiting, done)
	}
	h.ingestAll()
	last := first
	for d.Status != document.Ready {
		e, ok := r.next()
		if !ok {
			t.Fatal("stream ended")
		}
		e.into(t, &d)
		last = e
	}
	if d.ID != waiting {
		t.Errorf("%s is ready, want %s", d.ID, waiting)
	}

	third := h.add(file{"third.txt", "A third text."})[0]
	_, r = h.stream("GET", "/v1/documents/events", "", "Last-Event-ID", last.id)
	missed, _ := r.next()
	if missed.into(t, &d); d.ID != third || d.Status != document.Ready {
		t.Errorf("missed %s %s, want %s ready", d.ID, d.Status, third)
	}
}

func TestStreamsBeatWhileNothingHappens(t *testing.T) {
	h := newHouse(t)
	id := h.upload(file{"a.txt", "Text."})[0].ID
	_, r := h.stream("GET", "/v1/documents/"+id+"/events", "")
	r.next()
	for r.comments < 2 {
		if !r.lines.Scan() {
			t.Fatal("stream ended")
		}
		if line := r.lines.Text(); line != "" && line[0] == ':' {
			r.comments++
		}
	}
}

func TestManyWatchersSeeTheSameEnd(t *testing.T) {
	h := newHouse(t)
	id := h.upload(file{"a.txt", "Text."})[0].ID
	const watchers = 20
	ends := make(chan string, watchers)
	for range watchers {
		_, r := h.stream("GET", "/v1/documents/"+id+"/events", "")
		go func() {
			events := r.all()
			ends <- fmt.Sprint(len(events) > 0 && slices.Contains(names(events), "document"))
		}()
	}
	h.ingestAll()
	for range watchers {
		if got := <-ends; got != "true" {
			t.Error("a watcher saw nothing")
		}
	}
}

func TestWhatWasMissedComesInTheOrderOfChange(t *testing.T) {
	h := newHouse(t)
	_, r := h.stream("GET", "/v1/documents/events", "")
	since := ""
	for since == "" && r.lines.Scan() { // the id that a client gets before anything happens
		since, _ = strings.CutPrefix(r.lines.Text(), "id: ")
		if since == r.lines.Text() {
			since = ""
		}
		if strings.HasPrefix(r.lines.Text(), ":") {
			t.Fatal("the stream begins without an id")
		}
	}
	ids := h.add(file{"a.txt", "First."}, file{"b.txt", "Second."}, file{"c.txt", "Third."})
	_, r = h.stream("GET", "/v1/documents/events", "", "Last-Event-ID", since)
	var before server.Document
	for range ids {
		e, _ := r.next()
		var d server.Document
		if e.into(t, &d); d.Updated.Before(before.Updated) {
			t.Errorf("%s of %v comes after %s of %v", d.Name, d.Updated, before.Name, before.Updated)
		}
		before = d
	}
}
