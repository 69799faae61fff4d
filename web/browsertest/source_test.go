package browsertest

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestRealFilesFromUploadToHighlight asks a PDF, a DOCX and an EPUB, and holds
// what is marked in each against the quote.
func TestRealFilesFromUploadToHighlight(t *testing.T) {
	needBrowser(t)
	formats := filepath.Join(corpusFolder(t), "formats")
	for _, c := range []struct{ file, question string }{
		{printed(t, filepath.Join(formats, "annual-report.html"), "annual-report.pdf"), "How many days did fog close the harbour?"},
		{filepath.Join(formats, "annual-report.docx"), "How many days did fog close the harbour?"},
		{filepath.Join(formats, "annual-report.epub"), "How many days did fog close the harbour?"},
	} {
		t.Run(filepath.Ext(c.file), func(t *testing.T) {
			b := open(t, serve(t), desk)
			b.upload(c.file)
			b.ask(c.question)
			b.answered()
			b.click(".answer-text .ref")
			if filepath.Ext(c.file) == ".pdf" {
				b.drawn()
				checkMarks(b)
			} else {
				b.wait(`document.querySelector(".reading mark") !== null`)
				checkMarkedText(b)
			}
			b.picture("real" + filepath.Ext(c.file))
			if href := eval[string](b, `document.querySelector(".original a").href`); !strings.HasSuffix(href, "/original") {
				t.Errorf("the original is at %q", href)
			}
		})
	}
}

// checkMarkedText holds the marked text against the footnote that is open, and
// its place against the window.
func checkMarkedText(b *tab) {
	b.t.Helper()
	marked := eval[string](b, `[...document.querySelectorAll(".reading mark")].map((m) => m.textContent).join(" ")`)
	quote := eval[string](b, `document.querySelector("fn-answer").answer.citations[0].quote.replaceAll(" | ", " ")`)
	if marked != quote {
		b.t.Errorf("marked in the text: %q, want %q", marked, quote)
	}
	if !eval[bool](b, `(() => { const m = document.querySelector(".reading mark").getBoundingClientRect(), s = document.querySelector(".source-body").getBoundingClientRect(); return m.top >= s.top && m.bottom <= s.bottom; })()`) {
		b.t.Error("the marked words are not in sight")
	}
}

// TestTablesAreTables opens a footnote on a row of a table.
func TestTablesAreTables(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	b.upload(filepath.Join(corpusFolder(t), "formats", "annual-report.docx"))
	b.click(`button[title="annual-report.docx"]`)
	b.wait(`document.querySelectorAll(".doc-table tr").length > 2`)
	shape := eval[string](b, `(() => { const rows = [...document.querySelector(".doc-table").rows]; return rows[0].cells[0].tagName + " " + new Set(rows.map((r) => r.cells.length)).size; })()`)
	if shape != "TH 1" {
		t.Errorf("the table has %q, want heads, and as many cells in each row", shape)
	}
	b.picture("table")
}

