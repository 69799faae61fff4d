package main

import (
	"context"
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
	set    string
	shelf  *shelf
	docs   []document.ID
	taught bool // learned from, or only measured
	fold   int
	gold   []string // folded text of every gold sentence or passage
	steps  []string // answers to the steps that lead to the answer
}

// corpus is all questions.
type corpus struct{ items []*item }

// load adds a set; its first limit questions are learned from, the others only
// measured.
func (c *corpus) load(folder, set string, limit int) error {
	questions, err := dataset.Load(filepath.Join(folder, set+".jsonl"))
	if err != nil {
		return err
	}
	steps, err := loadSteps(filepath.Join(folder, set+".jsonl"))
	if err != nil {
		return err
	}
	sh := newShelf()
	for n, q := range questions {
		ids, err := sh.add(context.Background(), q.Documents)
		if err != nil {
			return fmt.Errorf("%s %s: %w", set, q.ID, err)
		}
		it := &item{Question: q, set: set, shelf: sh, docs: ids, steps: steps[q.ID], taught: n < limit}
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

// fold is text as evidence is compared: white space and case do not matter.
func fold(s string) string { return strings.ToLower(document.Clean(s)) }
