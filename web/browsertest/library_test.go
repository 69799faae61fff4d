package browsertest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Modifiers of keys, as the browser's protocol counts them.
const (
	ctrl  = 2
	shift = 8
)

// rowNames are the names in the list, from top to bottom.
func rowNames(b *tab) string {
	b.t.Helper()
	return eval[string](b, `[...document.querySelectorAll("fn-document-row .doc-name")].map((n) => n.textContent).join(" ")`)
}

// ready waits until so many documents are ready.
func (b *tab) ready(n int) {
	b.t.Helper()
	b.wait(fmt.Sprintf(`document.querySelectorAll('fn-document-row[data-status="ready"]').length === %d`, n))
}

func TestPastedTextBecomesADocument(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	b.do(chromedp.Evaluate[chromedp.Void](`(() => {
		const data = new DataTransfer();
		data.setData("text/plain", "# Minutes of May\n\nThe board chose Orla Finch as treasurer.\n");
		document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
	})()`))
	b.wait(`document.querySelector("#paste-name")?.value === "Minutes of May" && document.querySelector("dialog.paste").open`)
	b.click("dialog.paste .primary")
	b.ready(1)
	if got := rowNames(b); got != "Minutes of May.md" {
		t.Errorf("the list has %q", got)
	}
	b.ask("Who is the treasurer?")
	b.answered()

	b.click(`button[aria-label="Paste text"]`)
	b.do(typeInto("#paste-body", "The quick note says that the meeting is on 4 June."))
	b.click("dialog.paste .primary")
	b.ready(2)
	if got := rowNames(b); !strings.Contains(got, "Pasted text.txt") {
		t.Errorf("the list has %q", got)
	}
}

func TestPastedAndDroppedFilesAreUploaded(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	for _, event := range []string{
		`document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }))`,
		`document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }))`,
	} {
		b.do(chromedp.Evaluate[chromedp.Void](`(() => {
			const data = new DataTransfer();
			data.items.add(new File(["Fact " + document.querySelectorAll("fn-document-row").length + ": the sea is salt."], "fact" + document.querySelectorAll("fn-document-row").length + ".txt", { type: "text/plain" }));
			` + event + `;
		})()`))
		b.wait(`document.querySelector('fn-document-row[data-status="ready"]') !== null`)
	}
	b.ready(2)
	b.do(chromedp.Evaluate[chromedp.Void](`(() => {
		const data = new DataTransfer();
		data.items.add(new File(["x"], "x.txt"));
		dispatchEvent(new DragEvent("dragenter", { dataTransfer: data }));
	})()`))
	b.wait(`document.querySelector(".drop-veil").checkVisibility()`)
	b.picture("drop")
}

func TestFoldersLeaveOutWhatCannotBeRead(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	b.wait(`document.querySelector(".docs-note .small") !== null`) // formats are known
	b.do(chromedp.Evaluate[chromedp.Void](`import("/js/library.js").then(() => {
		const input = document.querySelector("#pick-folder");
		const data = new DataTransfer();
		for (const name of ["report.txt", "picture.png", ".hidden.txt", "~$lock.docx", "Thumbs.db"]) data.items.add(new File(["The report is about " + name], name));
		input.files = data.files;
		input.dispatchEvent(new Event("change"));
	})`))
	b.ready(1)
	b.wait(`document.querySelector(".toast")?.textContent.startsWith("1 file of kinds that cannot be read was left out.")`)
	if got := rowNames(b); got != "report.txt" {
		t.Errorf("the list has %q, want report.txt alone", got)
	}
}

