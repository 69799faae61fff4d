package document

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func sentencesOfParagraph(t *testing.T, text string) []string {
	t.Helper()
	b := NewBuilder()
	b.Paragraph(text)
	d, err := b.Document()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Validate(); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, s := range d.Sentences {
		out = append(out, d.Quote(s.Span))
	}
	return out
}

func TestSentences(t *testing.T) {
	for name, want := range map[string][]string{
		"a title before a name does not end a sentence": {"Dr. Smith met Prof. Jones.", "They spoke."},
		"a reference to a section stays whole":          {"See Sec. 4.2 and Fig. 3 for details.", "It is short."},
		"a citation by author and year stays whole":     {"Shown by Lee et al. (2021) in mice.", "Others differ."},
		"et al. can end a sentence":                     {"It was found by Lee et al.", "The rest is known."},
		"initials belong to the name":                   {"John F. Kennedy won.", "J. R. R. Tolkien wrote."},
		"U.S. before a name does not end a sentence":    {"The U.S. Army left.", "It was 1945."},
		"U.S. before a usual first word does":           {"He left the U.S.", "The war was over."},
		"decimals and version numbers stay whole":       {"It grew 3.5 percent to $1,234.56 in v2.0.1.", "Then it fell."},
		"a company's ending stays whole":                {"Acme Inc. reported a loss.", "Acme Inc.", "The board resigned."},
		"bracketed citations stay with their sentence":  {"It grew.[12][13]", "The rest fell.[a]", "End."},
		"a footnote number glued to a full stop":        {"Revenue declined sharply.12", "The board met."},
		"a month before a day":                          {"On Jan. 5 it rained.", "It stopped."},
		"a list marker belongs to its item":             {"1. Wash the apples.", "2. Peel them."},
		"a name that ends in a bang goes on":            {"Yahoo! was bought.", "Who paid?", "Nobody knows."},
		"quotes close their sentence":                   {"He said “Stop.”", "She did."},
		"Chinese":                                       {"他来了。", "她走了！", "为什么？"},
		"Japanese":                                      {"これは本です。", "あれは「ペン。」と言う。"},
		"Arabic question mark":                          {"من هو؟", "هو طبيب."},
		"German abbreviations":                          {"Das gilt z.B. für Berlin, vgl. Abs. 3 der Satzung.", "Mehr nicht."},
		"a number and its unit":                         {"Use approx. 5 kg.", "No. 7 is best."},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(want, sentencesOfParagraph(t, strings.Join(want, " "))); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestLongSentencesAreCutAtAClause(t *testing.T) {
	got := sentencesOfParagraph(t, strings.Repeat("the lessee shall pay the rent; ", 200))
	for _, s := range got {
		if len(s) > maxSentence {
			t.Errorf("sentence of %d bytes", len(s))
		}
		if !strings.HasSuffix(s, ";") {
			t.Errorf("cut inside a clause: %q", s[len(s)-20:])
		}
	}
}

func TestALineOf50000CharactersIsCut(t *testing.T) {
	for name, line := range map[string]string{
		"without spaces": strings.Repeat("x", 50_000),
		"Chinese":        strings.Repeat("字", 50_000),
		"Thai":           strings.Repeat("ภาษาไทยไม่มีจุด ", 3_000),
		"Thai, no space": strings.Repeat("ก", 50_000) + " " + strings.Repeat("ข", 500),
	} {
		t.Run(name, func(t *testing.T) {
			for _, s := range sentencesOfParagraph(t, line) {
				if len(s) > maxSentence {
					t.Fatalf("sentence of %d bytes", len(s))
				}
			}
		})
	}
}

func TestThaiIsCutAtSpaces(t *testing.T) {
	got := sentencesOfParagraph(t, strings.TrimSpace(strings.Repeat("กฎหมายว่าด้วยภาษีเงินได้บุคคลธรรมดา ", 30)))
	if len(got) < 5 {
		t.Errorf("%d sentences, want several", len(got))
	}
}

func FuzzBuilder(f *testing.F) {
	f.Add("One. Two [1]. Dr. X.[12] e.g. y", uint8(0))
	f.Add("a | b\nc | d", uint8(3))
	f.Add("\xff\xfe\u00ad\u200b ﬁ", uint8(6))
	f.Fuzz(func(t *testing.T, text string, how uint8) {
		b := NewBuilder()
		if how&8 != 0 {
			b.StartPage("", 100, 100)
		}
		for i, line := range strings.Split(text, "\n") {
			switch (int(how) + i) % 7 {
			case 0, 1:
				b.Paragraph(line)
			case 2:
				b.Heading(int(how)%5+i%3, line)
			case 3:
				b.Table([][]string{strings.Split(line, "|"), strings.Split(line, " ")}, i%2)
			case 4:
				b.Code(line)
			case 5:
				b.Item(line)
			case 6:
				b.Begin(Paragraph)
				b.Place(b.Write(line), Box{0, 0, 1, 1})
				if len(b.doc.Pages) > 0 {
					b.StartPage("", 1, 1)
				}
				b.Write(" " + line)
			}
		}
		d, err := b.Document()
		if err != nil {
			return
		}
		if err := d.Validate(); err != nil {
			t.Fatal(err)
		}
	})
}
