package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"footnote/document"
	"footnote/eval/dataset"
)

// item is a question with its documents and the fold it is held out in.
type item struct {
	dataset.Question
	set   string
	shelf *shelf
	fold  int
	gold  []string // folded text of every gold sentence or passage
	steps []string // answers to the steps that lead to the answer
}

// corpus is all questions.
type corpus struct {
	items   []*item
	shelves map[string]*shelf
}

func (c *corpus) load(folder, set string, limit int) error {
	questions, err := dataset.Load(filepath.Join(folder, set+".jsonl"))
	if err != nil {
		return err
	}
	steps, err := loadSteps(filepath.Join(folder, set+".jsonl"))
	if err != nil {
		return err
	}
	for n, q := range questions {
		if limit > 0 && n >= limit {
			break
		}
		sh, err := c.shelf(q.Documents)
		if err != nil {
			return fmt.Errorf("%s %s: %w", set, q.ID, err)
		}
		it := &item{Question: q, set: set, shelf: sh, steps: steps[q.ID]}
		for _, e := range q.Evidence {
			it.gold = append(it.gold, fold(e.Text))
		}
		c.items = append(c.items, it)
	}
	return nil
}

// loadSteps reads the answers of sub-questions, where a set has them.
func loadSteps(path string) (map[string][]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	steps := map[string][]string{}
	for d := json.NewDecoder(f); ; {
		var row struct {
			ID            string      `json:"id"`
			Decomposition [][2]string `json:"decomposition"` // question, answer
		}
		switch err := d.Decode(&row); {
		case err == io.EOF:
			return steps, nil
		case err != nil:
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		for _, s := range row.Decomposition {
			steps[row.ID] = append(steps[row.ID], s[1])
		}
	}
}

func (c *corpus) shelf(docs []dataset.Document) (*shelf, error) {
	var key []string
	for _, d := range docs {
		key = append(key, d.File)
	}
	name := strings.Join(key, "\n")
	if s, ok := c.shelves[name]; ok {
		return s, nil
	}
	var parsed []*document.Document
	for _, d := range docs {
		p, err := parseFile(d.File)
		if err != nil {
			return nil, err
		}
		p.ID, p.Name = document.ID(d.File), d.Name
		parsed = append(parsed, p)
	}
	s := newShelf(parsed)
	c.shelves[name] = s
	return s, nil
}

// parseFile reads a Markdown or text file.
func parseFile(path string) (*document.Document, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	b := document.NewBuilder()
	for block := range strings.SplitSeq(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n\n") {
		block = strings.TrimSpace(block)
		level := 0
		for level < len(block) && block[level] == '#' {
			level++
		}
		if level > 0 && level < 7 && strings.HasPrefix(block[level:], " ") {
			head, rest, _ := strings.Cut(block, "\n")
			b.Heading(level, strings.TrimSpace(head[level:]))
			block = rest
		}
		if strings.Count(block, "\n") > 3 && strings.Count(block, ": ") > strings.Count(block, "\n")-2 {
			for line := range strings.SplitSeq(block, "\n") {
				b.Paragraph(line)
			}
			continue
		}
		b.Paragraph(block)
	}
	return b.Document()
}

// fold is text as evidence is compared: white space and case do not matter.
func fold(s string) string { return strings.ToLower(document.Clean(s)) }
