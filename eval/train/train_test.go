package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/document"
	"footnote/eval/dataset"
	"footnote/reasoning"
	"footnote/reasoning/extractive"
)

// TestBoostLearnsWhatALineCannot has the middle value win.
func TestBoostLearnsWhatALineCannot(t *testing.T) {
	var rows [][]float64
	var queries []query
	for range 100 {
		queries = append(queries, query{first: len(rows), last: len(rows) + 3, target: []float64{0, 1, 0}, weight: 1})
		rows = append(rows, []float64{1}, []float64{2}, []float64{3})
	}
	f := boost(newTable([]string{"a"}, rows, nil), nil, ranked(queries), growth{trees: 40, leaves: 4, rate: 0.3, ridge: 1, minRows: 1, features: 1})
	for _, x := range []float64{1, 3} {
		if win, lose := f.Score([]float64{2}), f.Score([]float64{x}); win <= lose+1 {
			t.Errorf("2 scores %.2f, %v scores %.2f", win, x, lose)
		}
	}
}

func TestBoostIsRepeatable(t *testing.T) {
	rows := make([][]float64, 500)
	truth, weight := make([]bool, 500), make([]float64, 500)
	for i := range rows {
		rows[i] = []float64{float64(i * 7 % 31), float64(i % 13), float64(i * i % 17)}
		truth[i], weight[i] = i*7%31 > 12, 1
	}
	grow := func() extractive.Forest {
		return boost(newTable([]string{"a", "b", "c"}, rows, nil), nil, whether(truth, weight), growth{trees: 9, leaves: 4, rate: 0.1, ridge: 1, minRows: 5, features: 0.5, seed: 3})
	}
	if diff := cmp.Diff(grow(), grow()); diff != "" {
		t.Error(diff)
	}
}

func TestItemsThatShareAnythingAreHeldOutTogether(t *testing.T) {
	question := func(set, text, doc, section string) *item {
		return &item{set: set, Question: dataset.Question{
			Text: text, Documents: []dataset.Document{{Name: doc}}, Evidence: []dataset.Evidence{{Doc: doc, Section: section}},
		}}
	}
	items := []*item{
		question("squad_long", "Who?", "Nikola_Tesla", ""),
		question("xquad_zh", "谁？", "Nikola Tesla.md", ""),
		question("hotpot_8k", "Which band?", "a.md", "Violent Femmes"),
		question("hotpot_32k", "Which band?", "b.md", "CKY"),
		question("musique_32k", "Whose?", "c.md", "CKY"),
	}
	for range 12 {
		items = append(items, question("squad_long", "What?"+strings.Repeat("x", len(items)), strings.Repeat("d", len(items)), ""))
	}
	assign(items, 5)
	if items[0].fold != items[1].fold {
		t.Error("the same article is in two folds")
	}
	if items[2].fold != items[3].fold || items[3].fold != items[4].fold {
		t.Error("the same question or section is in two folds")
	}
	used := map[int]bool{}
	for _, it := range items {
		used[it.fold] = true
	}
	if len(used) < 3 {
		t.Errorf("only %d folds are used", len(used))
	}
}

func TestTargets(t *testing.T) {
	shown := func(texts ...string) []reasoning.Numbered {
		var out []reasoning.Numbered
		for i, s := range texts {
			out = append(out, reasoning.Numbered{Number: i + 1, Text: s})
		}
		return out
	}
	heading := shown("Gulls", "Gulls eat fish.")
	heading[0].Kind = document.Heading
	for _, c := range []struct {
		name  string
		item  item
		shown []reasoning.Numbered
		want  []float64
	}{
		{"the gold sentence takes all", item{gold: []string{"b is red."}}, shown("A.", "B  is red.", "C."), []float64{0, 1, 0}},
		{"two pieces share", item{gold: []string{"a is.", "c is."}}, shown("A is.", "B is.", "C is."), []float64{0.5, 0, 0.5}},
		{"of a gold paragraph the sentence with the answer counts", item{Question: dataset.Question{Answers: []string{"Red"}}, gold: []string{"a is big. b is red."}}, shown("A is big.", "B is red."), []float64{0, 1}},
		{"a heading inside the gold does not", item{gold: []string{"gulls eat fish."}}, heading, []float64{0, 1}},
		{"nothing shown is gold", item{gold: []string{"else"}}, shown("A."), []float64{0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, targets(&c.item, c.shown)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestShortAnswersAreComparedWithoutArticlesAndMarks(t *testing.T) {
	exact, overlap := scoreShort("The  Violent Femmes.", []string{"CKY", "Violent Femmes"})
	if exact != 1 || overlap != 1 {
		t.Errorf("exact %v, overlap %v, want 1 and 1", exact, overlap)
	}
	if exact, overlap = scoreShort("", []string{"x"}); exact != 0 || overlap != 0 {
		t.Errorf("an empty answer scores %v and %v", exact, overlap)
	}
}
