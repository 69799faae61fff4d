package main

import (
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"footnote/store/qdrant/qdranttest"
)

// onQdrant is a server of the real binary with its index in Qdrant.
func onQdrant(t *testing.T) (*lab, *qdranttest.Server, string) {
	t.Helper()
	s := qdranttest.Start(t, qdranttest.Options{Strict: true})
	l := &lab{bin: binary(t), data: t.TempDir()}
	t.Cleanup(l.kill)
	address := s.URL() + "?patience=30s"
	check(t, l.start("-index", address))
	return l, s, address
}

// askHeight asks a question that one document of the corpus answers.
func askHeight(t *testing.T, l *lab) {
	t.Helper()
	status, err := l.do(http.MethodPost, "/v1/answers", "application/json", strings.NewReader(`{"question": "How high is the tower of the Skerrin Light?"}`))
	if err != nil || status != http.StatusOK {
		t.Fatal(status, err, l.raw)
	}
	quotes := ""
	for _, c := range l.reply.(map[string]any)["citations"].([]any) {
		quotes += c.(map[string]any)["quote"].(string) + "\n"
	}
	if !strings.Contains(quotes, "38.4 metres") {
		t.Errorf("cited is %q", quotes)
	}
}

func TestIndexInQdrant(t *testing.T) {
	l, _, address := onQdrant(t)
	id := uploadOne(t, l, "testdata/corpus/lighthouse.md")
	uploadOne(t, l, "testdata/corpus/tee.md")
	askHeight(t, l)
	l.kill()
	check(t, l.start("-index", address))
	askHeight(t, l)

	if status, err := l.do(http.MethodDelete, "/v1/documents/"+id, "", nil); err != nil || status != http.StatusNoContent {
		t.Fatal(status, err, l.raw)
	}
	status, err := l.do(http.MethodPost, "/v1/search", "application/json", strings.NewReader(`{"query": "tower lighthouse keeper tea", "limit": 50}`))
	if err != nil || status != http.StatusOK || strings.Contains(l.raw, id) {
		t.Errorf("after deleting: %d, %v: %s", status, err, l.raw)
	}
	check(t, l.stop())
}

func TestIndexThatIsDownForAWhile(t *testing.T) {
	l, s, _ := onQdrant(t)
	uploadOne(t, l, "testdata/corpus/tee.md")
	s.Down()
	status, err := l.do(http.MethodGet, "/readyz", "", nil)
	if err != nil || status != http.StatusServiceUnavailable || !strings.Contains(l.raw, "The index cannot be used") {
		t.Errorf("readyz: %d, %v: %s", status, err, l.raw)
	}
	status, err = l.upload("testdata/corpus/lighthouse.md")
	if err != nil || status != http.StatusAccepted {
		t.Fatal(status, err, l.raw)
	}
	id := l.reply.(map[string]any)["documents"].([]any)[0].(map[string]any)["id"].(string)
	check(t, l.watch("/v1/documents/"+id+"/events", func(c change) bool { return c.Status == "indexing" }))
	check(t, s.Up())
	if status, err := l.settle(id); err != nil || status != "ready" {
		t.Fatal(status, err)
	}
	askHeight(t, l)
	if status, err := l.do(http.MethodGet, "/readyz", "", nil); err != nil || status != http.StatusOK {
		t.Errorf("readyz: %d, %v: %s", status, err, l.raw)
	}
	check(t, l.stop())
}

// TestJobsOutliveAnIndexThatIsDownForLong gives up on each try at once, and more
// often than a job may fail.
func TestJobsOutliveAnIndexThatIsDownForLong(t *testing.T) {
	l, s, _ := onQdrant(t)
	check(t, l.stop())
	check(t, l.start("-index", s.URL()+"?patience=10ms"))
	s.Down()
	status, err := l.upload("testdata/corpus/lighthouse.md")
	if err != nil || status != http.StatusAccepted {
		t.Fatal(status, err, l.raw)
	}
	id := l.reply.(map[string]any)["documents"].([]any)[0].(map[string]any)["id"].(string)
	queued := 0
	check(t, l.watch("/v1/documents/"+id+"/events", func(c change) bool {
		if c.Status == "queued" {
			queued++
		}
		return queued == 2 || c.Status == "failed"
	}))
	status, err = l.do(http.MethodPost, "/v1/search", "application/json", strings.NewReader(`{"query": "tower"}`))
	if err != nil || status != http.StatusServiceUnavailable || !strings.Contains(l.raw, "index_unavailable") {
		t.Errorf("search: %d, %v: %s", status, err, l.raw)
	}
	check(t, s.Up())
	if status, err := l.settle(id); err != nil || status != "ready" {
		t.Fatal(status, err)
	}
	askHeight(t, l)
	check(t, l.stop())
}

