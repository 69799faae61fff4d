package lexical_test

import (
	"testing"

	"footnote/retrieval"
	"footnote/retrieval/lexical"
)

func TestMatchTellsHowMuchOfTheQuestionIsThere(t *testing.T) {
	x := lexical.New(lexical.Options{})
	x.Replace("a", entries("en",
		"The lighthouse keeper wrote letters every evening.",
		"Only waves and stones.",
		"The island has a well and a stable."))
	match := func(query string) float64 {
		ps := x.Search(query, retrieval.Filter{}, 1)
		if len(ps) == 0 {
			t.Fatalf("%q finds nothing", query)
		}
		return ps[0].Match
	}
	all, some, little := match("lighthouse keeper letters"), match("lighthouse keeper telescopes"), match("island telescopes submarines volcanoes wages")
	if !(all > some && some > little) {
		t.Errorf("matches %.2f, %.2f, %.2f do not fall", all, some, little)
	}
	if all <= 0.4 || all > 1 || little <= 0 || little > 0.2 {
		t.Errorf("all words match %.2f, one of five %.2f", all, little)
	}
	x.Replace("b", entries("de", "Der Leuchtturmwärter schrieb Briefe."))
	if got := match("lighthouse keeper letters"); got < all-0.1 {
		t.Errorf("beside a document in another language the match is %.2f, alone %.2f", got, all)
	}
}
