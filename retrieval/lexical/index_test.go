package lexical_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/document"
	"footnote/retrieval"
	"footnote/retrieval/lexical"
)

// entries makes one chunk of each text.
func entries(lang string, texts ...string) []retrieval.Entry {
	var out []retrieval.Entry
	for i, t := range texts {
		out = append(out, retrieval.Entry{Chunk: document.Chunk{Ordinal: i}, Text: t, Language: lang})
	}
	return out
}

// names writes passages as document:ordinal, best first.
func names(ps []retrieval.Passage) string {
	var out []string
	for _, p := range ps {
		out = append(out, fmt.Sprintf("%s:%d", p.Chunk.Doc, p.Chunk.Ordinal))
	}
	return strings.Join(out, " ")
}

func search(x *lexical.Index, query string, docs ...document.ID) string {
	return names(x.Search(query, retrieval.Filter{Documents: docs}, 10))
}

func TestSearchRanks(t *testing.T) {
	x := lexical.New(lexical.Options{})
	x.Replace("a", entries("en",
		"The lighthouse keeper wrote letters every evening.",
		"Letters were rare on the island.",
		"Nothing of interest here, only waves and stones.",
		"letters letters letters about the keeper"))
	x.Replace("b", entries("en", "A keeper of bees.", "Letters were rare on the island."))
	x.Replace("c", entries("de", "Der Leuchtturmwärter schrieb Briefe.", "Tesla starb 1943."))
	x.Replace("d", entries("zh", "特斯拉于 1943 年 1 月 7 日去世。"))
	for _, c := range []struct{ name, query, want string }{
		{"chunks with the rarer term first", "keeper lighthouse", "a:0 b:0 a:3"},
		{"equal chunks in order of document", "rare island", "a:1 b:1"},
		{"inflected forms", "keepers' letter", "a:3 a:0 b:0 a:1 b:1"},
		{"each chunk in its own language", "1943", "c:1 d:0"},
		{"a language by its own words", "Brief", "c:0"},
		{"Chinese by pairs", "特斯拉去世", "d:0"},
		{"nothing for words that do not occur", "submarine", ""},
		{"nothing for stop words", "what is the", ""},
		{"nothing for nothing", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := search(x, c.query); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestHeaderIsSearched(t *testing.T) {
	x := lexical.New(lexical.Options{})
	e := entries("en", "It was finished in 1889.", "It was finished in 1930.")
	e[0].Chunk.Header = "Paris > Eiffel Tower"
	e[1].Chunk.Header = "New York > Chrysler Building"
	x.Replace("a", e)
	if got := search(x, "When was the Eiffel Tower finished?"); got != "a:0 a:1" {
		t.Errorf("got %q", got)
	}
}

func TestFilterRestrictsBeforeRanking(t *testing.T) {
	x := lexical.New(lexical.Options{})
	for i := range 30 {
		x.Replace(document.ID(fmt.Sprintf("d%02d", i)), entries("en", "common words", fmt.Sprintf("number%d words", i)))
	}
	if got := search(x, "words", "d07", "d03", "d07", "unknown"); got != "d03:0 d03:1 d07:0 d07:1" {
		t.Errorf("got %q", got)
	}
	if got := x.Search("words", retrieval.Filter{Documents: []document.ID{}}, 10); len(got) != 0 {
		t.Errorf("no document allowed, found %v", names(got))
	}
	if got := x.Search("words", retrieval.Filter{}, 0); len(got) != 0 {
		t.Errorf("k is 0, found %v", names(got))
	}
}

func TestReplaceAndDeleteLeaveNothingBehind(t *testing.T) {
	x := lexical.New(lexical.Options{})
	x.Replace("a", entries("en", "old words", "older words"))
	x.Replace("b", entries("en", "other words"))
	x.Replace("a", entries("en", "new words"))
	if got := search(x, "old older new"); got != "a:0" {
		t.Errorf("after replacing: %q", got)
	}
	x.Delete("a")
	x.Delete("never there")
	if got := search(x, "words"); got != "b:0" {
		t.Errorf("after deleting: %q", got)
	}
	x.Replace("b", nil)
	if x.Len() != 0 || x.Chunks() != 0 {
		t.Errorf("%d documents, %d chunks are left", x.Len(), x.Chunks())
	}
}

// TestHistoryDoesNotMatter makes the same index in many steps and in one.
func TestHistoryDoesNotMatter(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	grown, final := lexical.New(lexical.Options{}), make(map[document.ID][]retrieval.Entry)
	for step := range 600 {
		id := document.ID(fmt.Sprintf("d%03d", r.IntN(150)))
		if step%5 == 0 {
			grown.Delete(id)
			delete(final, id)
			continue
		}
		lang := []string{"en", "de"}[r.IntN(2)]
		e := entries(lang, randomText(r), randomText(r), randomText(r))[:r.IntN(3)+1]
		grown.Replace(id, e)
		final[id] = e
	}
	loaded := lexical.New(lexical.Options{})
	loaded.Load(func(yield func(document.ID, []retrieval.Entry) bool) {
		for id, e := range final {
			if !yield(id, e) {
				return
			}
		}
	})
	if grown.Len() != len(final) || loaded.Len() != len(final) || grown.Chunks() != loaded.Chunks() {
		t.Fatalf("%d and %d documents, want %d; %d and %d chunks", grown.Len(), loaded.Len(), len(final), grown.Chunks(), loaded.Chunks())
	}
	for range 200 {
		query := randomText(r)
		k := r.IntN(40) + 1
		want := loaded.Search(query, retrieval.Filter{}, k)
		if diff := cmp.Diff(want, grown.Search(query, retrieval.Filter{}, k)); diff != "" {
			t.Fatalf("query %q, k %d: %s", query, k, diff)
		}
	}
}

// TestCuttingListsShortChangesNothing compares small k, where lists are left
// unread, with the head of a search for everything.
func TestCuttingListsShortChangesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	x := lexical.New(lexical.Options{})
	for i := range 400 {
		x.Replace(document.ID(fmt.Sprintf("d%03d", i)), entries("en", randomText(r), randomText(r), randomText(r)))
	}
	var half []document.ID
	for i := 0; i < 400; i += 2 {
		half = append(half, document.ID(fmt.Sprintf("d%03d", i)))
	}
	for i := range 300 {
		f := retrieval.Filter{}
		if i%2 == 0 {
			f.Documents = half
		}
		query := randomText(r)
		all := x.Search(query, f, 2000)
		k := min(r.IntN(20)+1, len(all))
		if diff := cmp.Diff(all[:k], x.Search(query, f, k)); diff != "" {
			t.Fatalf("query %q, k %d: %s", query, k, diff)
		}
	}
}

// randomText makes up to 30 words, a few of them frequent.
func randomText(r *rand.Rand) string {
	words := make([]string, r.IntN(30)+1)
	for i := range words {
		words[i] = fmt.Sprintf("w%d", int(r.ExpFloat64()*r.ExpFloat64()*30))
	}
	return strings.Join(words, " ")
}

func TestSearchSeesAllOfAReplaceOrNone(t *testing.T) {
	x := lexical.New(lexical.Options{})
	versions := [][]retrieval.Entry{
		entries("en", "red word", "red word", "red word"),
		entries("en", "blue word", "blue word"),
	}
	x.Replace("a", versions[0])
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(done)
		for i := range 300 {
			x.Replace("a", versions[i%2])
			x.Replace(document.ID(fmt.Sprintf("other%d", i%40)), entries("en", "something else"))
		}
	})
	for {
		select {
		case <-done:
			wg.Wait()
			return
		default:
		}
		if got := len(x.Search("word", retrieval.Filter{}, 10)); got != 2 && got != 3 {
			t.Fatalf("found %d chunks, want all of one version", got)
		}
		red, blue := len(x.Search("red", retrieval.Filter{}, 10)), 0
		if red != 0 && red != 3 {
			t.Fatalf("found %d of 3 red and %d blue", red, blue)
		}
	}
}

// A merge once dropped a segment that was of the merged class but one too many
// for it.
func TestMergingKeepsASeventeenthSegment(t *testing.T) {
	many := func(n int) []retrieval.Entry {
		texts := make([]string, n)
		for i := range texts {
			texts[i] = fmt.Sprintf("The lighthouse of number %d stands.", i)
		}
		return entries("en", texts...)
	}
	x := lexical.New(lexical.Options{})
	x.Load(func(yield func(document.ID, []retrieval.Entry) bool) {
		_ = yield("kept", many(120)) && yield("again", many(10))
	})
	for i := range 15 {
		x.Replace(document.ID(fmt.Sprintf("d%02d", i)), many(10))
	}
	x.Replace("again", many(10)) // the loaded segment shrinks into the class of the fifteen
	for _, c := range []struct {
		doc  document.ID
		want int
	}{{"again", 10}, {"kept", 120}, {"d00", 10}} {
		got := len(x.Search("lighthouse", retrieval.Filter{Documents: []document.ID{c.doc}}, 200))
		if got != c.want {
			t.Errorf("%s: %d chunks found, want %d", c.doc, got, c.want)
		}
	}
	if x.Chunks() != 280 {
		t.Errorf("%d chunks, want 280", x.Chunks())
	}
}
