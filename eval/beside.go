package eval

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"footnote/eval/dataset"
)

// beside sets the report of an earlier run next to this one, as further
// strategies named NAME@LABEL, so that runs that differ in what a question
// cannot choose (the chunker, the embedder, the program) are compared on the
// questions that both asked.
func (r Report) beside(other Report, label string) (Report, error) {
	theirs, own := byQuestion(other.Questions), byQuestion(r.Questions)
	var common []question
	for _, q := range questionsOf(r.Questions) {
		if len(theirs[q]) == len(other.Strategies) && len(own[q]) == len(r.Strategies) {
			common = append(common, q)
		}
	}
	if len(common) == 0 {
		return r, errOthers
	}
	var names []string
	var records []Record
	add := func(strategy, name string, from map[question]map[string]Record) {
		names = append(names, name)
		for _, q := range common {
			x := from[q][strategy]
			x.Strategy = name
			records = append(records, x)
		}
	}
	for _, s := range other.Strategies {
		add(s.Strategy, s.Strategy+"@"+label, theirs)
	}
	for _, s := range r.Strategies {
		add(s.Strategy, s.Strategy, own)
	}
	r.Against = append(r.Against, Against{label, other.Version, other.Model, other.Chunker, len(common)})
	r.Questions = records
	return r.scored(names), nil
}

var errOthers = errors.New("it asked none of these questions: use the same data sets, limit and seed")

// sharesQuestions fails where an earlier run asked none of the questions that
// are about to be asked.
func sharesQuestions(o Options, all []earlier) error {
	if len(all) == 0 {
		return nil
	}
	questions, err := sample(o)
	if err != nil {
		return err
	}
	for _, e := range all {
		theirs := byQuestion(e.report.Questions)
		if !slices.ContainsFunc(questions, func(q dataset.Question) bool { return len(theirs[question{q.Dataset, q.ID, q.Text}]) > 0 }) {
			return fmt.Errorf("compare with %s: %w", e.path, errOthers)
		}
	}
	return nil
}

// question tells questions apart: by what they ask, too, since a data set may
// have changed between two runs.
type question struct{ dataset, id, text string }

func (r Record) asks() question { return question{r.Dataset, r.ID, r.Question} }

// questionsOf lists the questions of records, each once, in their order.
func questionsOf(records []Record) []question {
	var out []question
	seen := map[question]bool{}
	for _, r := range records {
		if q := r.asks(); !seen[q] {
			seen[q] = true
			out = append(out, q)
		}
	}
	return out
}

// byQuestion finds records by question and strategy.
func byQuestion(records []Record) map[question]map[string]Record {
	out := map[question]map[string]Record{}
	for _, r := range records {
		q := r.asks()
		if out[q] == nil {
			out[q] = map[string]Record{}
		}
		out[q][r.Strategy] = r
	}
	return out
}

// Against says what an earlier run was that this one is compared with.
type Against struct {
	Label     string `json:"label"`
	Version   string `json:"version"`
	Model     string `json:"model"`
	Chunker   string `json:"chunker"`
	Questions int    `json:"questions"` // that both asked; others are left out
}

// scored makes everything that follows from the records.
func (r Report) scored(names []string) Report {
	r.Strategies = summarise(names, r.Questions, r.Seed)
	r.Comparisons = compare(names, r.Questions, r.Seed)
	r.Quality = qualities(r.Strategies)
	r.Depth = byDepth(names, r.Questions, r.Seed)
	return r
}

// earlier is a report that is compared with.
type earlier struct {
	path, label string
	report      Report
}

// readAll reads what -json wrote, before anything is asked. A file's name
// without its ending is the label of its strategies.
func readAll(paths []string) ([]earlier, error) {
	var out []earlier
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		var r Report
		if err := json.Unmarshal(data, &r); err != nil {
			return nil, fmt.Errorf("%s is no report that -json wrote: %w", path, err)
		}
		if len(r.Strategies) == 0 {
			return nil, fmt.Errorf("%s is no report that -json wrote: it has no strategies", path)
		}
		name := filepath.Base(path)
		label := strings.TrimSuffix(name, filepath.Ext(name))
		if i := slices.IndexFunc(out, func(e earlier) bool { return e.label == label }); i >= 0 {
			return nil, fmt.Errorf("%s and %s have the same name, which tells their strategies apart; rename one", out[i].path, path)
		}
		out = append(out, earlier{path, label, r})
	}
	return out, nil
}
