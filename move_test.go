package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"footnote/store/postgres/postgrestest"
)

// library fills a data folder: three documents, one of which cannot be read,
// an answer, a comparison and an evaluation.
func fillLibrary(t *testing.T, l *lab) (answer string) {
	t.Helper()
	dir := t.TempDir()
	var files []string
	for name, text := range map[string]string{
		"tower.md": "# Tower\n\nThe tower was built in 1871 by Agnes Moreau.\n", "garden.txt": "The garden has 312 apple trees.\n\f It closes at dusk.",
		"broken.pdf": "%PDF-1.7 and nothing else",
	} {
		files = append(files, filepath.Join(dir, name))
		check(t, os.WriteFile(files[len(files)-1], []byte(text), 0o600))
	}
	for _, f := range files { // one after the other, so that they have an order
		status, err := l.upload(f)
		check(t, err)
		if status != http.StatusAccepted {
			t.Fatalf("upload: status %d: %s", status, l.raw)
		}
		if unfinished(t, l) > 0 {
			check(t, l.watch("/v1/documents/events", func(change) bool { return unfinished(t, l) == 0 }))
		}
	}
	for path, body := range map[string]string{
		"/v1/answers":     `{"question": "Who built the tower?", "strategy": "alr2"}`,
		"/v1/comparisons": `{"question": "Who built the tower?", "strategies": ["rag", "coa"]}`,
		"/v1/evaluations": `{"name": "q.csv", "questions": "question,answer,document,evidence\nWho built the tower?,Agnes Moreau,tower.md,\n", "strategies": ["rag"]}`,
	} {
		status, err := l.do(http.MethodPost, path, "application/json", strings.NewReader(body))
		check(t, err)
		if status/100 != 2 {
			t.Fatalf("%s: status %d: %s", path, status, l.raw)
		}
		if path == "/v1/answers" {
			answer = l.reply.(map[string]any)["id"].(string)
		}
	}
	check(t, l.watch("/v1/evaluations/"+l.first(t, "/v1/evaluations", "evaluations")+"/events", func(c change) bool { return c.Status == "done" }))
	return answer
}

// first is the id of the first of a list.
func (l *lab) first(t *testing.T, path, name string) string {
	t.Helper()
	_, err := l.do(http.MethodGet, path, "", nil)
	check(t, err)
	return l.reply.(map[string]any)[name].([]any)[0].(map[string]any)["id"].(string)
}

// view is what a server says of everything that was moved.
func (l *lab) view(t *testing.T, answer string) map[string]string {
	t.Helper()
	out := map[string]string{}
	_, err := l.do(http.MethodGet, "/v1/documents", "", nil)
	check(t, err)
	for _, d := range l.reply.(map[string]any)["documents"].([]any) {
		d := d.(map[string]any)
		out["documents"] += fmt.Sprintln(d["id"], d["name"], d["status"], d["hash"], d["sentences"], d["pages"])
		if d["status"] == "ready" {
			id := d["id"].(string)
			for _, part := range []string{"/text", "/sentences", "/original", "/sections"} {
				_, err := (l).do(http.MethodGet, "/v1/documents/"+id+part, "", nil)
				check(t, err)
				out[id+part] = l.raw
			}
		}
	}
	for _, path := range []string{"/v1/answers/" + answer, "/v1/comparisons", "/v1/evaluations"} {
		_, err := l.do(http.MethodGet, path, "", nil)
		check(t, err)
		out[path] = l.raw
	}
	return out
}

// moveTo moves a library, twice, and compares what servers say before and
// after.
func moveTo(t *testing.T, to target) {
	t.Helper()
	from := &lab{bin: binary(t), data: t.TempDir()}
	t.Cleanup(from.kill)
	check(t, from.start())
	answer := fillLibrary(t, from)
	before := from.view(t, answer)
	check(t, from.stop())
	var out, trouble bytes.Buffer
	std := stdio{out: &out, err: &trouble, getenv: func(string) string { return "" }}
	for range 2 { // the second finds that all is there
		out.Reset()
		if code := run(t.Context(), []string{"move", "-from", from.data, "-to", to.address}, std); code != 0 {
			t.Fatalf("move ended with %d:\n%s", code, trouble.String())
		}
		if want := "documents 3, answers 3, comparisons 1, evaluations 1"; !strings.Contains(out.String(), want) {
			t.Errorf("it says %q, want %q", out.String(), want)
		}
	}
	there := &lab{bin: from.bin, data: to.data}
	t.Cleanup(there.kill)
	check(t, there.start(to.flags...))
	if unfinished(t, there) > 0 {
		check(t, there.watch("/v1/documents/events", func(change) bool { return unfinished(t, there) == 0 }))
	}
	after := there.view(t, answer)
	for part, want := range before {
		if after[part] != want {
			t.Errorf("%s\nis    %s\nwas   %s", part, after[part], want)
		}
	}
	status, err := there.do(http.MethodPost, "/v1/search", "application/json", strings.NewReader(`{"query": "apple trees"}`))
	if err != nil || status != http.StatusOK || !strings.Contains(there.raw, "garden.txt") {
		t.Errorf("search: status %d, %v: %s", status, err, there.raw)
	}
	check(t, there.stop())
}

// target is a store to move to.
type target struct {
	address, data string
	flags         []string // of a server on it
}

func TestALibraryIsMovedToAFolder(t *testing.T) {
	dir := t.TempDir()
	moveTo(t, target{dir, dir, nil})
}

func TestALibraryIsMovedToADatabase(t *testing.T) {
	url := postgrestest.Database(t)
	moveTo(t, target{url, t.TempDir(), []string{"-store", url}})
}

func TestWhatCannotBeMovedIsSaid(t *testing.T) {
	dir := t.TempDir()
	for name, args := range map[string][]string{
		"no target":        {"-from", dir},
		"the same twice":   {"-from", dir, "-to", dir},
		"an unknown place": {"-from", "ftp://x", "-to", dir},
	} {
		var trouble bytes.Buffer
		if code := run(t.Context(), append([]string{"move"}, args...), stdio{out: &trouble, err: &trouble, getenv: func(string) string { return "" }}); code != 2 {
			t.Errorf("%s: exit %d: %s", name, code, trouble.String())
		}
	}
}
