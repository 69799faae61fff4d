package dataset

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTables(t *testing.T) {
	a := Question{ID: "q1", Text: "Who, then?", Answers: []string{"Ann", "Anna"}, Answerable: true, Line: 2}
	doc := Document{Name: "x.md", Path: "docs/x.md", File: filepath.Join("sets", "docs", "x.md")}
	other := Document{Name: "y.md", Path: "y.md", File: filepath.Join("sets", "y.md")}
	with := func(change func(*Question)) []Question {
		q := a
		change(&q)
		return []Question{q}
	}
	tests := []struct {
		name, in string
		want     []Question
	}{
		{"question and answer are enough", "question,answer\n\"Who, then?\",Ann|Anna\n", []Question{a}},
		{"after a byte order mark, with Windows line ends", byteOrderMark + "Question , ANSWER\r\n\"Who, then?\", Ann | Anna |\r\n", []Question{a}},
		{"semicolons separate as well", "question;answer\nWho, then?;Ann|Anna\n", []Question{a}},
		{"and tabs", "answer\tquestion\nAnn|Anna\tWho, then?\n", []Question{a}},
		{"evidence is of the one document", "question,answer,document,evidence,page,id\n\"Who, then?\",Ann|Anna,docs/x.md,Ann did.,3,w\n", with(func(q *Question) {
			q.ID, q.Documents, q.Evidence = "w", []Document{doc}, []Evidence{{Doc: "x.md", Text: "Ann did.", Page: 3}}
		})},
		{"or of any of several", "question,answer,document,evidence\n\"Who, then?\",Ann|Anna,docs/x.md|y.md,a \\| b|Ann did.\n", with(func(q *Question) {
			q.Documents, q.Evidence = []Document{doc, other}, []Evidence{{Text: "a | b"}, {Text: "Ann did."}}
		})},
		{"without an answer there is none", "question,answer\n\"Who, then?\",\n", with(func(q *Question) { q.Answers, q.Answerable = nil, false })},
		{"unless the table says so", "question,answer,answerable,page\n\"Who, then?\",,YES,4\n", with(func(q *Question) {
			q.Answers, q.Evidence = nil, []Evidence{{Page: 4}}
		})},
		{"a cell may have several lines", "question,answer\n\"One\ntwo?\",1\nThree?,3\n", []Question{
			{ID: "q1", Text: "One\ntwo?", Answers: []string{"1"}, Answerable: true, Line: 2},
			{ID: "q2", Text: "Three?", Answers: []string{"3"}, Answerable: true, Line: 4},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Parse(strings.NewReader(tt.in), "sets/table.csv")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("questions (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTablesTellWhatIsWrong(t *testing.T) {
	const head = "question,answer,document,evidence,page,answerable,id\n"
	tests := []struct{ name, in, want string }{
		{"nothing", "", "no question"},
		{"a header alone", head, "no question"},
		{"a column that is unknown", "question,answer,source\nq,a,s\n", `line 1: column "source" is unknown; there are id, question`},
		{"a column twice", "question,answer,answer\nq,a,b\n", `line 1: column "answer" is there twice`},
		{"no answers", "question\nq\n", `line 1: column "answer" is missing`},
		{"too few cells", "question,answer\nq\n", "line 2: not a row of the table"},
		{"a quote that does not end", "question,answer\n\"q,a\n", "not a row of the table"},
		{"no question", head + "q,a,,,,,\n,a,,,,,\n", "line 3: there is no question"},
		{"an id twice", head + "q,a,,,,,x\nr,a,,,,,x\n", `line 3: id "x" was used on line 2`},
		{"a path that climbs out", head + "q,a,../x,,,,\n", `line 2: document path "../x" is not inside`},
		{"two documents of one name", head + "q,a,a/x|b/x,,,,\n", `named "x"`},
		{"a page that is none", head + "q,a,,,0,,\n", `page "0" is not a number from 1`},
		{"pages that do not fit", head + "q,a,,one|two,1,,\n", "1 pages for 2 pieces"},
		{"a word for answerable", head + "q,a,,,,maybe,\n", `answerable is "maybe"`},
		{"an answer to what has none", head + "q,a,,,,no,\n", "not answerable"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse(strings.NewReader(tt.in), "t.CSV")
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

func FuzzTable(f *testing.F) {
	f.Add("question,answer\nq,a|b\n")
	f.Add("question;answer;document\n\"q\n\";\\|;x|y\n")
	f.Fuzz(func(t *testing.T, in string) {
		questions, err := Parse(strings.NewReader(in), "base/t.csv")
		if err == nil && len(questions) == 0 {
			t.Error("neither questions nor an error")
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
