package web_test

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"

	"footnote/web"
)

// firstLoad is how many bytes the page may weigh, compressed, when it is
// opened for the first time.
const firstLoad = 150_000

// TestPageIsLight compresses each file alone; served as one they weigh less.
func TestPageIsLight(t *testing.T) {
	total := 0
	for name, content := range files(t) {
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		if _, err := w.Write(content); err != nil {
			t.Fatalf("compress %s: %v", name, err)
		}
		if err := w.Close(); err != nil {
			t.Fatalf("compress %s: %v", name, err)
		}
		total += packed.Len()
	}
	t.Logf("first load: %d bytes compressed", total)
	if total >= firstLoad {
		t.Errorf("the page weighs %d bytes compressed, want less than %d", total, firstLoad)
	}
}

// TestFilesKeepTheRules looks for what would let text of a document become
// markup, break the content policy, or load something from elsewhere.
func TestFilesKeepTheRules(t *testing.T) {
	rules := []struct {
		name, ext string
		forbidden *regexp.Regexp
	}{
		{"text never becomes markup", ".js", regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|setHTML`)},
		{"text never becomes code", ".js", regexp.MustCompile(`\beval\(|new Function|setTimeout\("|javascript:`)},
		{"no style attribute is set as text", ".js", regexp.MustCompile(`setAttribute\("style"|cssText`)},
		{"scripts load nothing from elsewhere", ".js", regexp.MustCompile(`https?://[^w]|https?://w[^w]|https?://www\.[^w]|import\((?:[^"]|"[^.])`)},
		{"styles load nothing from elsewhere", ".css", regexp.MustCompile(`@import|url\(`)},
		{"no inline script or style", ".html", regexp.MustCompile(`<script(?:>|[^>]*>[^<])|<style|\sstyle=|\son[a-z]+=`)},
		{"the page loads nothing from elsewhere", ".html", regexp.MustCompile(`(?:src|href)="(?:[a-z]+:)?//`)},
		{"pictures hold no script", ".svg", regexp.MustCompile(`<script|\son[a-z]+=|href=`)},
	}
	all := files(t)
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			checked := 0
			for name, content := range all {
				if path.Ext(name) != r.ext {
					continue
				}
				checked++
				if hit := r.forbidden.Find(content); hit != nil {
					t.Errorf("%s: %q is not allowed", name, hit)
				}
			}
			if checked == 0 {
				t.Errorf("no %s file found", r.ext)
			}
		})
	}
}

// TestReferencesExist follows every reference of the page and its modules.
func TestReferencesExist(t *testing.T) {
	all := files(t)
	used := map[string]bool{"index.html": true}
	references := []struct {
		ext string
		re  *regexp.Regexp
	}{
		{".html", regexp.MustCompile(`(?:src|href)="([^"#]+)"`)},
		{".js", regexp.MustCompile(`(?m)^import (?:.* from )?"([^"]+)";`)},
	}
	for name, content := range all {
		for _, r := range references {
			if r.ext != path.Ext(name) {
				continue
			}
			for _, m := range r.re.FindAllSubmatch(content, -1) {
				target := path.Join(path.Dir(name), string(m[1]))
				used[target] = true
				if _, ok := all[target]; !ok {
					t.Errorf("%s refers to %s, which is not there", name, target)
				}
			}
		}
	}
	for name := range all {
		if !used[name] {
			t.Errorf("nothing uses %s", name)
		}
	}
}

func TestFilesAreSmall(t *testing.T) {
	const most = 250
	for name, content := range files(t) {
		if n := bytes.Count(content, []byte("\n")); n > most {
			t.Errorf("%s has %d lines, want at most %d", name, n, most)
		}
	}
}

// TestWordsAreInOneModule finds sentences for people outside strings.js.
func TestWordsAreInOneModule(t *testing.T) {
	words := regexp.MustCompile(`"[A-Z][a-z]+ [a-z]+[^"]*"`)
	for name, content := range files(t) {
		if !strings.HasPrefix(name, "js/components/") {
			continue
		}
		if hit := words.Find(content); hit != nil {
			t.Errorf("%s says %s; it belongs in strings.js", name, hit)
		}
	}
}

func files(t *testing.T) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	err := fs.WalkDir(web.Files(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		all[name], err = fs.ReadFile(web.Files(), name)
		return err
	})
	if err != nil {
		t.Fatalf("read the page's files: %v", err)
	}
	if len(all) == 0 {
		t.Fatal("the page has no files")
	}
	return all
}
