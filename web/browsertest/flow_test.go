package browsertest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestMainFlow goes the way of a new user, at a desk and on a phone.
func TestMainFlow(t *testing.T) {
	for name, window := range map[string]size{"at a desk": desk, "on a phone": phone} {
		t.Run(name, func(t *testing.T) {
			needBrowser(t)
			small := window == phone
			b := open(t, serve(t), window)
			b.picture(fmt.Sprintf("empty-%d", window.width))
			b.upload(write(t, "lighthouse.pdf", makePDF(lighthousePages)), write(t, "garden.md", []byte(gardenNotes)))
			if small {
				b.click(".menu")
			}
			b.picture(fmt.Sprintf("library-%d", window.width))
			if small {
				b.click(".menu")
			}

			b.ask("Who built the tower in 1871?")
			b.answered()
			b.picture(fmt.Sprintf("answer-%d", window.width))
			b.click(".answer-text .ref")
			b.wait(`document.querySelectorAll(".marks .mark").length > 0 && document.querySelector(".sheet canvas").width > 300`)
			checkMarks(b)
			b.picture(fmt.Sprintf("source-%d", window.width))
			fits(b)

			link := eval[string](b, `location.href`)
			b.do(chromedp.KeyEvent(kb.Escape))
			b.wait(`document.querySelector("fn-source").hidden`)
			text := eval[string](b, `document.querySelector(".answer-text").textContent`)
			b.do(chromedp.Navigate("about:blank"), chromedp.Navigate(link))
			b.wait(`document.querySelectorAll(".marks .mark").length > 0`)
			if again := eval[string](b, `document.querySelector(".answer-text").textContent`); again != text {
				t.Errorf("after a reload the answer is %q, want %q", again, text)
			}
			b.do(chromedp.KeyEvent(kb.Escape))
			compare(b)
			b.picture(fmt.Sprintf("compare-%d", window.width))
			fits(b)

			if small {
				b.click(".menu")
			}
			b.click(`button[aria-label="Delete garden.md"]`)
			b.wait(`document.querySelectorAll("fn-document-row").length === 1`)
			b.click(`.toast button[aria-label="Close"]`)
			b.wait(`fetch("/v1/documents").then((r) => r.json()).then((d) => d.documents.length === 1)`)
		})
	}
}

// checkMarks holds the highlight boxes against the page image and the words
// that the footnote quotes.
func checkMarks(b *tab) {
	b.t.Helper()
	outside := eval[int](b, `(() => {
		const page = document.querySelector(".sheet canvas").getBoundingClientRect();
		return [...document.querySelectorAll(".mark")].map((m) => m.getBoundingClientRect()).filter((m) =>
			m.width <= 0 || m.height <= 0 || m.left < page.left || m.right > page.right || m.top < page.top || m.bottom > page.bottom).length;
	})()`)
	if outside > 0 {
		b.t.Errorf("%d highlight boxes are empty or lie outside the page", outside)
	}
	b.wait(`document.querySelectorAll(".words span").length > 0`)
	marked := eval[string](b, `(() => {
		const marks = [...document.querySelectorAll(".mark")].map((m) => m.getBoundingClientRect());
		return [...document.querySelectorAll(".words span")].filter((w) => {
			const r = w.getBoundingClientRect(), x = r.left + r.width / 2, y = r.top + r.height / 2;
			return marks.some((m) => m.left <= x && x <= m.right && m.top <= y && y <= m.bottom);
		}).map((w) => w.textContent.trim()).join(" ").replace(/\s+/g, " ");
	})()`)
	quote := eval[string](b, `document.querySelector(".footnotes li").querySelector("blockquote").textContent.trim().replace(/\s+/g, " ")`)
	if marked != quote {
		b.t.Errorf("the boxes cover %q, want the quote %q", marked, quote)
	}
}

// fits checks that nothing makes the window or one of its columns scroll
// sideways.
func fits(b *tab) {
	b.t.Helper()
	over := eval[string](b, `["html", ".top", ".side", ".work", ".source-head", ".menu-panel:not([hidden])"].flatMap((s) => [...document.querySelectorAll(s)])
		.filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1).map((e) => (e.className || e.tagName) + " by " + (e.scrollWidth - e.clientWidth)).join(", ")`)
	if over != "" {
		b.t.Errorf("wider than its place: %s", over)
	}
}

// compare asks two strategies at once.
func compare(b *tab) {
	b.t.Helper()
	b.click(".compare-toggle")
	b.ask("When did the last keeper leave?")
	b.wait(`location.hash.startsWith("#/comparisons/") && document.querySelector(".pairs, .verdict")?.textContent.includes("fastest")`)
	got := eval[int](b, `[...document.querySelectorAll("fn-compare fn-answer")].filter((a) => a.answer).length`)
	if got != 2 {
		b.t.Errorf("%d answers stand side by side, want 2", got)
	}
	if verdict := eval[string](b, `document.querySelector(".verdict").textContent`); verdict == "" {
		b.t.Error("the comparison has no verdict")
	}
}

