package server_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/net/html"

	"footnote/document"
	"footnote/reasoning"
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
	for _, want := range []string{"Chain of agents", "19 March 1932", "bridge.txt", "<svg", `http-equiv="Content-Security-Policy" content="default-src 'none';`, c.Verdict[len(c.Verdict)-1][:8]} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	checkStandsAlone(t, text)
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
	first := c.Answers[0].Citations[c.Answers[0].Statements[c.Rows[0].Cells[0].Statements[0]].Citations[0]-1]
	if !slices.Equal(lines[0][7:], []string{"quotes", "document", "page"}) || lines[1][8] != first.Name || !strings.Contains(lines[1][7], strings.TrimLeft(first.Quote, "=")) {
		t.Errorf("lines %q", lines[:2])
	}
	var again server.Comparison
	h.get(path + "json").wants(200).into(&again)
	if again.ID != c.ID || len(again.Rows) != len(c.Rows) {
		t.Errorf("exported %+v", again)
	}
	h.get(path+"pdf").problem(422, "invalid_request")
	h.get("/v1/comparisons/cmp_none/export?format=html").problem(404, "comparison_not_found")
}

// vanishing is a store whose documents are being deleted at this moment.
type vanishing struct {
	document.Store
	gone atomic.Bool
}

func (f *vanishing) Get(ctx context.Context, id document.ID) (*document.Document, error) {
	if f.gone.Load() {
		return nil, document.ErrNotFound
	}
	return f.Store.Get(ctx, id)
}

func TestAnExportOfADocumentThatIsBeingDeletedSaysNothing(t *testing.T) {
	var store *vanishing
	h := newHouse(t, func(p *server.Parts, _ *server.Options) {
		store = &vanishing{Store: p.Documents}
		p.Documents = store
	})
	c := compareBridge(h)
	store.gone.Store(true)
	for _, format := range []string{"json", "csv", "html"} {
		h.get("/v1/comparisons/"+c.ID+"/export?format="+format).problem(404, "comparison_not_found")
	}
}

// checkStandsAlone holds an exported page against what a file must not need.
func checkStandsAlone(t *testing.T, page string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	var links []string
	for n := range root.Descendants() {
		for _, a := range n.Attr {
			switch {
			case a.Key == "id":
				ids[a.Val] = true
			case a.Key == "href" && strings.HasPrefix(a.Val, "#"):
				links = append(links, a.Val[1:])
			case a.Key == "href" || a.Key == "src" || a.Key == "style" || strings.HasPrefix(a.Key, "on"):
				t.Errorf("<%s> has %s=%q", n.Data, a.Key, a.Val)
			}
		}
	}
	if len(links) == 0 {
		t.Error("no footnote is linked")
	}
	for _, l := range links {
		if !ids[l] {
			t.Errorf("a link leads to #%s, which is not there", l)
		}
	}
	if !strings.Contains(page, `>1</text>`) || !strings.Contains(page, "Reader 1 read from 0 % to") {
		t.Error("no strip names a reader of the chain")
	}
}

func TestNothingOfADeletedDocumentIsExported(t *testing.T) {
	h := newHouse(t)
	c := compareBridge(h)
	for _, p := range c.Places {
		h.do("DELETE", "/v1/documents/"+p.Document, nil)
	}
	h.get("/v1/comparisons/"+c.ID+"/export?format=html").problem(404, "comparison_not_found")
}

// TestAnAnswerKeepsWhereItWasShownFewDocuments reads more documents than that:
// strips must not say of the others that nothing of them was shown.
func TestAnAnswerKeepsWhereItWasShownFewDocuments(t *testing.T) {
	h := newHouse(t)
	var files []file
	for i := range reasoning.MaxShownDocs + 5 {
		files = append(files, file{fmt.Sprintf("log-%d.txt", i), fmt.Sprintf("Entry %d. The keeper of lamp %d wrote of storms.", i, i)})
	}
	h.add(append(files, file{"bridge.txt", bridge})...)
	var c server.Comparison
	h.post("/v1/comparisons", ask(opening, "strategies", `["full"]`)).wants(200).into(&c)
	kept := map[string]bool{}
	for _, r := range c.Answers[0].Shown {
		kept[r.Document] = true
	}
	if len(kept) != reasoning.MaxShownDocs {
		t.Errorf("the answer tells of %d documents, strips think of %d", len(kept), reasoning.MaxShownDocs)
	}
	page := string(h.get("/v1/comparisons/" + c.ID + "/export?format=html").wants(200).body)
	if !strings.Contains(page, "Full context in bridge.txt: shown 100 % of it") {
		t.Error("what was read of a document that is cited is not said")
	}
}
