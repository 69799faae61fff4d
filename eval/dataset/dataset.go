// Package dataset reads questions over documents, with what a right answer
// and its evidence are, from JSON Lines files.
//
// Each line is one question:
//
//	{"id": "q1", "dataset": "demo", "documents": [{"name": "tea.md", "path": "docs/tea.md"}],
//	 "question": "…", "answers": ["…"], "evidence": [{"doc": "tea.md", "text": "…"}], "answerable": true}
//
// Answers are alternatives. Fields that are not named in Question are ignored.
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
)

// MaxLine is the longest line that Load accepts, in bytes.
const MaxLine = 16 << 20

// Question is one row of a data set.
type Question struct {
	ID         string     `json:"id"`
	Dataset    string     `json:"dataset"`
	Documents  []Document `json:"documents"` // what is asked; at least one
	Text       string     `json:"question"`
	Answers    []string   `json:"answers"`    // alternatives; none when it cannot be answered
	Evidence   []Evidence `json:"evidence"`   // all of it is needed to answer
	Answerable bool       `json:"answerable"` // the documents hold an answer
}

// Document is a file that a question is about.
type Document struct {
	Name string `json:"name"` // what Evidence.Doc refers to
	Path string `json:"path"` // as written, relative to the data set's folder
	File string `json:"-"`    // where to open it
}

// Evidence is a gold sentence or passage.
type Evidence struct {
	Doc       string `json:"doc"`       // a Document's Name
	Text      string `json:"text"`      // verbatim in the document but for white space
	Page      int    `json:"page"`      // 1-based; 0 when not given
	Section   string `json:"section"`   // heading, "" when not given
	Paragraph string `json:"paragraph"` // the paragraph around Text, "" when not given
}

// Load reads every question of a file. Documents are looked for beside it and
// never outside its folder. Errors name the file and the 1-based line.
func Load(path string) ([]Question, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open data set: %w", err)
	}
	defer f.Close()
	questions, err := Read(f, filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return questions, nil
}

// Read is Load for any source of lines, with documents below folder.
func Read(r io.Reader, folder string) ([]Question, error) {
	var questions []Question
	seen := map[string]int{}
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 64<<10), MaxLine)
	n := 0
	for lines.Scan() {
		n++
		line := lines.Bytes()
		if n == 1 {
			line = bytes.TrimPrefix(line, []byte("\xEF\xBB\xBF"))
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		q, err := parse(line, folder)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if first := seen[q.ID]; first > 0 {
			return nil, fmt.Errorf("line %d: id %q was used on line %d", n, q.ID, first)
		}
		seen[q.ID] = n
		questions = append(questions, q)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("line %d: %w", n+1, err)
	}
	if len(questions) == 0 {
		return nil, errors.New("there is no question in it")
	}
	return questions, nil
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
	case len(q.Documents) == 0:
		return q, errors.New(`"documents" is empty`)
	}
	q.Answerable = *r.Answerable
	names := map[string]bool{}
	for i := range q.Documents {
		d := &q.Documents[i]
		if !filepath.IsLocal(filepath.FromSlash(d.Path)) {
			return q, fmt.Errorf("document path %q is not inside the data set's folder", d.Path)
		}
		d.File = filepath.Join(folder, filepath.FromSlash(d.Path))
		names[d.Name] = true
	}
	for _, e := range q.Evidence {
		if !names[e.Doc] {
			return q, fmt.Errorf("evidence is from %q, which is not among the documents", e.Doc)
		}
	}
	return q, nil
}
