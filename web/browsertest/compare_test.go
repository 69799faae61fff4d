package browsertest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"
)

// longNotes is long enough for several readers of a chain.
func longNotes() []byte {
	var b strings.Builder
	for i := range 240 {
		fmt.Fprintf(&b, "## Year %d\n\nThe keeper of year %d wrote of storms and of repairs to the gallery rail. Oil was carried up the stairs twice a day.\n\n", 1711+i, 1711+i)
		if i == 200 {
			b.WriteString("In 1911 the last keeper, Ingrid Sol, left the lighthouse. The lamp was lit by wire from the shore after that.\n\n")
		}
	}
	return []byte(b.String())
}

// compared shows a comparison of three strategies that is made through the API.
func compared(b *tab) string {
	b.t.Helper()
	b.upload(write(b.t, "keepers.md", longNotes()))
	id := eval[string](b, `fetch("v1/comparisons", { method: "POST", headers: { "Content-Type": "application/json", Authorization: "Bearer " + sessionStorage.getItem("footnote-api-key") },
		body: JSON.stringify({ question: "When did the last keeper leave?", strategies: ["rag", "coa", "full"], options: { window: 1000 } }) })
		.then((r) => r.json()).then((c) => c.id ?? JSON.stringify(c))`)
	if !strings.HasPrefix(id, "cmp_") {
		b.t.Fatalf("compared: %s", id)
	}
	b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`location.hash = "#/comparisons/%s"`, id)))
	b.wait(`document.querySelectorAll("fn-heat .heat-strip").length === 3`)
	return id
}

func TestAComparisonIsShownInRows(t *testing.T) {
	needBrowser(t)
	for name, window := range map[string]size{"at a desk": desk, "on a phone": phone} {
		t.Run(name, func(t *testing.T) {
			b := open(t, serve(t), window)
			id := compared(b)
			checkRows(b, id)
			checkReaders(b)
			for i, part := range []string{".verdict", ".aligned", ".evidence", "fn-heat"} {
				b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`document.querySelector(%q).scrollIntoView()`, part)))
				b.picture(fmt.Sprintf("compared-%d-%d", i, window.width))
			}
			checkNames(b, "comparison")
			checkContrast(b, "comparison")
			checkAxe(b, axeScript(t), "comparison")
			fits(b)
			checkPlaces(b)
		})
	}
}

// checkRows holds the view against what the server says.
func checkRows(b *tab, id string) {
	b.t.Helper()
	wrong := eval[string](b, fmt.Sprintf(`fetch("v1/comparisons/%s").then((r) => r.json()).then((c) => {
		const said = (s) => [...document.querySelectorAll(s)].map((e) => e.textContent);
		const same = (what, got, want) => JSON.stringify(got) === JSON.stringify(want) ? "" : what + ": " + JSON.stringify(got) + ", want " + JSON.stringify(want) + "\n";
		const rows = document.querySelector("table.aligned").tBodies[0].rows;
		return same("verdict", said(".verdict p"), c.verdict) +
			same("kinds", [...rows].map((r) => r.dataset.kind), c.rows.map((r) => r.kind)) +
			same("statements", [...rows].map((r) => [...r.querySelectorAll("td")].map((td) => [...td.querySelectorAll(".said")].map((s) => s.textContent))),
				c.rows.map((r) => r.cells.map((x, i) => x.statements.map((n) => c.answers[i].statements[n].text)))) +
			same("marked words", [...rows].map((r) => [...r.querySelectorAll("mark.only")].length > 0), c.rows.map((r) => r.cells.some((x) => x.only.length > 0))) +
			same("places", said(".evidence blockquote"), c.places.map((p) => p.quote)) +
			same("shared", [...document.querySelectorAll(".evidence tbody tr")].map((r) => r.dataset.shared), c.places.map((p) => String(p.shared)));
	})`, id))
	if wrong != "" {
		b.t.Error(wrong)
	}
}

// checkReaders goes along the readers of the chain by keyboard.
func checkReaders(b *tab) {
	b.t.Helper()
	label := eval[string](b, `[...document.querySelectorAll(".heat-strip")].map((s) => s.getAttribute("aria-label")).join("; ")`)
	for _, want := range []string{"RAG in keepers.md", "Chain of agents in keepers.md", "100% of it shown", "footnotes at"} {
		if !strings.Contains(label, want) {
			b.t.Errorf("the strips say %q, not %q", label, want)
		}
	}
	if n := eval[int](b, `document.querySelectorAll(".heat-readers .reader").length`); n < 3 {
		b.t.Fatalf("the lane has %d readers, want several", n)
	}
	b.do(chromedp.Focus(chromedp.CSS(".heat-readers .reader")), chromedp.KeyEvent(kb.ArrowRight))
	b.wait(`document.activeElement.dataset.number === "2" && document.querySelector(".heat-said").textContent === document.activeElement.getAttribute("aria-label")`)
	if said := eval[string](b, `document.querySelector(".heat-said").textContent`); !strings.HasPrefix(said, "Reader 2 read from ") {
		b.t.Errorf("the reader is called %q", said)
	}
	b.do(chromedp.KeyEvent(kb.Enter))
	b.wait(`!document.querySelector("fn-source").hidden && document.querySelector(".reading mark") !== null`)
	b.do(chromedp.KeyEvent(kb.Escape))
}

