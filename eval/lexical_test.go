package eval

import (
	"testing"

	"footnote/reasoning"
)

func TestLexicalJudge(t *testing.T) {
	cites := func(quotes ...string) []reasoning.Evidence {
		var out []reasoning.Evidence
		for _, q := range quotes {
			out = append(out, reasoning.Evidence{Quote: q, Language: "en"})
		}
		return out
	}
	row := reasoning.Evidence{Quote: "Calder | 12", Heads: "Village | Mills", Path: []string{"Vale", "Wheels"}, Title: "Water", Language: "en"}
	tests := []struct {
		name, statement string
		evidence        []reasoning.Evidence
		want            reasoning.Degree
	}{
		{"the same words", "The mill was built in 1901.", cites("The mill was built in 1901."), full},
		{"other forms of the words", "Vale builds mills.", cites("The mills of Vale, and how to build one."), full},
		{"words from two quotes", "The mill of Marrow was built in 1901.", cites("The mill stands in Marrow.", "It was built in 1901."), full},
		{"another number", "The mill was built in 1902.", cites("The mill was built in 1901."), half},
		{"another number among many words", "The old red mill of Marrow was built of brick in 1902.", cites("The old red mill of Marrow was built of brick in 1901."), half},
		{"another name", "The mill of Calder was built in 1901.", cites("The mill of Marrow was built in 1901."), half},
		{"half of the words", "The mill burned down quickly.", cites("The old mill burned."), half},
		{"other words", "Fish are sold here.", cites("The mill was built in 1901."), none},
		{"heads and headings count", "Calder in Vale has 12 mills.", []reasoning.Evidence{row}, full},
		{"nothing to look for", "Yes.", cites("The mill was built in 1901."), none},
		{"no evidence", "The mill was built in 1901.", nil, none},
		{"Chinese", "灯塔建于1846年。", []reasoning.Evidence{{Quote: "这座灯塔建于1846年。", Language: "zh"}}, full},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, spent, err := Lexical{}.Verify(t.Context(), []reasoning.Claim{{Statement: tt.statement, Evidence: tt.evidence}})
			if err != nil || len(got) != 1 || spent != (reasoning.Spent{}) {
				t.Fatalf("verdicts %v, spent %+v, error %v", got, spent, err)
			}
			if got[0].Degree != tt.want {
				t.Errorf("degree %v (%s), want %v", got[0].Degree, got[0].Reason, tt.want)
			}
			if (got[0].Reason == "") != (tt.want == full) {
				t.Errorf("reason %q for %v", got[0].Reason, tt.want)
			}
		})
	}
}

func TestStatementsThatNeedNoCitation(t *testing.T) {
	citing := []string{"The miller of Marrow was called Vale.", "He bought the mill in 1901."}
	tests := []struct {
		name, statement string
		citing          []string
		want            bool
	}{
		{"a summary", "So the miller was Vale.", citing, true},
		{"an introduction", "Here is what is known:", citing, true},
		{"an introduction in Chinese", "已知如下：", citing, true},
		{"an introduction that repeats the question", "About the river Sarn the documents say:", citing, true},
		{"a claim", "The mill burned down.", citing, false},
		{"a name that is new", "So the miller was Orme.", citing, false},
		{"a number that is new", "The miller bought the mill in 1902.", citing, false},
		{"an introduction with a number that is new", "It has 3 parts:", citing, false},
		{"an introduction with a name that is new", "The people of Calder are these:", citing, false},
		{"what only the question says is a claim", "A river runs past the mill.", citing, false},
		{"yes is a claim", "Yes.", citing, false},
		{"nothing is cited", "So the miller was Vale.", nil, false},
		{"an introduction to nothing that is cited", "Here is what is known:", nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := needsNone(tt.statement, "Does the river Sarn run past it?", "en", tt.citing); got != tt.want {
				t.Errorf("needs none: %v, want %v", got, tt.want)
			}
		})
	}
}
