package layout

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/document"
)

// sheetOf sets lines of text in a size, each at a place.
func sheetOf(size float32, lines ...placed) *Sheet {
	s := &Sheet{Width: 600, Height: 800, Objects: 1, Styles: []Style{{Size: size, Base: 0.8 * size}}}
	for _, l := range lines {
		x := l.x
		for _, r := range l.text {
			s.Chars = append(s.Chars, Char{Rune: r, X0: x, Y0: l.y, X1: x + size/2, Y1: l.y + size})
			x += size / 2
		}
		s.Chars = append(s.Chars, Char{Rune: '\n', Style: -1})
	}
	return s
}

type placed struct {
	x, y float32
	text string
}

func write(t testing.TB, sheets ...*Sheet) *document.Document {
	t.Helper()
	var in Input
	for _, s := range sheets {
		in.Pages = append(in.Pages, NewPage(s))
	}
	b := document.NewBuilder()
	Write(b, in)
	d, err := b.Document()
	if err != nil {
		if err != document.ErrNoText {
			t.Fatal(err)
		}
		return nil
	}
	if err := d.Validate(); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestLines(t *testing.T) {
	tests := []struct {
		name  string
		lines []placed
		want  string
	}{
		{"soft line ends become spaces", []placed{{50, 100, "the rain fell on the roofs of the"}, {50, 112, "houses by the sea"}},
			"the rain fell on the roofs of the houses by the sea"},
		{"a divided word is joined", []placed{{50, 100, "the rain fell on the roofs of the hou-"}, {50, 112, "ses by the sea"}},
			"the rain fell on the roofs of the houses by the sea"},
		{"a word with a hyphen elsewhere keeps it", []placed{{50, 100, "a long-term view is not only a long-"}, {50, 112, "term plan"}},
			"a long-term view is not only a long-term plan"},
		{"Chinese lines are joined without a space", []placed{{50, 100, "敏捷的棕色狐狸跳过"}, {50, 112, "懒狗"}},
			"敏捷的棕色狐狸跳过懒狗"},
		{"Arabic words are read from the right", []placed{{90, 100, "ملاع"}, {50, 100, "ابحرم"}},
			"ملاع ابحرم"},
		{"order drawn does not matter", []placed{{50, 112, "and then the second line of it"}, {50, 100, "first comes the line above it"}},
			"first comes the line above it and then the second line of it"},
		{"an accent before its letter", []placed{{50, 100, "na¨ıve"}}, "naïve"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, write(t, sheetOf(10, test.lines...)).Text); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRunningHeadsAreDroppedAndChapterHeadsAreNot(t *testing.T) {
	var sheets []*Sheet
	want := ""
	for i := range 6 {
		n := string(rune('1' + i))
		chapter := string(rune('9' - i)) // does not grow with the pages
		sheets = append(sheets, sheetOf(10, placed{200, 30, "A History of Rain"}, placed{50, 60, "Chapter " + chapter},
			placed{50, 90, "Only page " + n + " says what it says about the rain of that year."}, placed{300, 770, n}))
		want += "Chapter " + chapter + "\n\nOnly page " + n + " says what it says about the rain of that year.\n\n"
	}
	if diff := cmp.Diff(want, write(t, sheets...).Text+"\n\n"); diff != "" {
		t.Error(diff)
	}
}

// FuzzWrite sets characters at any places and checks every invariant of what
// comes out.
func FuzzWrite(f *testing.F) {
	f.Add([]byte("Some words\nand more of them | 12 34 56"), uint8(7))
	f.Add([]byte("a\x00b\xffc 1 2 3\n\n-\n- x"), uint8(90))
	f.Fuzz(func(t *testing.T, data []byte, step uint8) {
		const perPage = 200
		var sheets []*Sheet
		for len(data) > 0 && len(sheets) < 5 {
			n := min(perPage, len(data))
			sheets = append(sheets, fuzzedSheet(data[:n], float32(step)))
			data = data[n:]
		}
		if len(sheets) > 0 {
			write(t, sheets...)
		}
	})
}

func fuzzedSheet(data []byte, step float32) *Sheet {
	s := &Sheet{Width: 600, Height: 800, Styles: []Style{
		{Size: 10, Base: 8}, {Size: 6, Base: 5, Bold: true}, {Size: 14, Base: 11, Angle: 90}, {Size: 0, Angle: 180}, {Size: 10, Angle: 270}}}
	x, y := float32(20), float32(20)
	for i, c := range data {
		r := rune(c)
		switch {
		case c > 240:
			r = 'ا' + rune(c&15)
		case c > 220:
			r = '中' + rune(c)
		}
		style := int32(i/16) % int32(len(s.Styles))
		if r == '\n' {
			style = -1
		}
		s.Chars = append(s.Chars, Char{Rune: r, X0: x, Y0: y, X1: x + 5, Y1: y + 10, Style: style})
		if x += 5 + step*float32(c%7)/3; x > 650 {
			x, y = float32(c)-30, y+float32(c%23)
		}
	}
	return s
}
