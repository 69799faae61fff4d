package dataset

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRead(t *testing.T) {
	const in = "\xEF\xBB\xBF" + `{"id":"a","dataset":"d","documents":[{"name":"x","path":"docs/x.md"}],"question":"Who?","answers":["Ann"],"evidence":[{"doc":"x","text":"Ann did.","page":3,"section":"S","paragraph":"Ann did. So."}],"answerable":true,"extra":[1]}

{"id":"b","dataset":"d","documents":[{"name":"x","path":"x.md"},{"name":"y","path":"y.md"}],"question":"Why?","answers":[],"evidence":[],"answerable":false}
`
	got, err := Read(strings.NewReader(in), "base")
	if err != nil {
		t.Fatal(err)
	}
	want := []Question{
		{
			ID: "a", Dataset: "d", Text: "Who?", Answers: []string{"Ann"}, Answerable: true, Line: 1,
			Documents: []Document{{Name: "x", Path: "docs/x.md", File: filepath.Join("base", "docs", "x.md")}},
			Evidence:  []Evidence{{Doc: "x", Text: "Ann did.", Page: 3, Section: "S", Paragraph: "Ann did. So."}},
		},
		{
			ID: "b", Dataset: "d", Text: "Why?", Line: 3, Answers: []string{}, Evidence: []Evidence{},
			Documents: []Document{
				{Name: "x", Path: "x.md", File: filepath.Join("base", "x.md")},
				{Name: "y", Path: "y.md", File: filepath.Join("base", "y.md")},
			},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("questions (-want +got):\n%s", diff)
	}
}

func TestReadTellsWhatIsWrong(t *testing.T) {
	const good = `{"id":"a","documents":[{"name":"x","path":"x"}],"question":"q","answerable":true}`
	tests := []struct{ name, in, want string }{
		{"an empty file", "\n\n", "no question"},
		{"a line that is not JSON", good + "\n{", "line 2: not a question in JSON"},
		{"a value of the wrong type", strings.Replace(good, `"q"`, `7`, 1), "line 1: not a question in JSON"},
		{"no id", strings.Replace(good, `"id":"a",`, "", 1), `line 1: "id" is missing`},
		{"no question", strings.Replace(good, `"question":"q",`, "", 1), `"question" is missing`},
		{"no answerable", strings.Replace(good, `,"answerable":true`, "", 1), `"answerable" is missing`},
		{"the same id twice", good + "\n" + good, `line 2: id "a" was used on line 1`},
		{"a path that climbs out", strings.Replace(good, `"path":"x"`, `"path":"../x"`, 1), `"../x" is not inside`},
		{"an absolute path", strings.Replace(good, `"path":"x"`, `"path":"/etc/passwd"`, 1), "is not inside"},
		{"an empty path", strings.Replace(good, `"path":"x"`, `"path":""`, 1), "is not inside"},
		{"evidence from elsewhere", strings.Replace(good, `,"answerable"`, `,"evidence":[{"doc":"y","text":"t"}],"answerable"`, 1), `"y", which is not among`},
		{"a line beyond the limit", good + "\n" + strings.Repeat("x", MaxLine+1), "line 2: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Read(strings.NewReader(tt.in), ".")
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestLoadNamesTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "set.jsonl")
	if err := os.WriteFile(path, []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{path, path + ".absent"} {
		if _, err := Load(p); err == nil || !strings.Contains(err.Error(), p) {
			t.Errorf("Load(%s): error %v does not name the file", p, err)
		}
	}
}

func TestLoadPublishedSets(t *testing.T) {
	folder := os.Getenv("FOOTNOTE_DATA_SETS")
	if folder == "" {
		if os.Getenv("FOOTNOTE_REQUIRE_ALL") == "1" {
			t.Fatal("FOOTNOTE_DATA_SETS is not set")
		}
		t.Skip("FOOTNOTE_DATA_SETS is not set")
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.jsonl"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no data sets in %s: %v", folder, err)
	}
	for _, f := range files {
		questions, err := Load(f)
		if err != nil {
			t.Error(err)
		}
		for _, q := range questions {
			for _, d := range q.Documents {
				if _, err := os.Stat(d.File); err != nil {
					t.Fatalf("%s, question %s: %v", f, q.ID, err)
				}
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"id":"a","documents":[{"name":"x","path":"x"}],"question":"q","answerable":true}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		questions, err := Read(strings.NewReader(string(in)), "base")
		if err != nil {
			return
		}
		for _, q := range questions {
			for _, d := range q.Documents {
				if rel, err := filepath.Rel("base", d.File); err != nil || !filepath.IsLocal(rel) {
					t.Errorf("%q leads outside the folder: %s", d.Path, d.File)
				}
			}
		}
	})
}
