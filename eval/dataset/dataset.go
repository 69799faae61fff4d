// Package dataset reads questions over documents, with what a right answer
// and its evidence are, from files of JSON Lines or CSV.
//
// Each line of JSON is one question:
//
//	{"id": "q1", "dataset": "demo", "documents": [{"name": "tea.md", "path": "docs/tea.md"}],
//	 "question": "…", "answers": ["…"], "evidence": [{"doc": "tea.md", "text": "…"}], "answerable": true}
//
// Answers are alternatives. Fields that are not named in Question are ignored.
//
// CSV has a header with the columns question and answer, and if wanted id,
// document, evidence, page and answerable. Several answers, documents, pieces
// of evidence and pages are separated by "|".
package dataset

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// MaxLine is the longest line that Load accepts, in bytes.
const MaxLine = 16 << 20

// Question is one row of a data set.
type Question struct {
	ID         string     `json:"id"`
	Dataset    string     `json:"dataset"`
	Documents  []Document `json:"documents"` // what is asked; none leaves it to whoever asks
	Text       string     `json:"question"`
	Answers    []string   `json:"answers"`    // alternatives; none when it cannot be answered
	Evidence   []Evidence `json:"evidence"`   // all of it is needed to answer
	Answerable bool       `json:"answerable"` // the documents hold an answer
	Line       int        `json:"-"`          // where it begins in its file, from 1
}

// Document is a file that a question is about.
type Document struct {
	Name string `json:"name"` // what Evidence.Doc refers to
	Path string `json:"path"` // as written, relative to the data set's folder
	File string `json:"-"`    // where to open it
}

// Evidence is a gold sentence or passage.
type Evidence struct {
	Doc       string `json:"doc"`       // a Document's Name; "" when it may stand in any
	Text      string `json:"text"`      // verbatim in the document but for white space
	Page      int    `json:"page"`      // 1-based; 0 when not given
	Section   string `json:"section"`   // heading, "" when not given
	Paragraph string `json:"paragraph"` // the paragraph around Text, "" when not given
}

// byteOrderMark is what some programs begin a file with.
const byteOrderMark = "\xEF\xBB\xBF"

var errEmpty = errors.New("there is no question in it")

// Load reads every question of a file. Documents are looked for beside it and
// never outside its folder. Errors name the file and the 1-based line.
func Load(path string) ([]Question, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open data set: %w", err)
	}
	defer f.Close()
	questions, err := Parse(f, path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return questions, nil
}

// Parse is Load for the content of a file of that path: CSV when its name ends
// in .csv or .tsv, JSON Lines otherwise.
func Parse(r io.Reader, path string) ([]Question, error) {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".csv", ".tsv":
		return readCSV(r, filepath.Dir(path))
	}
	return Read(r, filepath.Dir(path))
}

// Read reads JSON Lines, with documents below folder.
func Read(r io.Reader, folder string) ([]Question, error) {
	questions := list{}
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 64<<10), MaxLine)
	n := 0
	for lines.Scan() {
		n++
		line := lines.Bytes()
		if n == 1 {
			line = bytes.TrimPrefix(line, []byte(byteOrderMark))
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		q, err := parse(line, folder)
		if err == nil {
			err = questions.add(q, n)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("line %d: %w", n+1, err)
	}
	return questions.all()
}

// list collects questions whose ids must differ.
type list struct {
	questions []Question
	lines     map[string]int // by id
}

func (l *list) add(q Question, line int) error {
	if l.lines == nil {
		l.lines = map[string]int{}
	}
	if first := l.lines[q.ID]; first > 0 {
		return fmt.Errorf("id %q was used on line %d", q.ID, first)
	}
	l.lines[q.ID] = line
	q.Line = line
	l.questions = append(l.questions, q)
	return nil
}

func (l *list) all() ([]Question, error) {
	if len(l.questions) == 0 {
		return nil, errEmpty
	}
	return l.questions, nil
}

// row is a Question as written, where it can be told what was left out.
type row struct {
	Question
	Answerable *bool `json:"answerable"`
}

func parse(line []byte, folder string) (Question, error) {
	var r row
	if err := json.Unmarshal(line, &r); err != nil {
		return Question{}, fmt.Errorf("not a question in JSON: %w", err)
	}
	q := r.Question
	switch {
	case q.ID == "":
		return q, errors.New(`"id" is missing`)
	case q.Text == "":
		return q, errors.New(`"question" is missing`)
	case r.Answerable == nil:
		return q, errors.New(`"answerable" is missing`)
	}
	q.Answerable = *r.Answerable
	if err := q.locate(folder); err != nil {
		return q, err
	}
	names := map[string]bool{}
	for _, d := range q.Documents {
		names[d.Name] = true
	}
	for _, e := range q.Evidence {
		if len(names) > 0 && !names[e.Doc] {
			return q, fmt.Errorf("evidence is from %q, which is not among the documents", e.Doc)
		}
	}
	return q, nil
}

// locate says where to open the documents of a question.
func (q *Question) locate(folder string) error {
	for i := range q.Documents {
		d := &q.Documents[i]
		if !filepath.IsLocal(filepath.FromSlash(d.Path)) {
			return fmt.Errorf("document path %q is not inside the data set's folder", d.Path)
		}
		d.File = filepath.Join(folder, filepath.FromSlash(d.Path))
	}
	return nil
}
