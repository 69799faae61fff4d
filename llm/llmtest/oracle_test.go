package llmtest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/llm"
	"footnote/reasoning/prompts"
)

func TestTheOracleKnowsOnlyWhatItIsShown(t *testing.T) {
	tests := []struct {
		name     string
		messages []llm.Message
		want     string
	}{
		{"all gold is shown", selecting(bornWhere, story()),
			`{"sentences":[{"id":9,"why":"says the answer"},{"id":5,"why":"leads to the answer"}],"enough":true,"missing":"","queries":[]}`},
		{"half of it is shown: names lead on", selecting(bornWhere, but(9)),
			`{"sentences":[{"id":5,"why":"leads to the answer"}],"enough":false,"missing":"a part of what the answer rests on","queries":["Skerry Point Ann Rowe"]}`},
		{"none of it is shown", selecting(bornWhere, but(5, 9)),
			`{"sentences":[],"enough":false,"missing":"a part of what the answer rests on","queries":["Skerry Point"]}`},
		{"what was found and is not shown stays", selecting(bornWhere, but(9), 5, 77, 6),
			`{"sentences":[{"id":5,"why":"leads to the answer"},{"id":77,"why":"was found before"}],"enough":false,"missing":"a part of what the answer rests on","queries":["Skerry Point Ann Rowe"]}`},
		{"a passage in several sentences, one of them short", selecting(litWhen, story()),
			`{"sentences":[{"id":6,"why":"says the answer"},{"id":7,"why":"leads to the answer"},{"id":8,"why":"leads to the answer"}],"enough":true,"missing":"","queries":[]}`},
		{"a passage without its short sentence", selecting(litWhen, but(8)),
			`{"sentences":[{"id":6,"why":"says the answer"},{"id":7,"why":"leads to the answer"}],"enough":false,"missing":"a part of what the answer rests on","queries":["lamp first lit","first light"]}`},
		{"nothing answers", selecting(painter, story()),
			`{"sentences":[],"enough":false,"missing":"a part of what the answer rests on","queries":["Skerry Point"]}`},

		{"the first worker", noting(bornWhere, but(9), ""),
			`{"facts":[{"claim":"The lighthouse of Skerry Point was built by Ann Rowe.","ids":[5]}],"open":["Skerry Point Ann Rowe"],"answer":""}`},
		{"the last worker", noting(bornWhere, but(5), `{"facts":[{"claim":"The lighthouse of Skerry Point was built by Ann Rowe.","ids":[2]}],"open":["x"],"answer":""}`),
			`{"facts":[{"claim":"The lighthouse of Skerry Point was built by Ann Rowe.","ids":[2]},{"claim":"Ann Rowe was born in the town of Harwick in 1801.","ids":[9]}],"open":[],"answer":"Harwick"}`},
		{"a worker that reads the same again", noting(bornWhere, but(9), `{"facts":[{"claim":"The lighthouse of Skerry Point was built by Ann Rowe.","ids":[2]}]}`),
			`{"facts":[{"claim":"The lighthouse of Skerry Point was built by Ann Rowe.","ids":[2,5]}],"open":["Skerry Point Ann Rowe"],"answer":""}`},
		{"no more facts than allowed", about(story(), "", set().Note(prompts.Note{Question: bornWhere, MaxFacts: 1})),
			`{"facts":[{"claim":"The lighthouse of Skerry Point was built by Ann Rowe.","ids":[5]}],"open":[],"answer":"Harwick"}`},

		{"an answer", answering(bornWhere, story()), "The answer is Harwick. [9][5]\nSHORT: Harwick"},
		{"an answer from a passage", answering(litWhen, story()), "The answer is 1847. [6]\nSHORT: 1847"},
		{"an answer from notes", about(story(), "", set().Answer(prompts.Answer{Question: bornWhere, Selected: "[5] [9]", Notes: `{"answer":"Oslo"}`})),
			"The answer is Harwick. [9][5]\nSHORT: Harwick"},
		{"notes are no evidence", about(but(9), "", set().Answer(prompts.Answer{Question: bornWhere,
			Notes: `{"facts":[{"claim":"Ann Rowe was born in the town of Harwick in 1801.","ids":[9]}],"answer":"Harwick"}`})),
			"NOT FOUND: The sentences do not say all that an answer rests on."},
		{"no answer", answering(painter, story()), "NOT FOUND: The sentences do not say all that an answer rests on."},

		{"verdicts", verifying(
			prompts.Claim{Number: 1, Question: bornWhere, Statement: "The answer is Harwick.", Passages: []string{"Born in Harwick.", "x"}},
			prompts.Claim{Number: 2, Question: bornWhere, Statement: "It was in 1801.", Passages: []string{"It was 1802."}}),
			`{"verdicts":[{"statement":1,"support":"full","why":""},{"statement":2,"support":"none","why":"the passages do not say 1801"}]}`},
		{"a choice", choosing(bornWhere, "No answer: nothing is said.", "In Harwick."), `{"best":2}`},
		{"a choice of nothing", choosing(bornWhere, "No answer: nothing is said.", "No answer: no."), `{"best":1}`},
		{"again after a refused reply", append(answering(bornWhere, story()), set().Repair("Sure!", "it has no numbers")...), "The answer is Harwick. [9][5]\nSHORT: Harwick"},
	}
	f := Start(t, Options{Key: storyKey()})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, post(t, f, body(tt.messages, nil)).whole(t).text); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAnAnswerCitesThreeSentencesAtATime(t *testing.T) {
	key := Key{{Question: "Who?", Answers: []string{"A. B."}, Answerable: true}}
	for _, n := range story()[1:6] {
		key[0].Evidence = append(key[0].Evidence, n.Text)
	}
	f := Start(t, Options{Key: key})
	got := post(t, f, body(answering("Who?", story()), nil)).whole(t).text
	if want := "The answer is A. B. [5][6][7] It also rests on this. [8][9]\nSHORT: A. B."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestOfSeveralEntriesTheOneThatIsShownCounts(t *testing.T) {
	key := append(storyKey(), Entry{Question: bornWhere, Answers: []string{"Oslo"}, Answerable: true, Evidence: []string{"It was lit for the first time in 1847."}})
	f := Start(t, Options{Key: key})
	if got := post(t, f, body(answering(bornWhere, but(9)), nil)).whole(t).text; got != "The answer is Oslo. [6]\nSHORT: Oslo" {
		t.Errorf("%q", got)
	}
	if !f.Calls()[0].GoldShown {
		t.Error("the call does not say that gold was shown")
	}
}

func TestFindPutsGoldTogether(t *testing.T) {
	const gold = "It was lit for the first time in 1847. Ships from Bergen and Oslo saw it first. Yes."
	tests := []struct {
		name  string
		gold  string
		shown []string
		want  seen
	}{
		{"a sentence holds it", gold, []string{"x", "He said: " + gold + " So."}, seen{[]int{1}, true}},
		{"in other case and white space", gold, []string{"IT was lit  for the\nfirst time in 1847. ships from Bergen and Oslo saw it first. YES."}, seen{[]int{0}, true}},
		{"it is cut at other places", gold, []string{"Before. It was lit for the first time", "in 1847. Ships from Bergen", "and Oslo saw it first. Yes. After that, nothing."}, seen{[]int{0, 1, 2}, true}},
		{"a short sentence fills what is left", gold, []string{"Yes.", "It was lit for the first time in 1847.", "Ships from Bergen and Oslo saw it first."}, seen{[]int{0, 1, 2}, true}},
		{"a short sentence alone is nothing", gold, []string{"Yes.", "in 1847"}, seen{nil, false}},
		{"a part is not all", gold, []string{"Yes.", "Ships from Bergen and Oslo saw it first."}, seen{[]int{1}, false}},
		{"punctuation may be missing", "It was lit for the first time in 1847.", []string{"It was lit for the first time in 1847"}, seen{[]int{0}, true}},
		{"a short text that is a sentence", "Yes.", []string{"No.", "yes."}, seen{[]int{1}, true}},
		{"a short text inside a word", "east", []string{"the least of all"}, seen{nil, false}},
		{"a short text between words", "east", []string{"far (east) of all"}, seen{[]int{0}, true}},
		{"where one holds it, parts are not needed", gold, []string{"Ships from Bergen and Oslo saw it first.", gold}, seen{[]int{1}, true}},
		{"a heading is no part", gold, []string{"# Ships from Bergen and Oslo", "It was lit for the first time in 1847."}, seen{[]int{1}, false}},
		{"a heading may be gold", "Ships from Bergen and Oslo", []string{"# Ships from Bergen and Oslo"}, seen{[]int{0}, true}},
		{"Chinese", "灯塔于一八四七年首次点亮。", []string{"导言", "灯塔于一八四七年首次点亮。"}, seen{[]int{1}, true}},
		{"a letter of several bytes at the cut", "ééééééééééé and then ééééééééééé", []string{"ééééééééééé and", "then ééééééééééé"}, seen{[]int{0, 1}, true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var shown []line
			for _, s := range tt.shown {
				shown = append(shown, line{text: fold(strings.TrimPrefix(s, "# ")), heading: strings.HasPrefix(s, "# ")})
			}
			got := find(fold(tt.gold), shown)
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(seen{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}