// checkPlaces opens the source of a place and of a number beside it.
func checkPlaces(b *tab) {
	b.t.Helper()
	b.wait(`document.querySelector("fn-source").hidden`)
	b.click(".evidence .to-source")
	b.wait(`document.querySelector(".evidence blockquote").textContent === [...document.querySelectorAll(".reading mark")].map((m) => m.textContent).join(" ")`)
	b.do(chromedp.KeyEvent(kb.Escape))
	b.click(".evidence .cited-by .ref")
	b.wait(`document.querySelector('.evidence .ref[aria-current="true"]') !== null && document.querySelector(".reading mark") !== null`)
	b.picture("compared-source-" + fmt.Sprint(eval[int](b, `innerWidth`)))
}

// TestDifferencesAreMarked shows a comparison of five strategies that differ in
// every way: a reader without a model hardly does.
func TestDifferencesAreMarked(t *testing.T) {
	needBrowser(t)
	for _, th := range themes {
		t.Run(th.name, func(t *testing.T) {
			t.Parallel()
			b := open(t, serve(t), th.window)
			b.prefer(th.feature, th.value)
			if th.direction != "" {
				b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`document.documentElement.dir = %q`, th.direction)))
			}
			id := compared(b)
			b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`fetch("v1/comparisons/%s").then((r) => r.json()).then((c) => {
				const [rag, coa, full] = c.answers;
				const say = (a, ...texts) => ({ ...a, statements: texts.map((text, i) => ({ ...a.statements[0], gap: i ? " " : "", text, citations: i ? [] : [1], support: i ? "unsupported" : "entailed" })) });
				const cell = (statements, ...only) => ({ statements, only });
				const silent = { ...full, id: "ans_silent", strategy: "full", abstained: true, missing: "a text that fits the model", statements: [], short: "" };
				document.querySelector("fn-compare").show({ ...c,
					verdict: ["In short they differ: RAG: “1911”; Chain of agents: “1912”.", ...c.verdict.slice(1)],
					answers: [say(rag, "The last keeper left in 1911, in spring.", "She was 19112 days there."), say(coa, "Ingrid Sol left in 1912.", "The lamp was lit by wire."), say({ ...full, id: "ans_alr2", strategy: "alr2" }, "The last keeper left in 1911."), silent],
					failures: [{ strategy: "auto", code: "over_budget", detail: "The documents are too long.", fix: "Ask of fewer documents." }],
					rows: [{ kind: "differ", cells: [cell([0], "1911"), cell([0], "Ingrid Sol", "1912"), cell([0]), cell([])] }, { kind: "more", cells: [cell([1], "19112"), cell([1]), cell([]), cell([])] }, { kind: "alone", cells: [cell([]), cell([1]), cell([]), cell([])] }],
					places: [{ ...c.places[0], shared: true, cited: [{ answer: 0, number: 1 }, { answer: 1, number: 1 }] }, { ...c.places[0], shared: false, cited: [{ answer: 2, number: 1 }] }] });
			})`, id)))
			b.wait(`document.querySelectorAll("table.aligned tbody tr[data-kind]").length === 3 && document.querySelectorAll("fn-heat .heat-strip").length === 4`)
			got := eval[string](b, `[...document.querySelectorAll("tr[data-kind]")].map((r) => r.querySelector("th").textContent + ":" + [...r.querySelectorAll("mark.only")].map((m) => m.textContent).join("|")).join("; ")`)
			if want := "≠Differ:1911|Ingrid Sol|1912; +One says more:19112; ○Only Chain of agents:"; got != want {
				t.Errorf("rows are %q, want %q", got, want)
			}
			if got := eval[string](b, `[...document.querySelectorAll(".evidence tbody th")].map((e) => e.textContent).join("; ")`); got != "◆Shared; ◇Only ALR²" {
				t.Errorf("places are %q", got)
			}
			if said := eval[string](b, `document.querySelector('.column-of[data-strategy="auto"]').textContent`); !strings.Contains(said, "too long") || !strings.Contains(said, "fewer documents") {
				t.Errorf("the strategy that failed says %q", said)
			}
			checkNames(b, "differences")
			checkContrast(b, "differences")
			checkAxe(b, axeScript(t), "differences")
			fits(b)
			for i, part := range []string{"fn-compare", ".aligned", "fn-heat"} {
				b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`document.querySelector(%q).scrollIntoView()`, part)))
				b.picture(fmt.Sprintf("differ-%d-%s", i, th.name))
			}
		})
	}
}

