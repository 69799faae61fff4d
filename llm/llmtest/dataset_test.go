package llmtest

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"footnote/document"
	"footnote/document/reader"
	"footnote/eval/dataset"
	"footnote/reasoning"
)

// dataSet is a file of questions; the test is skipped without it.
func dataSet(t *testing.T, name string) string {
	t.Helper()
	dir := os.Getenv("FOOTNOTE_DATA_SETS")
	if dir == "" {
		if os.Getenv("FOOTNOTE_REQUIRE_ALL") == "1" {
			t.Fatal("FOOTNOTE_DATA_SETS is not set")
		}
		t.Skip("FOOTNOTE_DATA_SETS is not set")
	}
	return filepath.Join(dir, name+".jsonl")
}

// TestGoldIsWhatAnswersRestOn asks real questions over whole documents, read by
// the product's own readers, and then once more without one gold sentence: what
// the oracle would miss here, it would miss whatever a strategy shows it, and
// what it would answer, it would answer unseen.
func TestGoldIsWhatAnswersRestOn(t *testing.T) {
	tests := []struct {
		set    string
		missed int // questions whose gold is not verbatim in the text, or cut in the middle of a name
	}{
		{"hotpot_8k", 0}, {"musique_native", 5}, {"xquad_zh", 0}, {"squad_long", 2},
	}
	for _, tt := range tests {
		t.Run(tt.set, func(t *testing.T) {
			path := dataSet(t, tt.set)
			questions, err := dataset.Load(path)
			if err != nil {
				t.Fatal(err)
			}
			key, err := LoadKey(path)
			if err != nil {
				t.Fatal(err)
			}
			index, docs := key.index(), map[string][]Sentence{}
			missed := 0
			for _, q := range sample(questions, 150) {
				var shown []Sentence
				for _, d := range q.Documents {
					if docs[d.File] == nil {
						docs[d.File] = sentencesOf(t, d.File)
					}
					shown = append(shown, docs[d.File]...)
				}
				p := prompt{task: taskAnswer, question: q.Text, shown: shown}
				s := look(p, index[fold(q.Text)])
				if got := s.reply().say(plain()); !strings.HasSuffix(got, "\nSHORT: "+oneLine(q.Answers[0])) {
					missed++
					continue
				}
				p.shown = without(shown, s.gold[0])
				if got := look(p, index[fold(q.Text)]).reply().say(plain()); !strings.HasPrefix(got, "NOT FOUND: ") {
					t.Errorf("%s, without %q: %q", q.ID, q.Evidence[0].Text, got)
				}
			}
			if missed > tt.missed {
				t.Errorf("gold of %d questions was not found, want at most %d", missed, tt.missed)
			}
		})
	}
}

// sample is about so many questions, evenly spread.
func sample(questions []dataset.Question, n int) []dataset.Question {
	step := cmp.Or(len(questions)/n, 1)
	var out []dataset.Question
	for i := 0; i < len(questions); i += step {
		out = append(out, questions[i])
	}
	return out
}

// without is what is shown but for the first sentence of a gold text, wherever it
// stands.
func without(shown []Sentence, g seen) []Sentence {
	return slices.DeleteFunc(slices.Clone(shown), func(s Sentence) bool {
		return fold(s.Text) == fold(shown[g.at[0]].Text)
	})
}

// sentencesOf are a document's sentences as prompts show them.
func sentencesOf(t *testing.T, path string) []Sentence {
	t.Helper()
	d, err := reader.New(reader.Options{}).Read(context.Background(), document.Source{Name: filepath.Base(path), Path: path}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var numbered []reasoning.Numbered
	for i, s := range d.Sentences {
		numbered = append(numbered, reasoning.Numbered{Number: i + 1, Name: d.Name, Text: d.Quote(s.Span), Path: d.Path(s.Section)})
	}
	p, err := parse(answering("?", numbered))
	if err != nil {
		t.Fatal(err)
	}
	return p.shown
}
