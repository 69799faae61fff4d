package eval

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestRunsAreComparedOnTheQuestionsThatBothAsked(t *testing.T) {
	names := []string{"rag", "alr2"}
	earlier := Report{Seed: 1, Version: "0", Chunker: "window/1", Questions: madeUp()}.scored(names)
	later := Report{Seed: 1, Questions: madeUp()[10:]}.scored(names)
	for i := range later.Questions {
		later.Questions[i].F1 = 1
	}
	later.Questions[0].Question = "another question under the same id"
	later.Questions[1].Question = "another question under the same id"
	got, err := later.beside(earlier, "window")
	if err != nil {
		t.Fatal(err)
	}
	var strategies []string
	for _, s := range got.Strategies {
		strategies = append(strategies, s.Strategy)
		if s.N != 14 {
			t.Errorf("%s is scored on %d questions, want 14", s.Strategy, s.N)
		}
	}
	if want := []string{"rag@window", "alr2@window", "rag", "alr2"}; !slices.Equal(strategies, want) {
		t.Fatalf("strategies %v, want %v", strategies, want)
	}
	i := slices.IndexFunc(got.Comparisons, func(c Comparison) bool { return c.A == "rag" && c.B == "rag@window" })
	d, ok := got.Comparisons[i].get("f1")
	if want := 1 - got.Strategies[0].Get("f1"); !ok || d.Mean < want-1e-9 || d.Mean > want+1e-9 {
		t.Errorf("f1 differs by %v, want %v", d.Mean, want)
	}
	if got.Against[0] != (Against{"window", "0", "", "window/1", 14}) {
		t.Errorf("against %+v", got.Against)
	}
}

func TestARunOfOtherQuestionsIsNotCompared(t *testing.T) {
	r := Report{Questions: madeUp()}.scored([]string{"rag"})
	for i := range r.Questions {
		r.Questions[i].Dataset = "other"
	}
	if _, err := r.beside(Report{Questions: madeUp()}.scored([]string{"rag"}), "x"); err == nil || !strings.Contains(err.Error(), "same data sets") {
		t.Errorf("error %v", err)
	}
}

func TestAFileThatIsNoReportIsRefused(t *testing.T) {
	for name, text := range map[string]string{"not JSON": "x", "another JSON": `{"a": 1}`} {
		path := filepath.Join(t.TempDir(), "r.json")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := readAll([]string{path}); err == nil || !strings.Contains(err.Error(), "no report that -json wrote") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestRunsOfTheSameNameAreRefused(t *testing.T) {
	dir := t.TempDir()
	var paths []string
	for _, sub := range []string{"a", "b"} {
		path := filepath.Join(dir, sub, "report.json")
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := writeJSON(path, Report{Questions: madeUp()}.scored([]string{"rag"})); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	if _, err := readAll(paths); err == nil || !strings.Contains(err.Error(), "rename one") {
		t.Errorf("error %v", err)
	}
}

func TestARunOfOtherQuestionsIsRefusedBeforeAnythingIsAsked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "other.json")
	if err := writeJSON(path, Report{Questions: madeUp()}.scored([]string{"rag"})); err != nil {
		t.Fatal(err)
	}
	d := parts(t)
	d.Reader = nil // nothing is read
	err := Command(t.Context(), []string{"-dataset", ownSet, "-strategies", "rag", "-against", path}, d)
	if err == nil || !strings.Contains(err.Error(), "same data sets") {
		t.Errorf("error %v", err)
	}
}

func TestTheCommandComparesWithAnEarlierRun(t *testing.T) {
	dir := t.TempDir()
	window, page := filepath.Join(dir, "window.json"), filepath.Join(dir, "page.html")
	d := parts(t)
	run := func(args ...string) string {
		t.Helper()
		var out bytes.Buffer
		d.Out = &out
		if err := Command(t.Context(), append([]string{"-dataset", ownSet, "-strategies", "rag", "-limit", "8"}, args...), d); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	run("-chunker", "window", "-json", window)
	if out := run("-against", window, "-html", page); !strings.Contains(out, "rag@window") || !strings.Contains(out, "rag - rag@window") {
		t.Errorf("printed:\n%s", out)
	}
	data, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if text := string(data); !strings.Contains(text, "rag@window") || strings.Count(text, "<svg") < 2 {
		t.Errorf("the page has not both runs and plots:\n%.600s", text)
	}
}

func TestAQuestionThatAStrategyWasNotAskedIsLeftOut(t *testing.T) {
	names := []string{"rag", "alr2"}
	earlier := Report{Seed: 1, Questions: madeUp()}.scored(names)
	earlier.Questions = earlier.Questions[1:] // rag was not asked the first
	got, err := Report{Seed: 1, Questions: madeUp()}.scored(names).beside(earlier, "x")
	if err != nil || got.Against[0].Questions != 19 {
		t.Errorf("%d questions are compared, want 19: %v", got.Against[0].Questions, err)
	}
}
