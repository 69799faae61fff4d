package model

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"footnote/reasoning"
)

// written reads a reply, cut into tokens, and returns the draft and the text
// that was handed on, with the numbers in brackets.
func written(tokens ...string) (reasoning.Draft, string, *sight) {
	s := newSight(shown())
	var b strings.Builder
	w := newWriter(s, func(p reasoning.Piece) {
		b.WriteString(p.Text + marked(p.Numbers))
	})
	for _, token := range tokens {
		w.write(token)
	}
	w.close()
	return w.draft, b.String(), s
}

func marked(numbers []int) string {
	if len(numbers) == 0 {
		return ""
	}
	return " " + strings.Trim(fmt.Sprint(numbers), "[]")
}

// told is a draft in one line a statement.
func told(d reasoning.Draft) string {
	var lines []string
	for _, st := range d.Statements {
		line := st.Text + marked(st.Numbers)
		if st.Doubt != "" {
			line += " ?"
		}
		lines = append(lines, line)
	}
	if d.Short != "" {
		lines = append(lines, "short: "+d.Short)
	}
	if d.Abstained {
		lines = append(lines, "abstains: "+d.Missing)
	}
	return strings.Join(lines, "\n")
}

func TestRepliesBecomeStatements(t *testing.T) {
	const quote = "The quay was rebuilt in granite between 1706 and 1711 under the master builder Hanne Oste."
	for name, c := range map[string]struct {
		reply, want string
		tally       reasoning.Tally
	}{
		"as asked":                               {"She was born in Kell. [13]\nSHORT: Kell", "She was born in Kell. 13\nshort: Kell", reasoning.Tally{}},
		"two statements":                         {"Oste built it. [12] She was born in Kell. [13][12]", "Oste built it. 12\nShe was born in Kell. 13 12", reasoning.Tally{}},
		"the stop behind the numbers":            {"She was born in Kell [13]. Oste built it [12].", "She was born in Kell. 13\nOste built it. 12", reasoning.Tally{}},
		"a stop on both sides":                   {"She was born in Kell. [13].", "She was born in Kell. 13", reasoning.Tally{}},
		"numbers on the next line":               {"She was born in Kell.\n[13]\n\nSHORT: Kell", "She was born in Kell. 13\nshort: Kell", reasoning.Tally{}},
		"numbers in the middle":                  {"Oste [12], who was born in Kell [13], built it.", "Oste 12\n, who was born in Kell 13\n, built it.", reasoning.Tally{}},
		"ranges and lists":                       {"All of it. [11-13] And more. [12, 14]", "All of it. 11 12 13\nAnd more. 12 14", reasoning.Tally{}},
		"marks of other kinds":                   {"Kell【13†source】 is where.", "Kell 13\nis where.", reasoning.Tally{}},
		"words before the number":                {"In Kell. [Sentence 13]", "In Kell. 13", reasoning.Tally{}},
		"sentences before the numbers have none": {"Oste built it. She was born in Kell. [13]", "Oste built it.\nShe was born in Kell. 13", reasoning.Tally{}},
		"numbers that were not shown":            {"In Kell. [13][99] Or not. [3]", "In Kell. 13\nOr not.", reasoning.Tally{DroppedIDs: 2}},
		"brackets that are text":                 {"She [sic] was born [in Kell]. [13]", "She [sic] was born [in Kell]. 13", reasoning.Tally{}},
		"a list":                                 {"- The quay [12]\n- The ferry [14]", "- The quay 12\n- The ferry 14", reasoning.Tally{}},
		"bold":                                   {"**Kell** is where. [13]\n**SHORT:** **Kell**", "Kell is where. 13\nshort: Kell", reasoning.Tally{}},
		"it is not found":                        {"NOT FOUND: the year of her death.", "abstains: the year of her death.", reasoning.Tally{}},
		"it is not found, in other letters":      {"\n**Not found:** the year\nof her death", "abstains: the year of her death", reasoning.Tally{}},
		"words that begin like a mark":           {"Shortly before 1711 it was done. [12]", "Shortly before 1711 it was done. 12", reasoning.Tally{}},
		"a quote instead of a number":            {"Oste built it. [\"" + quote + "\"]", "Oste built it. 12", reasoning.Tally{RepairedQuotes: 1}},
		"an invented quote instead of a number":  {"Oste built it. [\"The quay was built by the gods of the lake.\"]", "Oste built it.", reasoning.Tally{FabricatedQuotes: 1}},
		"a quotation with its number":            {"It says “rebuilt in granite between 1706 and 1711”. [12]", "It says “rebuilt in granite between 1706 and 1711”. 12", reasoning.Tally{}},
		"a quotation with another number":        {"The ferry said “Hanne Oste was born in Kell in 1668”. [14]", "The ferry said “Hanne Oste was born in Kell in 1668”. 14 13", reasoning.Tally{}},
		"a quotation without a number":           {"It says “rebuilt in granite between 1706 and 1711”.", "It says “rebuilt in granite between 1706 and 1711”. 12", reasoning.Tally{RepairedQuotes: 1}},
		"a quotation that is nearly right":       {"It says “The quay was rebuilt in marble between 1706 and 1711 under the master builder Hanne Oste”. [12]", "It says “" + quote + "”. 12", reasoning.Tally{RepairedQuotes: 1}},
		"an invented quotation":                  {"It says \"the quay was eaten by mice in 1999\". [12]", "It says the quay was eaten by mice in 1999. 12 ?", reasoning.Tally{FabricatedQuotes: 1}},
		"a term of the documents":                {"The \"master builder\" came. [12]", "The \"master builder\" came. 12", reasoning.Tally{}},
		"a quotation over two lines":             {"It says \"the quay\nwas eaten by mice\". [12]", "It says the quay ?\nwas eaten by mice. 12 ?", reasoning.Tally{FabricatedQuotes: 2}},
		"a quotation that is not closed":         {"It says “the quay was eaten. [12]", "It says the quay was eaten. 12 ?", reasoning.Tally{FabricatedQuotes: 1}},
		"a quotation in other marks":             {"Er sagt »the quay was eaten by mice«. [12]", "Er sagt the quay was eaten by mice. 12 ?", reasoning.Tally{FabricatedQuotes: 1}},
		"a number inside a quotation":            {"\"Hanne Oste was born in Kell in 1668. [13]\"", "\"Hanne Oste was born in Kell in 1668.\" 13", reasoning.Tally{}},
		"a quotation in the short answer":        {"In Kell. [13]\nSHORT: \"eaten by hungry mice\"", "In Kell. 13\nshort: eaten by hungry mice", reasoning.Tally{FabricatedQuotes: 1}},
		"a quotation in what is missing":         {"NOT FOUND: it says \"eaten by hungry mice\"", "abstains: it says eaten by hungry mice", reasoning.Tally{FabricatedQuotes: 1}},
		"brackets in brackets":                   {"In Kell. [[13]]", "In Kell. 13", reasoning.Tally{}},
		"a number of twenty digits":              {"In Kell. [99999999999999999999]", "In Kell.", reasoning.Tally{DroppedIDs: 1}},
		"digits of other scripts":                {"In Kell. [١٣]［１２］", "In Kell. 13 12", reasoning.Tally{}},
		"a title in quotation marks":             {"The \"Blue Swan\" sank. [14]", "The Blue Swan sank. 14 ?", reasoning.Tally{FabricatedQuotes: 1}},
		"a picture to be fetched":                {"In Kell ![x](https://evil.example/?q=1). [13]", "In Kell ![x]\n(https://evil.example/?q=1). 13", reasoning.Tally{}},
		"an open quotation mark":                 {"A 5\" pipe. [14]", "A 5\" pipe. 14", reasoning.Tally{}},
		"an open bracket":                        {"In Kell [13", "In Kell [13", reasoning.Tally{}},
		"Chinese":                                {"她生于凯尔。[13]她建了码头。[12]", "她生于凯尔。 13\n她建了码头。 12", reasoning.Tally{}},
		"numbers as text in a list":              {"In Kell. [\"[13]\"][\"12\"]", "In Kell. 13 12", reasoning.Tally{}},
		"numbers with a comma":                   {"In Kell. [13,][12,]", "In Kell. 13 12", reasoning.Tally{}},
		"numbers below one":                      {"In Kell. [0][-2]", "In Kell.", reasoning.Tally{DroppedIDs: 2}},
		"a code fence":                           {"```text\nIn Kell. [13]\n```\nSHORT: Kell\n```", "In Kell. 13\nshort: Kell", reasoning.Tally{}},
		"nothing":                                {" \n ", "", reasoning.Tally{}},
	} {
		t.Run(name, func(t *testing.T) {
			draft, _, s := written(c.reply)
			if diff := cmp.Diff(c.want, told(draft)); diff != "" {
				t.Error(diff)
			}
			if s.tally != c.tally {
				t.Errorf("tally %+v, want %+v", s.tally, c.tally)
			}
		})
	}
}

