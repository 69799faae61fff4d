package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"footnote/document/reader"
	"footnote/reasoning"
)

// TestREADMENamesEverything fails when something can be configured, asked or
// uploaded that the README does not know.
func TestREADMENamesEverything(t *testing.T) {
	data, err := os.ReadFile("README.md")
	check(t, err)
	readme := string(data)
	want := []string{"go run .", "go test ./...", "footnote ask", "footnote eval"}
	fs := flag.NewFlagSet("serve", flag.ContinueOnError)
	new(config).register(fs)
	fs.VisitAll(func(f *flag.Flag) { want = append(want, "`-"+f.Name+"`", "`"+envName(f.Name)+"`") })
	for _, s := range reasoning.NewEngine(reasoning.Parts{}).Strategies() {
		want = append(want, "`"+s.Name+"`")
	}
	for _, f := range reader.Formats() {
		want = append(want, f.Name, "`"+f.Extensions[0]+"`")
	}
	for _, w := range want {
		if !strings.Contains(readme, w) {
			t.Errorf("README.md does not mention %s", w)
		}
	}
}

// TestREADMELinks fails when a document points at a file that is not there.
func TestREADMELinks(t *testing.T) {
	pages := []string{"README.md", "CONTRIBUTING.md", "AGENTS.md", "CHANGELOG.md"}
	err := filepath.WalkDir("doc", func(name string, d os.DirEntry, err error) error {
		if filepath.Ext(name) == ".md" {
			pages = append(pages, name)
		}
		return err
	})
	check(t, err)
	link := regexp.MustCompile(`\]\(([^)#: ]+)(#[^) ]*)?\)`)
	for _, page := range pages {
		data, err := os.ReadFile(page)
		check(t, err)
		for _, m := range link.FindAllStringSubmatch(string(data), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), m[1])); err != nil {
				t.Errorf("%s: %v", page, err)
			}
		}
	}
}

// TestREADMEAnswer runs the commands of the README's first screen and expects
// the answer that it shows.
func TestREADMEAnswer(t *testing.T) {
	data, err := os.ReadFile("README.md")
	check(t, err)
	readme := string(data)
	file := regexp.MustCompile(`curl -F file=@(\S+) `).FindStringSubmatch(readme)
	ask := regexp.MustCompile(`curl --json '([^']+)' http://\S+?(/v1/\S+)`).FindStringSubmatch(readme)
	shown := regexp.MustCompile("(?s)```json\n(.*?)```").FindStringSubmatch(readme)
	if file == nil || ask == nil || shown == nil {
		t.Fatal("README.md has no upload, question and answer")
	}
	l := &lab{bin: binary(t), data: t.TempDir()}
	t.Cleanup(l.kill)
	check(t, l.start())
	if _, err := l.upload(file[1]); err != nil {
		t.Fatal(err)
	}
	id, err := at(l.reply, "documents.0.id")
	check(t, err)
	if status, err := l.settle(id); err != nil || status != "ready" {
		t.Fatalf("%s is %s: %v", file[1], status, err)
	}
	status, err := l.do(http.MethodPost, ask[2], "application/json", strings.NewReader(ask[1]))
	if err != nil || status != http.StatusOK {
		t.Fatalf("status %d, %v: %s", status, err, l.raw)
	}
	var want any
	check(t, json.Unmarshal([]byte(shown[1]), &want))
	for _, path := range missing(want, l.reply, "") {
		t.Errorf("the reply differs from README.md at %s", path)
	}
	check(t, l.stop())
}

// missing lists where want has something that got has not; got may have more.
func missing(want, got any, path string) []string {
	var out []string
	switch w := want.(type) {
	case map[string]any:
		g, _ := got.(map[string]any)
		for key, v := range w {
			out = append(out, missing(v, g[key], path+"."+key)...)
		}
	case []any:
		g, _ := got.([]any)
		if len(g) != len(w) {
			return []string{path}
		}
		for i, v := range w {
			out = append(out, missing(v, g[i], fmt.Sprintf("%s.%d", path, i))...)
		}
	default:
		if want != got {
			out = append(out, fmt.Sprintf("%s: %v, not %v", path, got, want))
		}
	}
	return out
}
