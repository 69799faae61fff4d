package browsertest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// lanes are the readers of each lane: their numbers in order, or what lies on
// what.
const lanes = `[...document.querySelectorAll(".heat-readers")].map((lane) => {
	const buttons = [...lane.querySelectorAll("button")], boxes = buttons.map((b) => b.getBoundingClientRect());
	const small = boxes.find((b) => b.width < 24 || b.height < 24), over = boxes.find((b, i) => i && b.left < boxes[i - 1].right - 0.5);
	return small ? "one of " + small.width + " × " + small.height : over ? "one on another at " + over.left : buttons.map((b) => b.dataset.number).join(" ");
})`

// TestEachChainHasALaneOfItsOwn compares chains that read the same both ways.
func TestEachChainHasALaneOfItsOwn(t *testing.T) {
	needBrowser(t)
	for name, window := range map[string]size{"at a desk": desk, "on a phone": phone} {
		t.Run(name, func(t *testing.T) {
			b := open(t, serve(t), window)
			b.upload(write(t, "keepers.md", longNotes()))
			id := eval[string](b, `fetch("v1/comparisons", { method: "POST", headers: { "Content-Type": "application/json" },
				body: JSON.stringify({ question: "When did the last keeper leave?", strategies: ["coa", "rag"], options: { window: 2000, direction: "both" } }) }).then((r) => r.json()).then((c) => c.id)`)
			b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`location.hash = "#/comparisons/%s"`, id)))
			b.wait(`document.querySelectorAll("fn-heat .heat-strip").length === 2`)
			got := eval[[]string](b, lanes)
			if len(got) != 2 {
				t.Fatalf("lanes %q, want two", got)
			}
			forward, backward := strings.Fields(got[0]), strings.Fields(got[1])
			n := len(forward)
			for i := range forward {
				if len(backward) != n || forward[i] != fmt.Sprint(i+1) || backward[i] != fmt.Sprint(2*n-i) {
					t.Fatalf("lanes %q: the second chain reads from the end", got)
				}
			}
			names := eval[string](b, `[...document.querySelectorAll(".heat-readers")].map((l) => l.getAttribute("aria-label")).join("; ")`)
			if !strings.HasSuffix(names, "in keepers.md, row 2 of 2") || strings.Count(names, "row") != 2 {
				t.Errorf("lanes are called %q", names)
			}
			b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("fn-heat").scrollIntoView()`))
			b.picture(fmt.Sprintf("chains-%d", window.width))
		})
	}
}

// TestStripsClaimNoMoreThanIsRecorded shows answers that keep part of what was
// done: many readers of more, and documents of more.
func TestStripsClaimNoMoreThanIsRecorded(t *testing.T) {
	needBrowser(t)
	for name, window := range map[string]size{"at a desk": desk, "on a phone": phone} {
		t.Run(name, func(t *testing.T) {
			b := open(t, serve(t), window)
			b.expect("404") // documents that were read are gone since
			compared(b)
			b.do(chromedp.Evaluate[chromedp.Void](`(() => {
				const view = [...document.querySelectorAll("fn-answer")], [rag, coa, full] = view.map((v) => v.answer);
				const here = rag.shown[0].document, size = Math.max(...full.shown.map((r) => r.end));
				const other = (n) => Array.from({ length: n }, (_, i) => ({ document: "doc_" + i, start: 0, end: 9 }));
				const reader = (number, at, of) => ({ ...coa.trace.steps.find((s) => s.kind === "worker"), number, found: 0, ranges: [{ document: here, start: Math.floor(size * at / of), end: Math.floor(size * (at + 1) / of) }] });
				const many = { rounds: 1, workers: 300, steps: Array.from({ length: 80 }, (_, i) => reader(3 * i + 1, 3 * i, 300)) };
				document.querySelector("fn-heat").show([
					{ ...rag, selected: [], shown: other(20) },
					{ ...full, shown: Array.from({ length: 100 }, (_, i) => ({ document: here, start: i * 10, end: i * 10 + 5 })) },
					{ ...full, strategy: "alr2", citations: [], shown: other(19) },
					{ ...coa, trace: { ...coa.trace, ...many } }]);
			})()`))
			b.wait(`document.querySelectorAll("fn-heat figure:first-of-type .heat-strip").length === 4`)
			said := eval[[]string](b, `[...document.querySelectorAll("fn-heat figure:first-of-type .heat-strip")].map((s) => s.getAttribute("aria-label"))`)
			for i, want := range []string{"RAG in keepers.md: what was shown of it is not recorded;", "at least ", "ALR² in keepers.md: 0% of it shown", "100% of it shown"} {
				if !strings.Contains(said[i], want) {
					t.Errorf("strip %d says %q, not %q", i+1, said[i], want)
				}
			}
			if n := eval[int](b, `[...document.querySelectorAll("fn-heat p")].filter((p) => p.textContent === "What was shown of it is not recorded.").length`); n != 1 {
				t.Errorf("%d strips say that nothing is recorded, want one", n)
			}
			if got := eval[string](b, `document.querySelector(".heat-said").textContent`); !strings.HasPrefix(got, "80 readers here. The answer keeps 80 of its 300") {
				t.Errorf("the lane says %q", got)
			}
			if got := eval[[]string](b, lanes); len(got) != 1 || len(strings.Fields(got[0])) != 80 {
				t.Errorf("lanes %q, want one of 80 readers", got)
			}
			if !eval[bool](b, `(() => { const l = document.querySelector(".heat-readers"); return l.scrollWidth > l.clientWidth && l.clientWidth <= l.parentElement.clientWidth; })()`) {
				t.Error("the lane of many readers does not scroll by itself")
			}
			b.do(chromedp.Focus(chromedp.CSS(".heat-readers .reader")), chromedp.KeyEvent(kb.End))
			b.wait(`(() => { const l = document.querySelector(".heat-readers").getBoundingClientRect(), r = document.activeElement.getBoundingClientRect(); return document.activeElement.dataset.number === "238" && r.left >= l.left - 1 && r.right <= l.right + 1; })()`)
			if !eval[bool](b, `(() => { const s = document.activeElement.closest(".heat-lanes").querySelector(".heat-strip"), box = s.getBoundingClientRect(), here = s.querySelector(".here").getBoundingClientRect(); return Math.abs((here.left - box.left) / box.width - 0.79) < 0.02; })()`) {
				t.Error("the strip does not show where the reader was that is pointed at")
			}
			b.picture(fmt.Sprintf("chains-many-%d", window.width))
			checkNames(b, "many readers")
			checkContrast(b, "many readers")
			checkAxe(b, axeScript(t), "many readers")
			fits(b)
		})
	}
}