// TestPagesByKeyboard turns pages, zooms, and goes from footnote to footnote.
func TestPagesByKeyboard(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	b.upload(write(t, "lighthouse.pdf", makePDF(lighthousePages)))
	b.ask("What is the melting point of tungsten?") // what came nearest is several sentences
	b.answered()
	notes := eval[int](b, `document.querySelector("fn-answer").answer.citations.length`)
	if notes < 2 {
		t.Fatalf("the answer has %d footnotes, want some to go between", notes)
	}
	b.click(".to-source")
	b.drawn()
	page := func(n int) string {
		return fmt.Sprintf(`document.querySelector(".sheet").dataset.page === String(document.querySelector("fn-answer").answer.citations[%d].page)`, n-1)
	}
	at := func(n int) {
		t.Helper()
		b.wait(fmt.Sprintf(`document.querySelector(".notes .numbers").textContent === "Footnote %d of %d" && location.hash.endsWith("/%d") && `, n, notes, n) + page(n))
	}
	at(1)
	b.do(chromedp.KeyEvent("n"))
	at(2)
	b.do(chromedp.KeyEvent("p"))
	at(1)
	b.do(chromedp.KeyEvent("+"))
	b.wait(`document.querySelector(".zoomed").textContent === "125%"`)
	b.do(chromedp.KeyEvent("+"), chromedp.KeyEvent("+"))
	b.wait(`document.querySelector(".zoomed").textContent === "200%" && document.querySelector(".sheet canvas").width === 2600`)
	b.do(chromedp.KeyEvent("0"))
	b.wait(`document.querySelector(".zoomed").textContent === "100%"`)
	b.do(chromedp.Evaluate[chromedp.Void](`(() => { const i = document.querySelector(".page-number"); i.value = "1"; i.dispatchEvent(new Event("change")); })()`))
	b.wait(`document.querySelector(".sheet").dataset.page === "1" && document.querySelectorAll(".mark").length === 0 && document.querySelector('button[aria-label="Previous page"]').disabled`)
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector(".source-body").focus(); document.querySelector(".source-body").scrollTop = 1e6`), chromedp.KeyEvent(kb.PageDown))
	b.wait(`document.querySelector(".sheet").dataset.page === "2"`)
}

// TestTheOutlineLeadsThrough goes to a heading in a PDF and in a text.
func TestTheOutlineLeadsThrough(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), size{1600, 900})
	b.upload(write(t, "lighthouse.pdf", makePDF(lighthousePages)), write(t, "garden.md", []byte(gardenNotes)))
	b.click(`button[title="lighthouse.pdf"]`)
	b.wait(`document.querySelector(".sheet")?.dataset.page === "1"`)
	b.click(".outline-toggle")
	b.wait(`document.querySelector("fn-outline [aria-current]")?.textContent === "The Lighthouse at Skerry Point1"`)
	b.click("fn-outline li:nth-child(3) button")
	b.wait(`document.querySelector(".sheet").dataset.page === "3" && document.querySelector("fn-outline [aria-current]").textContent === "Keepers3" && location.hash.endsWith("/3")`)
	b.click(`button[title="garden.md"]`)
	b.wait(`document.querySelector(".reading") !== null`)
	if eval[bool](b, `document.querySelector("fn-outline").hidden`) {
		b.click(".outline-toggle")
	}
	b.click("fn-outline li:nth-child(3) button")
	b.wait(`document.querySelector("fn-outline [aria-current]")?.textContent === "Autumn"`)
}

// TestWordsOfAPageCanBeSelected drags over the text layer.
func TestWordsOfAPageCanBeSelected(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	b.upload(write(t, "lighthouse.pdf", makePDF(lighthousePages)))
	b.ask("Who built the tower in 1871?")
	b.answered()
	b.click(".answer-text .ref")
	b.drawn()
	selected := eval[string](b, `(() => {
		const words = [...document.querySelectorAll(".words span")];
		const first = words.find((w) => w.textContent.trim() === "The"), last = words.findLast((w) => w.textContent.trim() === "granite.");
		const range = document.createRange();
		range.setStart(first.firstChild, 0);
		range.setEnd(last.firstChild, last.firstChild.length);
		getSelection().removeAllRanges();
		getSelection().addRange(range);
		return getSelection().toString();
	})()`)
	want := "The tower was built in 1871 by the engineer Agnes Moreau.\nIt is 42 metres high and made of grey granite."
	if strings.ReplaceAll(strings.TrimSpace(selected), " \n", "\n") != want {
		t.Errorf("selected %q, want %q", selected, want)
	}
	b.picture("selection")
}

func TestDocumentsHaveAddressesOfTheirOwn(t *testing.T) {
	needBrowser(t)
	server := serve(t)
	b := open(t, server, desk)
	b.upload(write(t, "lighthouse.pdf", makePDF(lighthousePages)))
	b.click(`button[title="lighthouse.pdf"]`)
	b.wait(`location.hash.startsWith("#/documents/")`)
	b.click(`button[aria-label="Next page"]`)
	b.wait(`location.hash.endsWith("/2")`)
	link := eval[string](b, `location.href`)
	other := open(t, server, desk)
	other.do(chromedp.Navigate("about:blank"), chromedp.Navigate(link))
	other.wait(`document.querySelector(".sheet")?.dataset.page === "2"`)
	other.do(chromedp.KeyEvent(kb.Escape))
	other.wait(`document.querySelector("fn-source").hidden && location.hash === "#/"`)
}

// TestTheFocusGoesIntoTheSourceAndBack opens a document from the list and closes
// it, by keyboard and with the window so narrow that the list makes room.
func TestTheFocusGoesIntoTheSourceAndBack(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), size{1100, 800})
	b.upload(write(t, "garden.md", []byte(gardenNotes)))
	b.wait(`document.querySelector('fn-source-tools [role=group][aria-label="Zoom"]').hidden`)
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('button[title="garden.md"]').focus()`))
	b.click(`button[title="garden.md"]`)
	b.wait(`!document.querySelector("fn-source").hidden && document.querySelector("fn-source").contains(document.activeElement)`)
	b.wait(`document.querySelector(".reading") !== null`)
	b.do(chromedp.Evaluate[chromedp.Void](`document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }))`))
	b.wait(`document.querySelector("fn-source").hidden && document.activeElement === document.querySelector('button[title="garden.md"]')`)
}