// FuzzWriter checks what holds for every reply: how it is cut into tokens makes
// no difference, what is handed on is what the statements say, and only numbers
// that were shown come through.
func FuzzWriter(f *testing.F) {
	f.Add("She was born in Kell. [13]\nSHORT: Kell", uint8(1))
	f.Add("Oste [12], who “was born in Kell in 1668”【13†x】.\n\n- a [99]\n[14] NOT FOUND: b", uint8(3))
	f.Add("\"a b c d\" [\"Hanne Oste was born in Kell in 1668.\"].\nnot found: x", uint8(7))
	f.Add("她生于凯尔。[13]** [1-900] \"", uint8(2))
	f.Fuzz(func(t *testing.T, reply string, size uint8) {
		if !utf8.ValidString(reply) {
			return // models send text
		}
		whole, all, _ := written(reply)
		var tokens []string
		for rest := []byte(reply); len(rest) > 0; {
			n := min(int(size%7)+1, len(rest))
			tokens = append(tokens, string(rest[:n]))
			rest = rest[n:]
		}
		parts, streamed, _ := written(tokens...)
		if diff := cmp.Diff(whole, parts); diff != "" {
			t.Errorf("cut into %d tokens it is another draft: %s", len(tokens), diff)
		}
		var b strings.Builder
		for _, st := range parts.Statements {
			b.WriteString(st.Gap + st.Text + marked(st.Numbers))
			for _, n := range st.Numbers {
				if !slices.ContainsFunc(shown(), func(s reasoning.Numbered) bool { return s.Number == n }) {
					t.Errorf("number %d was not shown", n)
				}
			}
		}
		if streamed != b.String() || all != streamed {
			t.Errorf("handed on %q and %q, the statements say %q", all, streamed, b.String())
		}
	})
}
