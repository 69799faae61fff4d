package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"footnote/llm/llmtest"
)

const ownQuestions = "testdata/questions.jsonl"

// evaluationReply is what the tests look at of an evaluation.
type evaluationReply struct {
	ID, Status  string
	Done, Total int
	Report      struct {
		Documents int
		Rows      []struct {
			Key    string
			Scores []struct {
				N                int
				Value, Low, High *float64
			}
		}
	}
}

// startEvaluation asks the server the questions of the file.
func startEvaluation(t *testing.T, l *lab, fields string) evaluationReply {
	t.Helper()
	questions, err := os.ReadFile(ownQuestions)
	check(t, err)
	text, err := json.Marshal(string(questions))
	check(t, err)
	body := fmt.Sprintf(`{"name": "questions.jsonl", "questions": %s, %s}`, text, fields)
	status, err := l.do(http.MethodPost, "/v1/evaluations", "application/json", strings.NewReader(body))
	check(t, err)
	if status != http.StatusAccepted {
		t.Fatalf("status %d: %s", status, l.raw)
	}
	return decodeEvaluation(t, l)
}

func decodeEvaluation(t *testing.T, l *lab) (e evaluationReply) {
	t.Helper()
	check(t, json.Unmarshal([]byte(l.raw), &e))
	return e
}

// waitEvaluation looks at an evaluation until it is so.
func waitEvaluation(t *testing.T, l *lab, id string, so func(evaluationReply) bool) evaluationReply {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); time.Now().Before(end); <-tick.C {
		_, err := l.do(http.MethodGet, "/v1/evaluations/"+id, "", nil)
		check(t, err)
		if e := decodeEvaluation(t, l); so(e) {
			return e
		}
	}
	t.Fatalf("evaluation %s: %s", id, l.raw)
	return evaluationReply{}
}

func isOver(e evaluationReply) bool { return e.Status != "queued" && e.Status != "running" }

// ownCorpus uploads the documents of the questions, in their order.
func ownCorpus(t *testing.T, l *lab) {
	t.Helper()
	data, err := os.ReadFile(ownQuestions)
	check(t, err)
	seen := map[string]bool{}
	for line := range bytes.Lines(data) {
		var q struct{ Documents []struct{ Path string } }
		check(t, json.Unmarshal(line, &q))
		for _, d := range q.Documents {
			if !seen[d.Path] {
				seen[d.Path] = true
				uploadOne(t, l, filepath.Join("testdata", filepath.FromSlash(d.Path)))
			}
		}
	}
}

// TestBothRoadsGiveTheSameNumbers runs the same questions from the command line
// and over the API.
func TestBothRoadsGiveTheSameNumbers(t *testing.T) {
	l := &lab{bin: binary(t), data: t.TempDir()}
	t.Cleanup(l.kill)
	check(t, l.start())
	ownCorpus(t, l)
	const strategies, limit, seed = "rag,alr2,coa,full", 20, 7
	e := startEvaluation(t, l, fmt.Sprintf(`"strategies": ["rag","alr2","coa","full"], "limit": %d, "seed": %d, "options": {"max_evidence": 4}`, limit, seed))
	e = waitEvaluation(t, l, e.ID, isOver)
	check(t, l.stop())

	out := filepath.Join(t.TempDir(), "report.json")
	cmd := exec.Command(l.bin, "eval", "-dataset", ownQuestions, "-strategies", strategies, "-limit", fmt.Sprint(limit),
		"-seed", fmt.Sprint(seed), "-options", `{"max_evidence":4}`, "-json", out)
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	compareRoads(t, out, e)
}

func compareRoads(t *testing.T, path string, e evaluationReply) {
	t.Helper()
	data, err := os.ReadFile(path)
	check(t, err)
	var report struct{ Strategies []map[string]json.RawMessage }
	check(t, json.Unmarshal(data, &report))
	compared := 0
	for _, row := range e.Report.Rows {
		if row.Key == "seconds" {
			continue
		}
		for i, got := range row.Scores {
			var value *float64
			var intervals map[string][2]*float64
			var counts map[string]int
			check(t, json.Unmarshal(report.Strategies[i][row.Key], &value))
			check(t, json.Unmarshal(report.Strategies[i]["intervals"], &intervals))
			check(t, json.Unmarshal(report.Strategies[i]["counts"], &counts))
			if got.N != counts[row.Key] || !alike(got.Value, value) || !alike(got.Low, intervals[row.Key][0]) || !alike(got.High, intervals[row.Key][1]) {
				t.Errorf("%s of strategy %d differs: over the API %+v, from the command line %s", row.Key, i, got, report.Strategies[i][row.Key])
			}
			compared++
		}
	}
	if e.Status != "done" || compared < 100 {
		t.Errorf("%s, %d scores compared", e.Status, compared)
	}
}

// alike allows for the digits that are written.
func alike(a, b *float64) bool {
	if a == nil || b == nil {
		return a == b
	}
	return math.Abs(*a-*b) <= 1e-5*max(1, math.Abs(*a))
}

// TestAKilledEvaluationGoesOn kills the server while it asks a model, and
// counts how often the model is asked afterwards.
func TestAKilledEvaluationGoesOn(t *testing.T) {
	key, err := llmtest.LoadKey(ownQuestions)
	check(t, err)
	m := startMisbehaving(t, llmtest.Options{Key: key})
	ownCorpus(t, m.lab)
	flags := []string{"-model", "fake", "-model-url", m.fake.URL}
	e := startEvaluation(t, m.lab, `"strategies": ["rag", "full"]`)
	kept := 0
	for range 3 {
		kept = waitEvaluation(t, m.lab, e.ID, func(e evaluationReply) bool { return e.Done >= kept+5 || isOver(e) }).Done
		m.kill()
		check(t, m.start(flags...))
		if now := waitEvaluation(t, m.lab, e.ID, func(e evaluationReply) bool { return e.Status != "queued" }); now.Done < kept {
			t.Errorf("%d were asked before the kill, %d are known after", kept, now.Done)
		}
	}
	if kept >= e.Total {
		t.Fatalf("it was over before the last kill")
	}
	last := waitEvaluation(t, m.lab, e.ID, isOver)
	if last.Status != "done" || last.Done != last.Total {
		t.Errorf("it ended as %+v", last)
	}
	check(t, m.stop())
}
