package main

import (
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"footnote/store/postgres/postgrestest"
	"footnote/store/qdrant/qdranttest"
)

// TestAServerLeftBehindByAReindexSearchesByWords makes the index anew with
// another embedder, whose vectors are as long, while a server runs on.
func TestAServerLeftBehindByAReindexSearchesByWords(t *testing.T) {
	for _, where := range []string{"in Postgres", "in Qdrant"} {
		t.Run(where, func(t *testing.T) {
			e := startEmbeddings(t)
			store := []string{"-store", postgrestest.Database(t), "-embedder-url", e.URL}
			if where == "in Qdrant" {
				store = append(store, "-index", qdranttest.Start(t, qdranttest.Options{Strict: true}).URL())
			}
			l := &lab{bin: binary(t), data: t.TempDir(), flags: append(store, "-embedder", "old")}
			t.Cleanup(l.kill)
			check(t, l.start())
			uploadOne(t, l, corpusFile("lighthouse.md"))
			if s := search(t, l); !byBoth(s) {
				t.Errorf("before the reindex: %+v", s)
			}
			reindex := func(flags ...string) {
				t.Helper()
				out, err := exec.Command(l.bin, append(append([]string{"reindex"}, store...), flags...)...).CombinedOutput()
				if err != nil || !strings.Contains(string(out), "1 documents are indexed") {
					t.Fatalf("reindex: %v\n%s", err, out)
				}
			}
			reindex("-embedder", "new")
			s := search(t, l)
			if s.dense != 0 || !strings.Contains(s.notes, "made anew with another embedder") || !strings.Contains(s.ready, "until it is started again") {
				t.Errorf("left behind: %+v", s)
			}
			askHeight(t, l)
			check(t, l.stop())
			l.flags = append(store, "-embedder", "new")
			check(t, l.start())
			if s := search(t, l); !byBoth(s) {
				t.Errorf("started again: %+v", s)
			}
			check(t, l.stop())
		})
	}
}

// TestAServerWhoseIndexMovedAwayIsNotReady since it would search an empty one.
func TestAServerWhoseIndexMovedAwayIsNotReady(t *testing.T) {
	store := postgrestest.Database(t)
	l := &lab{bin: binary(t), data: t.TempDir(), flags: []string{"-store", store}}
	t.Cleanup(l.kill)
	check(t, l.start())
	uploadOne(t, l, corpusFile("lighthouse.md"))
	address := qdranttest.Start(t, qdranttest.Options{Strict: true}).URL()
	if out, err := exec.Command(l.bin, "reindex", "-store", store, "-index", address).CombinedOutput(); err != nil {
		t.Fatalf("reindex: %v\n%s", err, out)
	}
	if status, err := l.do(http.MethodGet, "/readyz", "", nil); err != nil || status != http.StatusServiceUnavailable {
		t.Errorf("readyz: %d, %v: %s", status, err, l.raw)
	}
	check(t, l.stop())
	if log := l.out.String(); !strings.Contains(log, "made anew in another place") {
		t.Errorf("the log lacks why:\n%s", log)
	}
}
