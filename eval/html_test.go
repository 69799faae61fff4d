package eval

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
)

func madeUpReport() Report {
	r := Report{
		Dataset: "made", Seed: 1, Version: "1", Documents: 3, Chunker: "section/1", Model: "model-1, prompts 1",
		Judge: JudgeReport{Name: "judge-1", Prompts: "2"}, Questions: madeUp(),
	}
	for i := range r.Questions {
		r.Questions[i].Depths = []float64{float64(i%10) / 10}
	}
	return r.scored([]string{"rag", "alr2"})
}

func TestTheReportIsAPage(t *testing.T) {
	var b bytes.Buffer
	if err := madeUpReport().HTML(&b); err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/report.html", b.String())
}

func TestTextOfAReportIsNeverMarkup(t *testing.T) {
	r := madeUpReport()
	r.Dataset = `<script>alert(1)</script>`
	r.Strategies[0].Strategy, r.Quality[0].Strategy = `<img src=x>`, `<img src=x>`
	r.Unreadable = map[string]string{`<b>`: `"><i>`}
	var b bytes.Buffer
	if err := r.HTML(&b); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"<script", "<img", "<b>", "<i>"} {
		if strings.Contains(b.String(), bad) {
			t.Errorf("the page has %s", bad)
		}
	}
}

func TestATableOfQuestionsHasNoFormulas(t *testing.T) {
	r := madeUpReport()
	r.Questions[0].Question = `=HYPERLINK("x")`
	r.Questions[1].Short = "-1, or\n\"less\""
	var b bytes.Buffer
	if err := r.CSV(&b); err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(lines) != 1+len(r.Questions) {
		t.Fatalf("%d lines, want a head and %d", len(lines), len(r.Questions))
	}
	if lines[1][2] != `'=HYPERLINK("x")` || lines[2][6] != "'-1, or\n\"less\"" {
		t.Errorf("cells %q and %q", lines[1][2], lines[2][6])
	}
	if head := strings.Join(lines[0], " "); !strings.Contains(head, "cited_recall@10") || strings.Contains(head, "alce_f1 alce_f1") {
		t.Errorf("head %s", head)
	}
}
