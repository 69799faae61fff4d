package dataset

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// columns are those that a CSV file may have.
var columns = [...]string{"id", "question", "answer", "document", "evidence", "page", "answerable"}

// readCSV reads a table of questions. Answers, documents, evidence and pages
// are lists whose parts are separated by "|"; "\|" is the character itself.
func readCSV(r io.Reader, folder string) ([]Question, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	data = bytes.TrimPrefix(data, []byte(byteOrderMark))
	in := csv.NewReader(bytes.NewReader(data))
	in.Comma = comma(data)
	head, err := in.Read()
	if errors.Is(err, io.EOF) {
		return nil, errEmpty
	}
	if err != nil {
		return nil, whereCSV(err)
	}
	at, err := header(head)
	if err != nil {
		return nil, fmt.Errorf("line 1: %w", err)
	}
	questions := list{}
	for n := 1; ; n++ {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return questions.all()
		}
		if err != nil {
			return nil, whereCSV(err)
		}
		line, _ := in.FieldPos(0)
		q, err := tableRow{at, cells}.question("q"+strconv.Itoa(n), folder)
		if err == nil {
			err = questions.add(q, line)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
	}
}

// comma is what separates the columns of a file, by its first line: spreadsheet
// programs of some countries write semicolons.
func comma(data []byte) rune {
	first, _, _ := bytes.Cut(data, []byte("\n"))
	if bytes.ContainsRune(first, ',') {
		return ','
	}
	for _, c := range ";\t" {
		if bytes.ContainsRune(first, c) {
			return c
		}
	}
	return ','
}

// whereCSV says in which line a table is out of form.
func whereCSV(err error) error {
	var p *csv.ParseError
	if errors.As(err, &p) {
		return fmt.Errorf("line %d: not a row of the table: %w", p.Line, p.Err)
	}
	return err
}

// header finds the columns.
func header(cells []string) (map[string]int, error) {
	at := map[string]int{}
	for i, c := range cells {
		name := strings.ToLower(strings.TrimSpace(c))
		if !slices.Contains(columns[:], name) {
			return nil, fmt.Errorf("column %q is unknown; there are %s", c, strings.Join(columns[:], ", "))
		}
		if _, twice := at[name]; twice {
			return nil, fmt.Errorf("column %q is there twice", name)
		}
		at[name] = i
	}
	for _, name := range []string{"question", "answer"} {
		if _, ok := at[name]; !ok {
			return nil, fmt.Errorf("column %q is missing", name)
		}
	}
	return at, nil
}

// tableRow is a row with the places of its columns.
type tableRow struct {
	at    map[string]int
	cells []string
}

// cell is "" where there is no such column.
func (r tableRow) cell(column string) string {
	if i, ok := r.at[column]; ok {
		return strings.TrimSpace(r.cells[i])
	}
	return ""
}

func (r tableRow) question(id, folder string) (Question, error) {
	q := Question{ID: r.cell("id"), Text: r.cell("question"), Answers: split(r.cell("answer"))}
	if q.ID == "" {
		q.ID = id
	}
	if q.Text == "" {
		return q, errors.New("there is no question in it")
	}
	for _, p := range split(r.cell("document")) {
		name := path.Base(filepath.ToSlash(p))
		for _, d := range q.Documents {
			if d.Name == name {
				return q, fmt.Errorf("two of its documents are named %q", name)
			}
		}
		q.Documents = append(q.Documents, Document{Name: name, Path: p})
	}
	if err := q.locate(folder); err != nil {
		return q, err
	}
	if err := r.evidence(&q); err != nil {
		return q, err
	}
	return q, r.answerable(&q)
}

// evidence reads gold sentences. In a row with several documents they may be
// of any.
func (r tableRow) evidence(q *Question) error {
	doc := ""
	if len(q.Documents) == 1 {
		doc = q.Documents[0].Name
	}
	texts, pages := split(r.cell("evidence")), split(r.cell("page"))
	if len(texts) > 0 && len(pages) > 0 && len(texts) != len(pages) {
		return fmt.Errorf("it has %d pages for %d pieces of evidence", len(pages), len(texts))
	}
	for i := range max(len(texts), len(pages)) {
		e := Evidence{Doc: doc}
		if i < len(texts) {
			e.Text = texts[i]
		}
		if i < len(pages) {
			n, err := strconv.Atoi(pages[i])
			if err != nil || n < 1 {
				return fmt.Errorf("page %q is not a number from 1", pages[i])
			}
			e.Page = n
		}
		q.Evidence = append(q.Evidence, e)
	}
	return nil
}

// answerable is what the column says, or whether there is an answer.
func (r tableRow) answerable(q *Question) error {
	switch v := strings.ToLower(r.cell("answerable")); v {
	case "":
		q.Answerable = len(q.Answers) > 0
	case "true", "yes", "1":
		q.Answerable = true
	case "false", "no", "0":
		q.Answerable = false
	default:
		return fmt.Errorf("answerable is %q; use true or false", v)
	}
	if !q.Answerable && len(q.Answers) > 0 {
		return errors.New("it has an answer and is not answerable")
	}
	return nil
}

// split cuts a cell at "|" and leaves out empty parts.
func split(cell string) []string {
	var parts []string
	var b strings.Builder
	end := func() {
		if p := strings.TrimSpace(b.String()); p != "" {
			parts = append(parts, p)
		}
		b.Reset()
	}
	for i := 0; i < len(cell); i++ {
		switch {
		case cell[i] == '\\' && i+1 < len(cell) && cell[i+1] == '|':
			b.WriteByte('|')
			i++
		case cell[i] == '|':
			end()
		default:
			b.WriteByte(cell[i])
		}
	}
	end()
	return parts
}
