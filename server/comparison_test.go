package server_test

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"footnote/server"
)

// compareBridge compares three strategies over two documents, one of which has
// text that means harm.
func compareBridge(h *house) server.Comparison {
	h.t.Helper()
	h.add(file{"bridge.txt", bridge}, file{"evil.txt", "=HYPERLINK(\"x\") was opened by <script>alert(1)</script> on 19 March 1932. The bridge was opened by <b>nobody</b>."})
	var c server.Comparison
	h.post("/v1/comparisons", ask(opening, "strategies", `["rag","full","coa"]`)).wants(200).into(&c)
	return c
}

func TestEveryStatementOfAComparisonIsInOneRow(t *testing.T) {
	h := newHouse(t)
	c := compareBridge(h)
	for i, a := range c.Answers {
		var seen []int
		for _, r := range c.Rows {
			if len(r.Cells) != len(c.Answers) {
				t.Fatalf("a row of %d cells for %d answers", len(r.Cells), len(c.Answers))
			}
			seen = append(seen, r.Cells[i].Statements...)
		}
		slices.Sort(seen)
		if len(seen) != len(a.Statements) || len(slices.Compact(seen)) != len(a.Statements) {
			t.Errorf("%s has %d statements, rows have %v", a.Strategy, len(a.Statements), seen)
		}
	}
	if len(c.Verdict) == 0 || len(c.Places) == 0 {
		t.Fatalf("verdict %q, %d places", c.Verdict, len(c.Places))
	}
	for _, p := range c.Places {
		text := []rune(string(h.get("/v1/documents/" + p.Document + "/text").wants(200).body))
		if got := string(text[p.Start:p.End]); got != p.Quote {
			t.Errorf("place says %q, the document %q", p.Quote, got)
		}
		for _, r := range p.Cited {
			if q := c.Answers[r.Answer].Citations[r.Number-1].Quote; !strings.Contains(p.Quote, q) {
				t.Errorf("place %q is cited as %q", p.Quote, q)
			}
		}
	}
}

func TestComparisonsAreListed(t *testing.T) {
	h := newHouse(t)
	c := compareBridge(h)
	var all server.Comparisons
	h.get("/v1/comparisons?limit=5").wants(200).into(&all)
	if len(all.Comparisons) != 1 || all.Comparisons[0].ID != c.ID || !slices.Equal(all.Comparisons[0].Strategies, []string{"rag", "full", "coa"}) || all.Next != "" {
		t.Errorf("list %+v", all)
	}
	h.get("/v1/comparisons?cursor=nonsense").problem(422, "bad_cursor")
}

func TestAnExportedComparisonHoldsAllAndRunsNothing(t *testing.T) {
	h := newHouse(t)
	c := compareBridge(h)
	path := "/v1/comparisons/" + c.ID + "/export?format="
	page := h.get(path + "html").wants(200)
	text := string(page.body)
	for _, want := range append([]string{"Chain of agents", "19 March 1932", "bridge.txt", "<svg", "default-src &#39;none&#39;"}[:4], c.Verdict[len(c.Verdict)-1][:8]) {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(text, "<script") || strings.Contains(text, "<b>nobody") {
		t.Error("words of a document became markup")
	}
	if got := page.header.Get("Content-Security-Policy"); !strings.Contains(got, "sandbox") || !strings.Contains(got, "default-src 'none'") {
		t.Errorf("Content-Security-Policy %q", got)
	}
	if got := page.header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment;") || !strings.Contains(got, c.ID+".html") {
		t.Errorf("Content-Disposition %q", got)
	}
	lines, err := csv.NewReader(strings.NewReader(string(h.get(path + "csv").wants(200).body))).ReadAll()
	h.must(err)
	n := 0
	for _, a := range c.Answers {
		n += len(a.Statements)
	}
	if len(lines) != 1+n {
		t.Errorf("%d lines, want a head and %d statements", len(lines), n)
	}
	for _, line := range lines {
		for _, cell := range line {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@") {
				t.Errorf("a spreadsheet would run %q", cell)
			}
		}
	}
	var again server.Comparison
	h.get(path + "json").wants(200).into(&again)
	if again.ID != c.ID || len(again.Rows) != len(c.Rows) {
		t.Errorf("exported %+v", again)
	}
	h.get(path+"pdf").problem(422, "invalid_request")
	h.get("/v1/comparisons/cmp_none/export?format=html").problem(404, "comparison_not_found")
}

func TestNothingOfADeletedDocumentIsExported(t *testing.T) {
	h := newHouse(t)
	c := compareBridge(h)
	for _, p := range c.Places {
		h.do("DELETE", "/v1/documents/"+p.Document, nil)
	}
	h.get("/v1/comparisons/"+c.ID+"/export?format=html").problem(404, "comparison_not_found")
}