func TestIndexMovesByReindexing(t *testing.T) {
	l, s, _ := onQdrant(t)
	uploadOne(t, l, "testdata/corpus/lighthouse.md")
	check(t, l.stop())

	refused := func(words string, flags ...string) {
		t.Helper()
		if err := l.start(flags...); err == nil || !strings.Contains(err.Error(), words) || !strings.Contains(err.Error(), "reindex") {
			t.Errorf("start %q: %v", flags, err)
		}
	}
	reindex := func(flags ...string) {
		t.Helper()
		out, err := exec.Command(l.bin, append([]string{"reindex", "-data", l.data}, flags...)...).CombinedOutput()
		if err != nil || !strings.Contains(string(out), "1 documents are indexed") {
			t.Fatalf("reindex: %v\n%s", err, out)
		}
	}
	refused("footnote/default") // the index is not in the folder
	reindex()
	check(t, l.start())
	askHeight(t, l)
	check(t, l.stop())

	empty := s.URL() + "?collection=another"
	refused("another/default", "-index", empty)
	reindex("-index", empty)
	check(t, l.start("-index", empty))
	askHeight(t, l)
	check(t, l.stop())

	// A server that lost everything is found out, and filled again.
	lost := qdranttest.Start(t, qdranttest.Options{})
	refused("empty", "-index", lost.URL()+"?collection=another")
	reindex("-index", lost.URL()+"?collection=another")
	check(t, l.start("-index", lost.URL()+"?collection=another"))
	askHeight(t, l)
	check(t, l.stop())
}

// TestAReindexThatCannotBeginDropsNothing runs one beside the server that holds
// the folder, and one for a store that is not there.
func TestAReindexThatCannotBeginDropsNothing(t *testing.T) {
	l, _, address := onQdrant(t)
	uploadOne(t, l, "testdata/corpus/lighthouse.md")
	for _, c := range []struct {
		flags []string
		says  string
	}{
		{nil, "in use"}, {[]string{"-store", "postgres://footnote@127.0.0.1:1/nowhere?sslmode=nonsense"}, "sslmode"},
	} {
		flags := append([]string{"reindex", "-data", l.data, "-index", address, "-embedder", "none"}, c.flags...)
		if out, err := exec.Command(l.bin, flags...).CombinedOutput(); err == nil || !strings.Contains(string(out), c.says) {
			t.Errorf("%q: %v\n%s", flags, err, out)
		}
	}
	askHeight(t, l)
	check(t, l.stop())
	check(t, l.start("-index", address))
	askHeight(t, l)
	check(t, l.stop())
}

// TestKilledServerLosesNothingInQdrant is TestKilledServerLosesNothing with the
// index in Qdrant: nothing that a killed server wrote there is found or stays.
func TestKilledServerLosesNothingInQdrant(t *testing.T) {
	s := qdranttest.Start(t, qdranttest.Options{Strict: true})
	killAndCheck(t, rand.New(rand.NewPCG(1, 0)), "-index", s.URL())
	if got := s.Having("footnote", "kind", "change"); got != 0 {
		t.Errorf("%d changes were not ended", got)
	}
}

// TestIndexBehindTLSAndAKey trusts the server's certificate as operators trust a
// private authority's.
func TestIndexBehindTLSAndAKey(t *testing.T) {
	s := qdranttest.Start(t, qdranttest.Options{Key: "r1ght", TLS: true})
	file := filepath.Join(t.TempDir(), "authority.pem")
	check(t, os.WriteFile(file, s.Certificate(), 0o600))
	l := &lab{bin: binary(t), data: t.TempDir()}
	t.Cleanup(l.kill)
	t.Setenv("FOOTNOTE_INDEX", s.URL()+"?patience=2s")
	t.Setenv("FOOTNOTE_QDRANT_KEY", "r1ght")
	if err := l.start(); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("a certificate that nobody vouches for: %v", err)
	}
	t.Setenv("SSL_CERT_FILE", file)
	t.Setenv("FOOTNOTE_QDRANT_KEY", "wr0ng")
	if err := l.start(); err == nil || !strings.Contains(err.Error(), "FOOTNOTE_QDRANT_KEY") || strings.Contains(err.Error(), "wr0ng") {
		t.Errorf("a wrong key: %v", err)
	}
	t.Setenv("FOOTNOTE_QDRANT_KEY", "r1ght")
	check(t, l.start())
	uploadOne(t, l, "testdata/corpus/lighthouse.md")
	askHeight(t, l)
	status, err := l.do(http.MethodGet, "/v1/settings", "", nil)
	if err != nil || status != http.StatusOK || strings.Contains(l.raw, "r1ght") {
		t.Errorf("settings: %d, %v: %s", status, err, l.raw)
	}
	check(t, l.stop())
}

func TestIndexRefusals(t *testing.T) {
	l := &lab{bin: binary(t), data: t.TempDir()}
	t.Cleanup(l.kill)
	for name, c := range map[string]struct{ address, says string }{
		"nobody there":      {"qdrant://127.0.0.1:1?patience=10ms", "does not answer"},
		"an unknown option": {"qdrant://127.0.0.1?colection=a", "collection"},
		"another scheme":    {"http://127.0.0.1:6334", "qdrant://"},
	} {
		if err := l.start("-index", c.address); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
