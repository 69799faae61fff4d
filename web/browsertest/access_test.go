package browsertest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// contrastTooLow lists texts on the page whose colour stands out too little
// from what is behind them (WCAG 2.2, 1.4.3: 4.5 to 1, large text 3 to 1).
const contrastTooLow = `(() => {
	const channels = (c) => c.match(/[\d.]+/g).map(Number);
	const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
		.reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
	const behind = (el) => {
		for (let e = el; e; e = e.parentElement) {
			const c = channels(getComputedStyle(e).backgroundColor);
			if (c.length === 3 || c[3] === 1) return c;
		}
		return [255, 255, 255];
	};
	const low = new Set();
	const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walk.nextNode()) {
		const el = walk.currentNode.parentElement;
		const style = getComputedStyle(el);
		if (!walk.currentNode.data.trim() || !el.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || el.closest(".words, :disabled, noscript, option")) continue;
		const [a, b] = [light(channels(style.color)), light(behind(el))];
		const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
		const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
		if (ratio < (large ? 3 : 4.5)) low.add(walk.currentNode.data.trim().slice(0, 40) + " " + ratio.toFixed(2) + " " + style.color);
	}
	return [...low].join("\n");
})()`

// checkContrast holds the colours of all text on the page against the rule.
func checkContrast(b *tab, view string) {
	b.t.Helper()
	if low := eval[string](b, contrastTooLow); low != "" {
		b.t.Errorf("%s: too little contrast:\n%s", view, low)
	}
}

// checkNames looks for controls that a screen reader could not name, and for
// ids used twice.
func checkNames(b *tab, view string) {
	b.t.Helper()
	checked, nameless := controls(b)
	for try := 0; try < 3 && len(nameless) > 0; try++ {
		checked, nameless = controls(b) // the tree follows the page at a distance
	}
	for _, role := range nameless {
		b.t.Errorf("%s: a %s has no name", view, role)
	}
	if checked == 0 {
		b.t.Errorf("%s: no controls found", view)
	}
	if twice := eval[string](b, `[...document.querySelectorAll("[id]")].map((e) => e.id).filter((id, i, all) => all.indexOf(id) !== i).join(" ")`); twice != "" {
		b.t.Errorf("%s: ids used twice: %s", view, twice)
	}
}

// controls counts what can be used or must be announced, and returns the roles of
// those without a name.
func controls(b *tab) (checked int, nameless []string) {
	b.t.Helper()
	tree, err := chromedp.Call(b.ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	if err != nil {
		b.t.Fatalf("read the accessibility tree: %v", err)
	}
	named := map[string]bool{"button": true, "link": true, "textbox": true, "searchbox": true, "combobox": true, "checkbox": true, "spinbutton": true, "image": true, "dialog": true, "tab": true, "tabpanel": true, "progressbar": true, "region": true}
	for _, n := range tree.Nodes {
		if n.Ignored || n.Role == nil || !named[text(n.Role)] {
			continue
		}
		checked++
		if strings.TrimSpace(text(n.Name)) == "" {
			nameless = append(nameless, text(n.Role))
		}
	}
	return checked, nameless
}

func text(v *accessibility.Value) string {
	if v == nil {
		return ""
	}
	return strings.Trim(string(v.Value), `"`)
}

// prefer sets a media feature, "" back to what it was.
func (b *tab) prefer(feature, value string) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: feature, Value: value},
		{Name: "prefers-reduced-motion", Value: "reduce"}, // a colour in transition is neither of its two
	}})
	if err != nil {
		b.t.Fatalf("set %s: %v", feature, err)
	}
}

// TestKeyboardAlone asks, opens a footnote, walks through pages and closes,
// without a mouse.
func TestKeyboardAlone(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	b.upload(write(t, "lighthouse.pdf", makePDF(lighthousePages)))
	b.do(chromedp.KeyEvent("/"))
	b.wait(`document.activeElement.id === "question"`)
	b.do(chromedp.KeyEvent("When did the last keeper leave?"))
	b.enter()
	b.answered()
	b.tabTo(`.answer-text .ref`)
	b.wait(`!document.querySelector("fn-card").hidden`)
	b.do(chromedp.KeyEvent(kb.Enter))
	b.wait(`Number(document.querySelector(".sheet")?.dataset.page) === document.querySelector("fn-answer").answer.citations[0].page`)
	page := eval[int](b, `Number(document.querySelector(".sheet").dataset.page)`)
	b.tabTo(`button[aria-label="Previous page"]`)
	b.do(chromedp.KeyEvent(kb.Enter))
	b.wait(fmt.Sprintf(`document.querySelector(".sheet").dataset.page === "%d" && document.querySelectorAll(".mark").length === 0`, page-1))
	b.do(chromedp.KeyEvent(kb.Escape))
	b.wait(`document.querySelector("fn-source").hidden && document.activeElement.matches(".answer-text .ref")`)
}

// tabTo presses Tab until an element has the focus.
func (b *tab) tabTo(selector string) {
	b.t.Helper()
	const most = 60
	for range most {
		b.do(chromedp.KeyEvent(kb.Tab))
		if eval[bool](b, fmt.Sprintf(`document.activeElement.matches(%q)`, selector)) {
			return
		}
	}
	b.t.Fatalf("%d times Tab did not lead to %s", most, selector)
}

func TestPrintShowsFootnotes(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	b.upload(write(t, "lighthouse.pdf", makePDF(lighthousePages)))
	b.ask("Who built the tower in 1871?")
	b.answered()
	prints(b, "print")
	b.wait(`document.querySelector(".footnotes").checkVisibility()`)
}

func TestPrintShowsAComparison(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), size{658, 900}) // what the margins leave of A4
	compared(b)
	prints(b, "print-compared")
	b.wait(`[...document.querySelectorAll(".scroll-x, .scroll-x *, .columns, .column-of")].every((e) => e.getBoundingClientRect().right <= innerWidth)`)
	b.wait(`[...document.querySelectorAll(".verdict, .column-of, .column-of .footnotes li, .aligned, .evidence, .heat-strip")].every((e) => e.checkVisibility())`)
	if shown := eval[[]string](b, `[...document.querySelectorAll("button:not(.ref, .reader), .answer-actions")].filter((e) => e.checkVisibility()).map((e) => e.outerHTML)`); len(shown) > 0 {
		t.Errorf("buttons are printed: %q", shown)
	}
}

// prints lays the page out for paper, without what is of no use there.
func prints(b *tab, name string) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	if err != nil {
		b.t.Fatalf("emulate paper: %v", err)
	}
	b.picture(name)
	b.wait(`!document.querySelector(".side").checkVisibility() && !document.querySelector("fn-ask").checkVisibility()`)
	pdf, err := chromedp.Run(b.ctx, chromedp.PrintToPDF())
	if err != nil || !strings.HasPrefix(string(pdf), "%PDF-") {
		b.t.Fatalf("printing gave %d bytes, %v", len(pdf), err)
	}
	if dir := os.Getenv("FOOTNOTE_SCREENSHOTS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name+".pdf"), pdf, 0o600); err != nil {
			b.t.Fatal(err)
		}
	}
}

// TestTextAtTwiceTheSize lays the page out as a browser does at 200 %.
func TestTextAtTwiceTheSize(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), size{desk.width / 2, desk.height / 2})
	b.upload(write(t, "lighthouse.pdf", makePDF(lighthousePages)))
	b.ask("Who built the tower in 1871?")
	b.answered()
	fits(b)
	b.click(".answer-text .ref")
	b.wait(`document.querySelectorAll(".marks .mark").length > 0`)
	b.picture("zoomed")
	fits(b)
}