// TestReadingCanBeStoppedAndTakenUpAgain stops a long document half-way.
func TestReadingCanBeStoppedAndTakenUpAgain(t *testing.T) {
	needBrowser(t)
	pages := make([][]string, 4000)
	for i := range pages {
		pages[i] = []string{fmt.Sprintf("Chapter %d", i+1), fmt.Sprintf("The code of chapter %d is %d.", i+1, 7000+i)}
	}
	b := open(t, serve(t), desk)
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#pick-files"), []string{write(t, "long.pdf", makePDF(pages))}, chromedp.NodeReady))
	b.wait(`/Reading page [\d,]+ of 4,000/.test(document.querySelector(".doc-state")?.textContent)`)
	b.click(`button[aria-label="Stop reading long.pdf"]`)
	b.wait(`document.querySelector(".doc-error")?.textContent.startsWith("Reading was stopped.")`)
	b.picture("stopped-reading")
	b.click(`button[aria-label="Try long.pdf again"]`)
	b.wait(`/Waiting|Reading/.test(document.querySelector(".doc-state")?.textContent)`)
	b.wait(`document.querySelector('fn-document-row[data-status="ready"]') !== null`)
}

func TestTheLibraryIsSortedAndFiltered(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	b.upload(write(t, "beta.md", []byte("# B\n\nShort.\n")))
	b.upload(write(t, "Alpha.md", []byte(gardenNotes)))
	b.upload(write(t, "gamma.md", []byte("# G\n\nThis one is of middling length, and no more.\n")))
	b.refuse(write(t, "delta.bin", []byte{0, 1, 2, 3}))
	for _, c := range []struct{ sort, want string }{
		{"oldest", "beta.md Alpha.md gamma.md delta.bin"},
		{"name", "Alpha.md beta.md delta.bin gamma.md"},
		{"longest", "Alpha.md gamma.md beta.md delta.bin"},
		{"newest", "delta.bin gamma.md Alpha.md beta.md"},
	} {
		b.choose("#library-sort", c.sort)
		b.wait(fmt.Sprintf(`[...document.querySelectorAll("fn-document-row .doc-name")].map((n) => n.textContent).join(" ") === %q`, c.want))
	}
	b.choose("#library-filter", "failed")
	b.wait(`document.querySelectorAll("fn-document-row").length === 1 && document.querySelector(".list-row .numbers").textContent === "1"`)
	b.choose("#library-filter", "ready")
	b.wait(`document.querySelectorAll("fn-document-row").length === 3`)
	b.choose("#library-sort", "name")
	b.upload(write(t, "Always.md", []byte("# A\n\nIt finds its place.\n")))
	b.wait(`[...document.querySelectorAll("fn-document-row .doc-name")].map((n) => n.textContent).join(" ") === "Alpha.md Always.md beta.md gamma.md"`)
}