func TestTextSource(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	b.upload(write(t, "garden.md", []byte(gardenNotes)))
	b.ask("How many kilograms did the harvest of 2019 weigh?")
	b.answered()
	b.click(".answer-text .ref")
	b.wait(`document.querySelector(".reading mark") !== null`)
	marked := eval[string](b, `[...document.querySelectorAll(".reading mark")].map((m) => m.textContent).join(" ")`)
	quote := eval[string](b, `document.querySelector("fn-answer").answer.citations[0].quote`)
	if marked != quote {
		t.Errorf("marked in the text: %q, want %q", marked, quote)
	}
	b.wait(`document.querySelector('fn-outline [aria-current="location"]')?.textContent === "Autumn"`)
	b.picture("text-source")
}

func TestUntrustedTextStaysText(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	b.upload(write(t, `<img src=x onerror=alert(1)>.txt`, []byte(hostileNotes)))
	b.ask("What is the budget of the project?")
	b.answered()
	b.click(".answer-text .ref")
	b.wait(`document.querySelector(".reading mark") !== null`)
	b.picture("hostile")
	if marked := eval[string](b, `document.querySelector(".reading mark").textContent`); !strings.Contains(marked, "<img src=x") {
		t.Errorf("the source shows %q, want the markup as text", marked)
	}
	if eval[bool](b, `"hacked" in window || document.querySelector("fn-app b, fn-app img, fn-app script") !== null`) {
		t.Error("text of a document became markup")
	}
}

// TestOddCharactersComeThrough asks a text of them, under a name of them.
func TestOddCharactersComeThrough(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#pick-files"), []string{write(t, "odd \u202egpj.exe\u202c 🌉 ünï.txt", []byte(oddNotes))}, chromedp.NodeReady))
	b.ready(1)
	if name := rowNames(b); strings.ContainsRune(name, '\u202e') || !strings.Contains(name, "🌉 ünï.txt") {
		t.Errorf("the row is called %q", name)
	}
	b.ask("What is the secret number?")
	b.answered()
	b.click(".answer-text .ref")
	b.wait(`document.querySelector(".reading mark") !== null`)
	checkMarkedText(b)
	b.picture("odd")
	fits(b)
}

func TestRefusedFileSaysWhatToDo(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	b.expect("Failed to load resource")
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#pick-files"), []string{write(t, "blob.bin", []byte{0, 1, 2, 3, 0xfe, 0xff, 0, 9})}, chromedp.NodeReady))
	b.wait(`document.querySelector('fn-document-row[data-status="failed"] .doc-error') !== null`)
	b.picture("refused")
	if said := eval[string](b, `document.querySelector(".doc-fix").textContent`); len(said) < 10 {
		t.Errorf("the way on is %q, want a sentence", said)
	}
}

func TestAskingWithoutDocumentsSaysSo(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	b.wait(`document.querySelector(".docs-note h2") !== null && document.querySelector(".begin").checkVisibility()`)
	b.ask("Anything?")
	b.wait(`!document.querySelector(".ask-problem").hidden`)
	if hash := eval[string](b, `location.hash`); hash != "" {
		t.Errorf("the page went to %q, want it to stay", hash)
	}
}

func TestKeyIsAskedFor(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t, "FOOTNOTE_API_KEYS=correct-horse-battery"), desk)
	b.expect("401")
	b.wait(`document.querySelector("fn-key-dialog dialog")?.open`)
	b.picture("key")
	b.do(chromedp.SendKeys(chromedp.CSS("#api-key"), "correct-horse-battery\r"))
	b.wait(`document.querySelector("fn-key-dialog dialog") === null && document.querySelectorAll(".choice").length > 1`)
	b.upload(write(t, "lighthouse.pdf", makePDF(lighthousePages)))
	b.ask("Who built the tower in 1871?")
	b.answered()
	b.click(".answer-text .ref")
	b.wait(`document.querySelectorAll(".marks .mark").length > 0 && document.querySelector(".sheet canvas").width > 300`)
}

// TestProgressNamesPages watches a long document being read.
func TestProgressNamesPages(t *testing.T) {
	needBrowser(t)
	pages := make([][]string, 900)
	for i := range pages {
		pages[i] = []string{fmt.Sprintf("Chapter %d", i+1), fmt.Sprintf("The code of chapter %d is %d.", i+1, 7000+i)}
	}
	path := write(t, "long.pdf", makePDF(pages))
	b := open(t, serve(t), desk)
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#pick-files"), []string{path}, chromedp.NodeReady))
	b.wait(`/Reading page [\d,]+ of 900/.test(document.querySelector(".doc-state")?.textContent) && document.querySelector("fn-document-row progress").value > 0`)
	b.picture("progress")
	b.wait(`document.querySelector('fn-document-row[data-status="ready"]') !== null`)
	if said := eval[string](b, `document.querySelector(".doc-state").textContent`); !strings.HasPrefix(said, "PDF 900 pages") {
		t.Errorf("the row says %q, want it to begin with PDF 900 pages", said)
	}
}
