package llmtest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"
)

// Key is all that a fake model knows besides what it is shown. A question may
// be in it more than once, for several documents.
type Key []Entry

// Entry is a question with what a right answer is and rests on.
type Entry struct {
	Question string
	Answers  []string // alternatives; the first is given
	// Evidence is gold: sentences or passages, verbatim in the documents but for
	// white space and case. All of it is needed. Without any, the question is
	// never answered.
	Evidence   []string
	Answerable bool
	Queries    []string // what to search for while evidence is missing; nil: names from what was read
	Imagined   string   // the passage to make up; "": one of the question's words
}

// maxLine is the longest line of a key file, in bytes.
const maxLine = 16 << 20

// LoadKey reads a file of the data set format. Errors name the file and the
// 1-based line.
func LoadKey(path string) (Key, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open key: %w", err)
	}
	defer f.Close()
	key, err := ReadKey(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return key, nil
}

// ReadKey is LoadKey for any source of lines. A row may have "queries" and "imagined"
// besides what the data set format has.
func ReadKey(r io.Reader) (Key, error) {
	var key Key
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 64<<10), maxLine)
	n := 0
	for lines.Scan() {
		n++
		line := bytes.TrimPrefix(lines.Bytes(), []byte("\xEF\xBB\xBF"))
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		e, err := readEntry(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		key = append(key, e)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("line %d: %w", n+1, err)
	}
	if len(key) == 0 {
		return nil, errors.New("there is no question in it")
	}
	return key, nil
}

func readEntry(line []byte) (Entry, error) {
	var row struct {
		Question   string                  `json:"question"`
		Answers    []string                `json:"answers"`
		Evidence   []struct{ Text string } `json:"evidence"`
		Answerable *bool                   `json:"answerable"`
		Queries    []string                `json:"queries"`
		Imagined   string                  `json:"imagined"`
	}
	if err := json.Unmarshal(line, &row); err != nil {
		return Entry{}, fmt.Errorf("not a question in JSON: %w", err)
	}
	switch {
	case row.Question == "":
		return Entry{}, errors.New(`"question" is missing`)
	case row.Answerable == nil:
		return Entry{}, errors.New(`"answerable" is missing`)
	case *row.Answerable && len(row.Answers) == 0:
		return Entry{}, errors.New(`"answers" is empty, though "answerable" is true`)
	}
	e := Entry{Question: row.Question, Answers: row.Answers, Answerable: *row.Answerable, Queries: row.Queries, Imagined: row.Imagined}
	for _, g := range row.Evidence {
		if strings.TrimSpace(g.Text) != "" {
			e.Evidence = append(e.Evidence, g.Text)
		}
	}
	return e, nil
}

// index finds entries by their folded questions.
func (k Key) index() map[string][]Entry {
	m := make(map[string][]Entry, len(k))
	for _, e := range k {
		m[fold(e.Question)] = append(m[fold(e.Question)], e)
	}
	return m
}

// fold lowers case, makes all white space one space, and drops characters that
// no one can see.
func fold(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == '\u00AD' || r == '\u200B' || r == '\u2060' || r == '\uFEFF' {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
	return oneLine(s)
}

// oneLine makes all white space one space.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
