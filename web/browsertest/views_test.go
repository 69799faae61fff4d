package browsertest

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// theme is a way that people look at the page.
type theme struct {
	name           string
	window         size
	feature, value string // a media feature
	direction      string // of the page, "" for its own
}

var themes = []theme{
	{"light", desk, "prefers-color-scheme", "light", ""},
	{"dark", desk, "prefers-color-scheme", "dark", ""},
	{"contrast", desk, "prefers-contrast", "more", ""},
	{"phone", phone, "prefers-color-scheme", "light", ""},
	{"phone-dark", phone, "prefers-color-scheme", "dark", ""},
	{"zoomed", size{desk.width / 2, desk.height / 2}, "prefers-color-scheme", "light", ""}, // 200 %
	{"rtl", desk, "prefers-color-scheme", "light", "rtl"},
}

// TestEveryViewIsForEverybody walks through all views, in every theme, and
// checks names, ids, contrast, the rules of axe, and that nothing makes the
// window scroll sideways. FOOTNOTE_SCREENSHOTS keeps a picture of each.
func TestEveryViewIsForEverybody(t *testing.T) {
	needBrowser(t)
	script := axeScript(t)
	for _, th := range themes {
		t.Run(th.name, func(t *testing.T) {
			t.Parallel()
			b := open(t, serve(t), th.window)
			b.expect("415") // the file that is refused
			b.prefer(th.feature, th.value)
			if th.direction != "" {
				b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`document.documentElement.dir = %q`, th.direction)))
			}
			walk(b, func(view string) {
				b.t.Helper()
				b.picture(view + "-" + th.name)
				checkNames(b, view)
				checkContrast(b, view)
				checkAxe(b, script, view)
				fits(b)
			})
		})
	}
}

// walk goes through every view of the page and stops at each.
func walk(b *tab, look func(view string)) {
	b.t.Helper()
	b.wait(`document.querySelector(".docs-note h2") !== null`)
	look("start-empty")
	walkLibrary(b, look)
	walkQuestions(b, look)
	walkSources(b, look)
	b.click(`fn-model a`)
	b.wait(`document.querySelectorAll(".settings-table tbody tr").length > 5`)
	look("settings")
}

func walkLibrary(b *tab, look func(view string)) {
	b.t.Helper()
	corpus := corpusFolder(b.t)
	b.upload(write(b.t, "lighthouse.pdf", makePDF(lighthousePages)), write(b.t, "garden.md", []byte(gardenNotes)),
		filepath.Join(corpus, "formats", "annual-report.docx"), filepath.Join(corpus, "formats", "field-guide.epub"))
	b.refuse(write(b.t, "blob.bin", []byte{0, 1, 2, 3, 0xfe, 0xff, 0, 9}))
	look("start")
	b.side(true)
	b.click(`input[aria-label="Ask only lighthouse.pdf"]`)
	look("library")
	b.click(`button[aria-label="Paste text"]`)
	b.wait(`document.querySelector("dialog.paste").open`)
	look("paste")
	b.do(chromedp.KeyEvent(kb.Escape))
	b.click(`#tab-history`)
	b.wait(`document.querySelector(".history > p") !== null`)
	look("history-empty")
	b.click(`#tab-library`)
	b.side(false)
}

func walkQuestions(b *tab, look func(view string)) {
	b.t.Helper()
	b.wait(`document.querySelector(".chip strong")?.textContent === "lighthouse.pdf"`)
	look("scope")
	b.click(`.scope > .link-button`)
	b.click(`#strategy`)
	b.wait(`document.querySelector("[data-cost=rag]")?.textContent !== ""`)
	look("strategies")
	b.do(chromedp.KeyEvent(kb.Escape))
	b.click(`#options`)
	look("options")
	b.do(chromedp.KeyEvent(kb.Escape))
	compare(b)
	look("comparison")
	b.click(`#strategy`)
	look("strategies-compared")
	b.do(chromedp.KeyEvent(kb.Escape))
	b.click(`.compare-toggle`)
	b.ask("What is the melting point of tungsten?")
	b.answered()
	look("abstention")
	b.ask("Who built the tower in 1871?")
	b.answered()
	look("answer")
	b.click(".trace > summary")
	b.click(".trail > li:first-child summary")
	b.wait(`document.querySelector(".trail .parts blockquote") !== null`)
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector(".trace").scrollIntoView()`))
	look("steps")
	b.click(".trace > summary")
	b.side(true)
	b.click(`#tab-history`)
	b.wait(`document.querySelectorAll(".history a").length >= 3`)
	look("history")
	b.click(`#tab-library`)
	b.side(false)
}

func walkSources(b *tab, look func(view string)) {
	b.t.Helper()
	b.click(".answer-text .ref")
	b.drawn()
	look("source-page")
	b.click(".outline-toggle")
	b.wait(`document.querySelector("fn-outline [aria-current]") !== null`)
	look("source-page-outline")
	b.click(".outline-toggle")
	b.do(chromedp.KeyEvent(kb.Escape))
	b.ask("How many days did fog close the harbour?")
	b.answered()
	b.click(".answer-text .ref")
	b.wait(`document.querySelector(".reading mark") !== null`)
	look("source-text")
	b.do(chromedp.KeyEvent(kb.Escape))
	b.side(true)
	b.click(`button[title="annual-report.docx"]`)
	b.wait(`document.querySelector(".reading .heading") !== null`)
	look("document")
	b.do(chromedp.KeyEvent(kb.Escape))
}

func corpusFolder(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", "..", "testdata", "corpus"))
	if err != nil {
		t.Fatalf("find the corpus: %v", err)
	}
	return dir
}

// side shows or hides the library on a narrow window; on a wide one it is
// always there.
func (b *tab) side(on bool) {
	b.t.Helper()
	if eval[bool](b, fmt.Sprintf(`document.querySelector(".menu").checkVisibility() && document.querySelector("fn-app").classList.contains("show-side") !== %t`, on)) {
		b.click(".menu")
	}
}

// refuse uploads a file that is not taken, and waits until that is said.
func (b *tab) refuse(path string) {
	b.t.Helper()
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#pick-files"), []string{path}, chromedp.NodeReady))
	b.wait(`document.querySelector('fn-document-row[data-status="failed"] .doc-error') !== null`)
}

// drawn waits for a page with its marks and its text.
func (b *tab) drawn() {
	b.t.Helper()
	b.wait(`document.querySelectorAll(".marks .mark").length > 0 && document.querySelector(".sheet canvas").width > 300 &&
		document.querySelectorAll(".words span").length > 0 && !document.querySelector(".sheet").hasAttribute("aria-busy")`)
}
