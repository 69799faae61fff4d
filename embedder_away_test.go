package main

import (
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"footnote/llm/llmtest"
	"footnote/store/postgres/postgrestest"
)

// embeddings is a server of embeddings that can be taken down.
type embeddings struct {
	llmtest.Embeddings
	down, locked atomic.Bool
}

func startEmbeddings(t *testing.T) *embeddings {
	t.Helper()
	e := &embeddings{}
	e.Fault = func(int) llmtest.EmbedFault {
		switch {
		case e.down.Load():
			return llmtest.Broken
		case e.locked.Load():
			return llmtest.WrongKey
		}
		return ""
	}
	e.Start(t)
	return e
}

// searched is what a server says of a search, and of itself.
type searched struct {
	dense float64
	notes string // of the search
	ready string // notes of /readyz
}

func search(t *testing.T, l *lab) (s searched) {
	t.Helper()
	status, err := l.do(http.MethodPost, "/v1/search", "application/json", strings.NewReader(`{"query": "How high is the tower?"}`))
	if err != nil || status != http.StatusOK {
		t.Fatal(status, err, l.raw)
	}
	reply := l.reply.(map[string]any)
	if len(reply["passages"].([]any)) == 0 {
		t.Errorf("nothing is found: %s", l.raw)
	}
	s.dense, s.notes = reply["dense"].(float64), sentences(reply["notes"])
	if status, err = l.do(http.MethodGet, "/readyz", "", nil); err != nil || status != http.StatusOK {
		t.Fatal(status, err, l.raw)
	}
	s.ready = sentences(l.reply.(map[string]any)["notes"])
	return s
}

func sentences(notes any) string {
	var out []string
	for _, n := range notes.([]any) {
		out = append(out, n.(string))
	}
	return strings.Join(out, " ")
}

// until searches again and again until the outcome is as it should be.
func until(t *testing.T, l *lab, what string, ok func(searched) bool) {
	t.Helper()
	tick, deadline := time.NewTicker(20*time.Millisecond), time.After(patience)
	defer tick.Stop()
	for {
		s := search(t, l)
		if ok(s) {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("waited in vain for %s: %+v\n%s", what, s, l.out.String())
		}
	}
}

func byWords(s searched) bool {
	return s.dense == 0 && strings.Contains(s.notes, "lexical search only: the embedder did not answer") && strings.Contains(s.ready, "embedder does not answer")
}

func byBoth(s searched) bool { return s.dense > 0 && s.notes == "" && s.ready == "" }

// TestAnEmbedderThatIsDownDoesNotStopTheStart takes the server of embeddings
// down before a start and while questions are answered.
func TestAnEmbedderThatIsDownDoesNotStopTheStart(t *testing.T) {
	for _, where := range []string{"in a folder", "in Postgres"} {
		t.Run(where, func(t *testing.T) {
			e := startEmbeddings(t)
			l := &lab{bin: binary(t), data: t.TempDir(), flags: []string{"-embedder", "m", "-embedder-url", e.URL}}
			t.Cleanup(l.kill)
			if where == "in Postgres" {
				l.flags = append(l.flags, "-store", postgrestest.Database(t))
			}
			check(t, l.start())
			uploadOne(t, l, corpusFile("lighthouse.md"))
			if s := search(t, l); !byBoth(s) {
				t.Errorf("with its embedder: %+v", s)
			}
			check(t, l.stop())

			e.down.Store(true)
			check(t, l.start())
			if s := search(t, l); !byWords(s) {
				t.Errorf("without its embedder: %+v", s)
			}
			askHeight(t, l)
			status, err := l.upload(corpusFile("tee.md"))
			if err != nil || status != http.StatusAccepted {
				t.Fatal(status, err, l.raw)
			}
			late := l.reply.(map[string]any)["documents"].([]any)[0].(map[string]any)["id"].(string)
			e.down.Store(false)
			until(t, l, "the embedder to be back", byBoth)
			if status, err := l.settle(late); err != nil || status != "ready" {
				t.Errorf("the document that waited: %s, %v", status, err)
			}

			e.down.Store(true)
			if s := search(t, l); !byWords(s) {
				t.Errorf("when it goes away again: %+v", s)
			}
			asked := len(e.Requests())
			search(t, l)
			for _, r := range e.Requests()[asked:] {
				if slices.Contains(r.Texts, "How high is the tower?") {
					t.Error("a question asks a server that is known to be away")
				}
			}
			e.locked.Store(true)
			e.down.Store(false)
			until(t, l, "the refusal to be told", func(s searched) bool {
				return s.dense == 0 && strings.Contains(s.notes, "the embedder refused the API key") && strings.Contains(s.ready, "The embedder refused the API key")
			})
			check(t, l.stop())
			log := l.out.String()
			for _, words := range []string{"the embedder does not answer", "the embedder is back", "the embedder refused the API key"} {
				if !strings.Contains(log, words) {
					t.Errorf("the log lacks %q:\n%s", words, log)
				}
			}
		})
	}
}

// TestAnEmbedderThatNeverAnsweredStopsTheStart since nobody knows its vectors.
func TestAnEmbedderThatNeverAnsweredStopsTheStart(t *testing.T) {
	e := startEmbeddings(t)
	l := &lab{bin: binary(t), data: t.TempDir(), flags: []string{"-embedder-url", e.URL}}
	t.Cleanup(l.kill)
	refused := func(embedder string) {
		t.Helper()
		if err := l.start("-embedder", embedder); err == nil || !strings.Contains(err.Error(), "start the server, or correct its address") {
			t.Errorf("start: %v", err)
		}
	}
	e.down.Store(true)
	refused("m")
	e.down.Store(false)
	check(t, l.start("-embedder", "m"))
	check(t, l.stop())
	e.down.Store(true)
	refused("another")
	check(t, l.start("-embedder", "m"))
	check(t, l.stop())
}