// downloads lets files be saved and returns a function that presses a selector
// and reads what was saved.
func downloads(b *tab) func(selector string) string {
	b.t.Helper()
	dir, done := b.t.TempDir(), make(chan string, 20)
	if err := chromedp.ListenBrowser(b.ctx, func(event any) {
		if e, ok := event.(*browser.EventDownloadProgress); ok && e.State != browser.DownloadProgressStateInProgress {
			select {
			case done <- e.GUID:
			default: // of another test
			}
		}
	}); err != nil {
		b.t.Fatalf("listen for downloads: %v", err)
	}
	events := true
	if _, err := chromedp.CallBrowser(b.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllowAndName, BrowserContextID: chromedp.FromContext(b.ctx).BrowserContextID,
		DownloadPath: dir, EventsEnabled: &events,
	}); err != nil {
		b.t.Fatalf("allow downloads: %v", err)
	}
	return func(selector string) string {
		b.t.Helper()
		b.click(selector)
		limit := time.After(patience)
		for {
			select {
			case name := <-done:
				if data, err := os.ReadFile(filepath.Join(dir, name)); err == nil {
					return string(data)
				}
			case <-limit:
				b.t.Fatalf("%s saved nothing", selector)
			}
		}
	}
}

func TestAComparisonIsTakenAlong(t *testing.T) {
	needBrowser(t)
	for name, env := range map[string][]string{"without a key": nil, "with a key": {"FOOTNOTE_API_KEYS=correct-horse-battery"}} {
		t.Run(name, func(t *testing.T) {
			b := open(t, serve(t, env...), desk)
			if env != nil {
				b.expect("401")
				b.wait(`document.querySelector("fn-key-dialog dialog")?.open`)
				b.do(chromedp.SendKeys(chromedp.CSS("#api-key"), "correct-horse-battery\r"))
				b.wait(`document.querySelector("fn-key-dialog dialog") === null && document.querySelectorAll(".choice").length > 1`)
			}
			id := compared(b)
			save := downloads(b)
			for format, begins := range map[string]string{"html": "<!doctype html>", "csv": "strategy,row,kind", "json": `{"id":"` + id} {
				got := save(fmt.Sprintf(`fn-compare [data-format="%s"]`, format))
				if !strings.HasPrefix(got, begins) || !strings.Contains(got, "Ingrid Sol") {
					t.Errorf("%s is %.300q", format, got)
				}
			}
		})
	}
}

func TestComparisonsAreInTheHistory(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	id := compared(b)
	b.ask("What was carried up the stairs?")
	b.answered()
	b.click("#tab-history")
	b.wait(`document.querySelectorAll(".history a").length === 2`) // its answers are not listed once more
	if said := eval[string](b, `document.querySelector('.history a[data-view="comparisons"]').textContent`); !strings.Contains(said, "Compared") || !strings.Contains(said, "RAG, Chain of agents, Full context") {
		t.Errorf("the history says %q", said)
	}
	b.click(`.history a[data-view="comparisons"]`)
	b.wait(fmt.Sprintf(`location.hash === "#/comparisons/%s" && document.querySelectorAll("table.aligned tbody tr").length > 0 &&
		document.querySelector('.history a[data-view="comparisons"]').getAttribute("aria-current") === "page"`, id))
}

// TestThePastIsReadInPages asks and compares in turns, and reads both lists two
// at a time: the parts of a comparison are left out wherever a page ends.
func TestThePastIsReadInPages(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	b.upload(write(t, "garden.md", []byte(gardenNotes)))
	want := eval[[]string](b, `(async () => {
		const ids = [], question = "How many kilograms did the harvest of 2019 weigh?";
		for (const [path, strategies] of [["answers"], ["comparisons", ["rag", "full", "coa"]], ["comparisons", ["rag", "coa"]], ["answers"], ["answers"], ["comparisons", ["rag"]]]) {
			const r = await fetch("v1/" + path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ question, strategies }) });
			ids.unshift((await r.json()).id);
		}
		return ids;
	})()`)
	got := module[[]string](b, "past.js", `(async () => {
		const past = new m.Past(2), ids = [];
		for (let pages = 0; past.more && pages < 10; pages++) {
			const page = await past.page();
			if (page.length > 2) ids.push("a page of " + page.length);
			ids.push(...page.map((x) => x.id));
		}
		return ids;
	})()`)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the past differs (-want +got)\n%s", diff)
	}
}
