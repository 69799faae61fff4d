package static

import (
	_ "embed"
	"strings"
	"testing"
	"unicode/utf8"
)

//go:embed testdata/texts.txt
var texts string

//go:embed testdata/tokens.golden
var tokens string

// TestTextIsCutAsByTheTeacher compares with what distill wrote down of the
// teacher's own tokenizer, words that it does not know left out.
func TestTextIsCutAsByTheTeacher(t *testing.T) {
	e := open(t)
	pieces := strings.Split(vocabulary, "\n")
	want := strings.Split(strings.TrimSuffix(tokens, "\n"), "\n")
	for i, text := range strings.Split(strings.TrimSuffix(texts, "\n"), "\n") {
		c := cutter{t: e.tokens}
		c.cut(text)
		var got []string
		for _, r := range c.rows {
			got = append(got, pieces[r])
		}
		if s := strings.Join(got, " "); s != want[i] {
			t.Errorf("%q\n got %s\nwant %s", text, s, want[i])
		}
	}
}

func FuzzAnyTextIsCut(f *testing.F) {
	for text := range strings.Lines(texts) {
		f.Add(text)
	}
	f.Add("\xff\xfe\x00 broken \xc3")
	e := open(f)
	f.Fuzz(func(t *testing.T, text string) {
		c := cutter{t: e.tokens}
		c.cut(text)
		if most := 4 * utf8.RuneCountInString(text); len(c.rows) > most { // Hangul falls into three
			t.Errorf("%d pieces of %d characters", len(c.rows), most/4)
		}
		v, err := e.EmbedQuery(t.Context(), text)
		if err != nil {
			t.Fatal(err)
		}
		if !v.IsZero() {
			unitLength(t, v)
		}
	})
}
