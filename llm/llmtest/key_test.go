package llmtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLoadKey(t *testing.T) {
	const rows = "\xEF\xBB\xBF" + `{"id":"a","documents":[{"name":"x","path":"x.md"}],"question":"Who?","answers":["Ann","Anna"],"evidence":[{"doc":"x","text":"Ann did."},{"doc":"x","page":3,"text":""}],"answerable":true,"extra":[1]}

{"id":"b","question":"Why?","answers":[],"evidence":[],"answerable":false,"queries":["the cause"]}
`
	path := filepath.Join(t.TempDir(), "key.jsonl")
	if err := os.WriteFile(path, []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := LoadKey(path)
	if err != nil {
		t.Fatal(err)
	}
	want := Key{
		{Question: "Who?", Answers: []string{"Ann", "Anna"}, Evidence: []string{"Ann did."}, Answerable: true},
		{Question: "Why?", Answers: []string{}, Queries: []string{"the cause"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestReadKeyTellsWhatIsWrong(t *testing.T) {
	const good = `{"question":"q","answers":["a"],"answerable":true}`
	tests := []struct{ name, in, want string }{
		{"an empty file", "\n\n", "no question"},
		{"a line that is not JSON", good + "\n{", "line 2: not a question in JSON"},
		{"no question", `{"answers":["a"],"answerable":true}`, `line 1: "question" is missing`},
		{"no answerable", `{"question":"q","answers":["a"]}`, `line 1: "answerable" is missing`},
		{"no answers", `{"question":"q","answerable":true}`, `line 1: "answers" is empty`},
		{"a line beyond the limit", good + "\n" + strings.Repeat("x", maxLine+1), "line 2: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := ReadKey(strings.NewReader(tt.in)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %q", err, tt.want)
			}
		})
	}
	if _, err := LoadKey(filepath.Join(t.TempDir(), "none")); err == nil || !strings.Contains(err.Error(), "open key") {
		t.Errorf("a file that is not there: %v", err)
	}
}
