package sheet

import (
	"context"
	"encoding/csv"
	"io"
	"strings"

	"footnote/document"
)

// ReadCSV writes decoded text whose delimiter is found out to b. Damaged
// quoting is read as well as can be. It fails only for ctx, b.Err and more
// than 50 million cells.
func ReadCSV(ctx context.Context, b *document.Builder, text string) error {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	comma := delimiter(text)
	if first, rest, ok := strings.Cut(text, "\n"); ok && len(first) == 5 && strings.HasPrefix(first, "sep=") && strings.Contains(",;\t|:", first[4:]) {
		comma, text = rune(first[4]), rest // as Excel writes it
	}
	w := &rowWriter{ctx: ctx, b: b}
	r := reader(text, comma)
	for {
		cells, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			b.Warn("A part of the table is quoted wrongly; cells may have run together.")
			if len(cells) == 0 {
				continue
			}
		}
		if err := w.record(cells, comma); err != nil {
			return err
		}
	}
	w.end()
	return b.Err()
}

// longestCell is the most lines of a cell that is believed to be quoted on
// purpose.
const longestCell = 200

// record writes a row; one that an unclosed quote let run on is cut at its
// lines again.
func (w *rowWriter) record(cells []string, comma rune) error {
	lines := 0
	for _, c := range cells {
		lines = max(lines, strings.Count(c, "\n"))
	}
	if lines <= longestCell {
		return w.row(cells)
	}
	w.b.Warn("A quote in the table is not closed; the lines after it are read without quotes.")
	for line := range strings.Lines(strings.Join(cells, string(comma))) {
		if err := w.row(strings.Split(strings.TrimSuffix(line, "\n"), string(comma))); err != nil {
			return err
		}
	}
	return nil
}

func reader(text string, comma rune) *csv.Reader {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = comma
	r.LazyQuotes = true
	r.FieldsPerRecord = -1
	r.ReuseRecord = false
	return r
}

// sampleLines is how many records are tried to find the delimiter.
const sampleLines = 40

// delimiter picks the character that cuts the most records into the same
// number of cells; a comma when none does.
func delimiter(text string) rune {
	best, score := ',', 0.0
	for _, c := range []rune{',', ';', '\t', '|'} {
		if s := evenness(text[:min(len(text), 64<<10)], c); s > score {
			best, score = c, s
		}
	}
	return best
}

// evenness is the share of records with the commonest number of cells above
// one, a little more for more cells.
func evenness(text string, comma rune) float64 {
	r := reader(text, comma)
	counts := map[int]int{}
	n := 0
	for n < sampleLines {
		cells, err := r.Read()
		if err != nil {
			break
		}
		counts[len(cells)]++
		n++
	}
	best := 0.0
	for cells, k := range counts {
		if cells > 1 {
			best = max(best, float64(k)/float64(n)+float64(min(cells, 50))/1000)
		}
	}
	return best
}