// TestManyAreTickedAndDeletedAtOnce ticks a range with Shift, then all, and
// takes a deletion back.
func TestManyAreTickedAndDeletedAtOnce(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	for i := range 4 {
		b.upload(write(t, fmt.Sprintf("note-%d.md", i), fmt.Appendf(nil, "# Note %d\n\nNumber %d.\n", i, i)))
	}
	b.click(`input[aria-label="Ask only note-3.md"]`)
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('input[aria-label="Ask only note-1.md"]').dispatchEvent(new MouseEvent("click", { bubbles: true, shiftKey: true }))`))
	b.wait(`document.querySelector(".scope-bar:not([hidden])")?.textContent.startsWith("3 selected")`)
	b.click(`input[aria-label="Tick all that are listed"]`)
	b.wait(`document.querySelector(".scope-bar:not([hidden])")?.textContent.startsWith("4 selected")`)
	b.click(`input[aria-label="Ask only note-0.md"]`)
	b.click(`button[aria-label="Delete the 3 selected documents"]`)
	b.wait(`document.querySelectorAll("fn-document-row").length === 1 && document.querySelector(".scope").textContent.startsWith("Asks all")`)
	b.picture("deleted-many")
	b.click(".toast .link-button")
	b.ready(4)
	b.click(`input[aria-label="Ask only note-2.md"]`)
	b.click(`input[aria-label="Ask only note-1.md"]`)
	b.click(`button[aria-label="Delete the 2 selected documents"]`)
	b.click(`.toast button[aria-label="Close"]`)
	b.wait(`fetch("/v1/documents").then((r) => r.json()).then((d) => d.total === 2)`)
}

// TestTheLibraryByKeyboard moves through rows with the arrows, ticks one and
// deletes another.
func TestTheLibraryByKeyboard(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	b.upload(write(t, "a.md", []byte("# A\n\nOne.\n")))
	b.upload(write(t, "b.md", []byte("# B\n\nTwo.\n")))
	b.tabTo(`input[aria-label="Ask only b.md"]`)
	b.do(chromedp.KeyEvent(kb.ArrowDown))
	b.wait(`document.activeElement.ariaLabel === "Ask only a.md"`)
	b.do(chromedp.KeyEvent(" "))
	b.wait(`document.querySelector(".chip strong")?.textContent === "a.md"`)
	b.do(chromedp.KeyEvent(kb.ArrowUp))
	b.tabTo(`button[title="b.md"]`)
	b.do(chromedp.KeyEvent(kb.Delete))
	b.wait(`document.querySelectorAll("fn-document-row").length === 1`)
	b.do(chromedp.KeyEvent("z", chromedp.KeyModifiers(ctrl)))
	b.ready(2)
	b.tabTo(`button[aria-label="Delete b.md"]`)
	b.enter()
	b.wait(`document.querySelectorAll("fn-document-row").length === 1`)
	b.tabTo(`button[title="a.md"]`)
	b.enter()
	b.wait(`document.querySelector(".reading")?.textContent.includes("One.") && location.hash.startsWith("#/documents/")`)
}

// TestWhatIsInSightStays adds documents above the part of a long list that is
// in sight.
func TestWhatIsInSightStays(t *testing.T) {
	needBrowser(t)
	server := serve(t)
	post(t, server, 0, 100)
	b := open(t, server, desk)
	b.wait(`document.querySelector(".list-row .numbers").textContent === "100" && document.querySelector("fn-virtual-list").scrollHeight > 3000`)
	where := `(() => {
		const list = document.querySelector("fn-virtual-list").getBoundingClientRect();
		const row = [...document.querySelectorAll("fn-document-row")].find((r) => r.getBoundingClientRect().bottom > list.top + 1);
		return row ? row.querySelector(".doc-name").textContent + " " + Math.round(row.getBoundingClientRect().top) : "";
	})()`
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("fn-virtual-list").scrollTop = 1500`))
	b.wait(`/^note-00[0-8]/.test(` + where + `)`)
	before := eval[string](b, where)
	post(t, server, 100, 160)
	b.wait(`document.querySelector(".list-row .numbers").textContent === "160"`)
	if after := eval[string](b, where); after != before {
		t.Errorf("in sight was %s, and is %s now", before, after)
	}
}

// TestARefusedUploadHasARowOfItsOwn sends a file that is over the limit.
func TestARefusedUploadHasARowOfItsOwn(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t, "FOOTNOTE_MAX_UPLOAD=1KiB"), desk)
	b.expect("413")
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#pick-files"), []string{write(t, "large.txt", []byte(strings.Repeat("Too long. ", 500))), write(t, "small.txt", []byte("It fits."))}, chromedp.NodeReady))
	b.wait(`document.querySelector('fn-document-row[data-status="failed"] .doc-error') !== null`)
	b.ready(1)
	b.picture("refused-upload")
	said := eval[string](b, `document.querySelector(".doc-error").textContent`)
	if !strings.HasPrefix(said, "Not taken. The file has more than 1024 bytes.") || !strings.Contains(said, "Split the file") {
		t.Errorf("the row says %q", said)
	}
	b.click(`button[aria-label="Take large.txt off the list"]`)
	b.wait(`document.querySelectorAll("fn-document-row").length === 1`)
}
