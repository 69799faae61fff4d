package browsertest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestReadmePicture takes the picture of the README: a question to a small
// library, with the page that the footnote points at beside the answer. The
// PDF is printed by the browser itself, so it has fonts, a table and lists.
func TestReadmePicture(t *testing.T) {
	needBrowser(t)
	corpus, err := filepath.Abs(filepath.Join("..", "..", "testdata", "corpus"))
	if err != nil {
		t.Fatalf("find the corpus: %v", err)
	}
	b := open(t, serve(t), size{1360, 850})
	b.upload(filepath.Join(corpus, "charter.md"), filepath.Join(corpus, "lighthouse.md"),
		filepath.Join(corpus, "formats", "field-guide.docx"), printed(t, filepath.Join(corpus, "formats", "annual-report.html"), "annual-report.pdf"))
	b.do(typeInto("#question", "How many days did fog close the harbour?"))
	b.click("fn-ask .primary")
	b.answered()
	b.click(".answer-text .ref")
	b.wait(`document.querySelectorAll(".marks .mark").length > 0 && document.querySelector(".sheet canvas").width > 300 && !document.querySelector(".sheet").hasAttribute("aria-busy")`)
	checkMarks(b)
	b.do(chromedp.Evaluate[chromedp.Void](`document.activeElement.blur()`))
	b.picture("readme")
}

// printed is an HTML file as the browser prints it to PDF.
func printed(t *testing.T, html, name string) string {
	t.Helper()
	ctx, cancel := chromedp.NewContext(shared.browser, chromedp.WithNewBrowserContext())
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Navigate("file://"+html)); err != nil {
		t.Fatalf("open %s: %v", html, err)
	}
	pdf, err := chromedp.Run(ctx, chromedp.PrintToPDF())
	if err != nil {
		t.Fatalf("print %s: %v", html, err)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, pdf, 0o600); err != nil {
		t.Fatalf("save %s: %v", name, err)
	}
	return path
}
