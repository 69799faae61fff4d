package eval

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// CSV writes a line for each question and strategy, for spreadsheets. Text that
// a spreadsheet would take for a formula gets an apostrophe in front.
func (r Report) CSV(w io.Writer) error {
	out := csv.NewWriter(w)
	head := []string{"dataset", "id", "question", "answerable", "strategy", "abstained", "answer", "error"}
	shown := perQuestion()
	for _, m := range shown {
		head = append(head, m.key)
	}
	lines := [][]string{head}
	for _, q := range r.Questions {
		line := []string{
			Inert(q.Dataset), Inert(q.ID), Inert(q.Question), strconv.FormatBool(q.Answerable), Inert(q.Strategy),
			strconv.FormatBool(q.Abstained), Inert(q.Short), Inert(q.Error),
		}
		for _, m := range shown {
			line = append(line, m.of(q))
		}
		lines = append(lines, line)
	}
	if err := out.WriteAll(lines); err != nil {
		return fmt.Errorf("write table of questions: %w", err)
	}
	return nil
}

// perQuestion are the metrics that each question has a value of.
func perQuestion() []metric {
	var out []metric
	for _, m := range metrics() {
		if m.value != nil {
			out = append(out, m)
		}
	}
	return out
}

// of is the value of a record, "" where it has none.
func (m metric) of(r Record) string {
	if !inGroup(r, m.group) {
		return ""
	}
	v, ok := m.value(r)
	if !ok || math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', 6, 64)
}

// Inert keeps a spreadsheet from taking a cell for a formula.
func Inert(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}
