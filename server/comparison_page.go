package server

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"footnote/reasoning"
)

//go:embed comparison.html
var comparisonPage string

// writeComparisonPage writes a page that needs nothing else.
func (s *Server) writeComparisonPage(ctx context.Context, b *bytes.Buffer, c Comparison) error {
	t, err := template.New("comparison").Funcs(template.FuncMap{
		"title": reasoning.Title, "where": placeLine, "pieces": pieces, "kind": kindInWords, "took": tookInWords, "cost": costInWords,
	}).Parse(comparisonPage)
	if err != nil {
		return fmt.Errorf("parse the page of a comparison: %w", err)
	}
	strips, err := s.strips(ctx, c)
	if err != nil {
		return err
	}
	return t.Execute(b, exported{c, strips})
}

// exported is what the page of a comparison shows.
type exported struct {
	Comparison
	Strips []documentStrips
}

// Statement returns what an answer says in a cell.
func (x exported) Statement(answer, n int) Statement { return x.Answers[answer].Statements[n] }

// Who is the one answer that says something in a row, by its title.
func (x exported) Who(r Row) string {
	i := slices.IndexFunc(r.Cells, func(c Cell) bool { return len(c.Statements) > 0 })
	return reasoning.Title(x.Answers[max(i, 0)].Strategy)
}

// Numbers are the citations of an answer at a place.
func (p CitedPlace) Numbers(answer int) []int {
	var out []int
	for _, r := range p.Cited {
		if r.Answer == answer {
			out = append(out, r.Number)
		}
	}
	return out
}

// kindInWords says for people how the answers of a row stand to each other.
func kindInWords(kind, who string) string {
	switch kind {
	case "agree":
		return "= Agree"
	case "more":
		return "+ One says more"
	case "differ":
		return "≠ Differ"
	}
	return "○ Only " + who
}

func tookInWords(ms float64) string {
	if ms < 1000 {
		return strconv.Itoa(int(ms+0.5)) + " ms"
	}
	return strconv.FormatFloat(ms/1000, 'f', 1, 64) + " s"
}

func costInWords(a Answer) string {
	switch {
	case a.Model == "extractive":
		return "none"
	case a.Usage.CostUSD == nil:
		return "unknown"
	}
	return "$" + strconv.FormatFloat(*a.Usage.CostUSD, 'f', 4, 64)
}

// piece is a part of a statement; Only says that no other answer names it.
type piece struct {
	Text string
	Only bool
}

// pieces cuts a text where words of only stand, whole.
func pieces(text string, only []string) []piece {
	var out []piece
	rest := 0
	for at := 0; at < len(text); {
		word := wordAt(text, at, only)
		if word == "" {
			_, n := utf8.DecodeRuneInString(text[at:])
			at += n
			continue
		}
		if at > rest {
			out = append(out, piece{Text: text[rest:at]})
		}
		out = append(out, piece{word, true})
		at += len(word)
		rest = at
	}
	if rest < len(text) {
		out = append(out, piece{Text: text[rest:]})
	}
	return out
}

// wordAt is the longest of words that stands whole at a place.
func wordAt(text string, at int, words []string) string {
	if before, _ := utf8.DecodeLastRuneInString(text[:at]); inWord(before) {
		return ""
	}
	longest := ""
	for _, w := range words {
		if len(w) <= len(longest) || !strings.HasPrefix(text[at:], w) {
			continue
		}
		if after, _ := utf8.DecodeRuneInString(text[at+len(w):]); !inWord(after) {
			longest = w
		}
	}
	return longest
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
