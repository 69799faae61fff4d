package layout

import (
	"strings"
	"unicode"

	"footnote/document"
)

// Cells are told apart by gaps in a row.
const (
	cellEms   = 1.2 // a wider gap ends a cell
	numberEms = 0.5 // between two numbers, or before a currency sign
)

// cell is a run of words in a row without a wide gap.
type cell struct {
	words  []word
	x0, x1 float32
}

func newCell(words []word) cell {
	c := cell{words: words, x0: words[0].x0, x1: words[0].x1}
	for i := range words {
		c.x0, c.x1 = min(c.x0, words[i].x0), max(c.x1, words[i].x1)
	}
	return c
}

func (c *cell) text() string { return join(c.words) }

func (c *cell) numeric() bool { return numeric(c.text()) }

// cellsOf cuts a row at its gaps and at dotted leaders, which are dropped.
func cellsOf(r *row) []cell {
	if r.rtl() {
		return []cell{newCell(r.words)}
	}
	var out []cell
	from := 0
	end := func(to int) {
		if to > from {
			out = append(out, newCell(r.words[from:to:to]))
		}
		from = to
	}
	for i := range r.words {
		if leader(r, i) {
			end(i)
			from = i + 1
			continue
		}
		if i > from && gapEndsCell(&r.words[i-1], &r.words[i]) {
			end(i)
		}
	}
	end(len(r.words))
	if len(out) == 0 { // nothing but dots
		return []cell{newCell(r.words)}
	}
	return joinSigns(out)
}

// leader says whether word i is the dots between a heading and its page.
func leader(r *row, i int) bool {
	w := r.words[i].text
	if strings.Trim(w, ".…·_") != "" || w == "" {
		return false
	}
	if len(w) >= 4 {
		return true
	}
	near := func(j int) bool {
		return j >= 0 && j < len(r.words) && strings.Trim(r.words[j].text, ".…·") == "" && r.words[j].text != ""
	}
	return near(i-1) && near(i-2) || near(i+1) && near(i+2) || near(i-1) && near(i+1)
}

func gapEndsCell(a, b *word) bool {
	gap, size := b.x0-a.x1, max(a.size, b.size)
	if gap > cellEms*size {
		return true
	}
	if gap < numberEms*size {
		return false
	}
	return numeric(a.text) && (numeric(b.text) || opensNumber(b.text))
}

// joinSigns puts a currency sign or an opening bracket to the number that
// follows, and a closing bracket or a percent sign to the one before.
func joinSigns(cells []cell) []cell {
	var out []cell
	for _, c := range cells {
		if n := len(out); n > 0 {
			prev, cur := out[n-1].text(), c.text()
			if opensNumber(prev) && numeric(cur) || closesNumber(cur) && numeric(prev) {
				out[n-1] = newCell(append(out[n-1].words[:len(out[n-1].words):len(out[n-1].words)], c.words...))
				continue
			}
		}
		out = append(out, c)
	}
	return out
}

func opensNumber(s string) bool {
	switch s {
	case "$", "€", "£", "¥", "(", "$(", "US$", "R$", "₹", "$ (":
		return true
	}
	return false
}

func closesNumber(s string) bool {
	switch s {
	case ")", "%", ")%", "%)", "x", "pts", "bps", ") %":
		return true
	}
	return false
}

// numeric says whether a cell holds a figure: digits with the signs around
// them, or the dash that stands for nothing.
func numeric(s string) bool {
	digits, dash := false, false
	for _, r := range s {
		switch {
		case unicode.IsDigit(r):
			digits = true
		case r == '-' || r == '–' || r == '—' || r == '−':
			dash = true
		case strings.ContainsRune(" $€£¥₹()%,.'+*/:", r) || unicode.Is(unicode.No, r):
		case r == 'x' && digits, r == 'N' || r == 'M' || r == 'A':
		default:
			return false
		}
	}
	return digits || dash || strings.Trim(s, " ") == "NM" || s == "N/A" || s == "NA" || s == "N/M"
}

// marker says whether a cell is the bullet or number that opens an item.
func marker(s string) bool {
	if strings.ContainsAny(s, " ") || s == "" {
		return false
	}
	if bullet([]rune(s)[0]) && len([]rune(s)) == 1 {
		return true
	}
	t := strings.Trim(s, "().[]")
	if t == "" || len(t) > 6 {
		return false
	}
	parts := strings.Split(t, ".")
	for _, p := range parts {
		if !enumerator(p) {
			return false
		}
	}
	return s != t || len(parts) > 1
}

// enumerator says whether s counts: digits, one letter or a Roman numeral.
func enumerator(s string) bool {
	if s == "" || len(s) > 5 {
		return false
	}
	if strings.Trim(s, "0123456789") == "" {
		return len(s) <= 3
	}
	if len(s) == 1 {
		return unicode.IsLetter(rune(s[0]))
	}
	return strings.Trim(strings.ToLower(s), "ivx") == ""
}

func bullet(r rune) bool {
	return strings.ContainsRune("•●○▪■□◦‣⁃∙·–—-*►➢➤✓❖", r) || unicode.Is(unicode.Co, r)
}

func letters(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			n += len(string(r))
		}
	}
	return n
}

// tableRow is a row of a table before it is written.
type tableRow struct {
	kind  document.Kind
	cells [][]word
}
