package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// documentsToKill is how many documents are ingested while the server is being
// killed, and kills how often.
const (
	documentsToKill = 20
	kills           = 8
)

// TestKilledServerLosesNothing ends the server at random moments of ingesting
// and expects every document to be ready, once, in the end. The gate tries more
// moments.
func TestKilledServerLosesNothing(t *testing.T) {
	seeds := uint64(1)
	if os.Getenv("FOOTNOTE_REQUIRE_ALL") == "1" {
		seeds = 3
	}
	for seed := range seeds {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			killAndCheck(t, rand.New(rand.NewPCG(seed, 0)))
		})
	}
}

func killAndCheck(t *testing.T, random *rand.Rand, flags ...string) {
	l := &lab{bin: binary(t), data: t.TempDir(), flags: flags}
	t.Cleanup(l.kill)
	files := writeDocuments(t, random)
	check(t, l.start())
	killWhileUploading(t, l)
	status, err := l.upload(files...)
	check(t, err)
	if status != http.StatusAccepted {
		t.Fatalf("upload: status %d: %s", status, l.raw)
	}
	during := 0
	for range kills {
		killAfter(t, l, 1+random.IntN(6))
		check(t, l.start())
		if unfinished(t, l) > 0 {
			during++
		}
	}
	if during < kills/2 {
		t.Errorf("only %d of %d kills came while documents were ingested", during, kills)
	}
	if unfinished(t, l) > 0 {
		check(t, l.watch("/v1/documents/events", func(change) bool { return unfinished(t, l) == 0 }))
	}
	everyDocumentOnce(t, l, files)
	check(t, l.stop())
}

// killWhileUploading kills the server when half a file has arrived; nothing of
// it may be there afterwards.
func killWhileUploading(t *testing.T, l *lab) {
	t.Helper()
	const boundary = "boundary"
	body, write := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		_, err := (&lab{url: l.url}).do(http.MethodPost, "/v1/documents", "multipart/form-data; boundary="+boundary, body)
		ended <- err
	}()
	head := "--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"half.txt\"\r\n\r\n"
	_, err := io.WriteString(write, head+strings.Repeat("Half of a file. ", 100_000))
	check(t, err)
	l.kill()
	write.Close()
	if err := <-ended; err == nil {
		t.Error("the upload succeeded although the server was killed")
	}
	check(t, l.start())
	if got := statuses(t, l); len(got) != 0 {
		t.Errorf("half an upload left %v", got)
	}
}

// killAfter kills the server after so many changes of documents, or when there
// is nothing left to do.
func killAfter(t *testing.T, l *lab, changes int) {
	t.Helper()
	defer l.kill()
	if unfinished(t, l) == 0 {
		return
	}
	known := map[string]string{}
	check(t, l.watch("/v1/documents/events", func(c change) bool {
		before := known[c.ID]
		known[c.ID] = c.Status
		if before != "" && before != c.Status {
			changes--
		}
		return changes == 0 || c.Status == "ready" && unfinished(t, l) == 0
	}))
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// marker is a word that only the document of that number has.
func marker(i int) string {
	return "zq" + strings.Map(func(r rune) rune { return r - '0' + 'k' }, fmt.Sprintf("%02d", i)) + "vox"
}

// writeDocuments makes texts of very different sizes.
func writeDocuments(t *testing.T, random *rand.Rand) []string {
	dir := t.TempDir()
	files := make([]string, documentsToKill)
	for i := range files {
		var b strings.Builder
		fmt.Fprintf(&b, "# Report %d\n\nThe word of this report is %s.\n\n", i, marker(i))
		for s := range 1 + random.IntN(400) {
			fmt.Fprintf(&b, "## Part %d\n\nOn day %d the crew of boat %d saw %d seals. They sailed on at dawn.\n\n", s, s, i, random.IntN(90))
		}
		files[i] = filepath.Join(dir, fmt.Sprintf("report%02d.md", i))
		check(t, os.WriteFile(files[i], []byte(b.String()), 0o644))
	}
	return files
}

// unfinished counts documents that are neither ready nor failed.
func unfinished(t *testing.T, l *lab) int {
	t.Helper()
	n := 0
	for _, status := range statuses(t, l) {
		if status != "ready" && status != "failed" {
			n++
		}
	}
	return n
}

// statuses lists the status of every document by name.
func statuses(t *testing.T, l *lab) map[string]string {
	t.Helper()
	other := &lab{url: l.url}
	if _, err := other.do(http.MethodGet, "/v1/documents?limit=200", "", nil); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	documents, ok := other.reply.(map[string]any)["documents"].([]any)
	if !ok {
		t.Fatalf("no documents in %s", other.raw)
	}
	for _, d := range documents {
		d := d.(map[string]any)
		name := d["name"].(string)
		if out[name] != "" {
			t.Errorf("%s is there twice", name)
		}
		out[name] = d["status"].(string)
	}
	return out
}

// everyDocumentOnce checks that all files are ready and that each is found by
// its own word exactly once.
func everyDocumentOnce(t *testing.T, l *lab, files []string) {
	t.Helper()
	got := statuses(t, l)
	if len(got) != len(files) {
		t.Errorf("%d documents, want %d", len(got), len(files))
	}
	for i, file := range files {
		name := filepath.Base(file)
		if got[name] != "ready" {
			t.Errorf("%s is %q", name, got[name])
		}
		body := strings.NewReader(fmt.Sprintf(`{"query": %q, "limit": 50}`, marker(i)))
		status, err := l.do(http.MethodPost, "/v1/search", "application/json", body)
		if err != nil || status != http.StatusOK {
			t.Fatalf("search: status %d, %v: %s", status, err, l.raw)
		}
		for path, want := range map[string]string{"passages.len": "1", "passages.0.name": name} {
			if v, err := at(l.reply, path); err != nil || v != want {
				t.Errorf("search for %s: %s is %q, want %q", marker(i), path, v, want)
			}
		}
	}
}
