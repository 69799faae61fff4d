package browsertest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func TestEnterAsksAndShiftEnterBreaksTheLine(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	b.upload(write(t, "lighthouse.pdf", makePDF(lighthousePages)))
	b.do(chromedp.KeyEvent("/"))
	b.wait(`document.activeElement.id === "question"`)
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("fn-ask").question = ""`)) // the driver sends the text of a key by itself
	b.do(typeInto("#question", "Who built"), chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(shift)), chromedp.KeyEvent("the tower in 1871?"))
	if got := eval[string](b, `document.querySelector("#question").value`); got != "Who built\nthe tower in 1871?" {
		t.Errorf("after Shift+Enter the question is %q", got)
	}
	if eval[bool](b, `document.querySelector("fn-answer") !== null`) {
		t.Error("Shift+Enter asked")
	}
	b.enter()
	b.answered()
}

// TestStrategiesSayWhatTheyCost opens the panel by keyboard, chooses another
// strategy, and closes it.
func TestStrategiesSayWhatTheyCost(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	b.upload(write(t, "lighthouse.pdf", makePDF(lighthousePages)))
	b.wait(`document.querySelector(".cost-line").textContent === "No model calls: answers cost nothing."`)
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#strategy").focus()`))
	b.enter()
	b.wait(`document.activeElement.matches(".choice input:checked")`)
	rows := eval[[]string](b, `[...document.querySelectorAll(".choice")].map((c) => c.textContent)`)
	for i, want := range []string{"Automatic", "RAG", "ALR²", "Chain of agents", "Full context"} {
		if len(rows) != 5 || !strings.HasPrefix(rows[i], want) || !strings.Contains(rows[i], "no model calls") || !strings.Contains(rows[i], "For ") && i > 0 {
			t.Fatalf("strategies: %q, want each with its costs, what it does and when to use it", rows)
		}
	}
	b.do(chromedp.KeyEvent(kb.ArrowDown))
	b.wait(`document.querySelector("#strategy").textContent.includes("RAG")`)
	b.do(chromedp.KeyEvent(kb.Escape))
	b.wait(`document.querySelector("#strategies").hidden && document.activeElement.id === "strategy"`)
	if line := eval[string](b, `document.querySelector(".strategy-line").textContent`); !strings.Contains(line, "Retrieves the best passages once") || !strings.Contains(line, "For a single fact") {
		t.Errorf("the line says %q", line)
	}
	b.ask("Who built the tower in 1871?")
	b.answered()
	if got := eval[string](b, `document.querySelector("fn-answer").answer.strategy`); got != "rag" {
		t.Errorf("asked with %q, want rag", got)
	}
}

func TestOptionsReachTheServerAndGoBack(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	b.upload(write(t, "lighthouse.pdf", makePDF(lighthousePages)))
	names := func() string {
		return eval[string](b, `[...document.querySelectorAll(".option-fields :is(input, select)")].map((i) => i.name).join(" ")`)
	}
	for strategy, want := range map[string]string{
		"rag": "max_evidence budget verify", "alr2": "max_evidence budget max_rounds window scan evidence_only verify",
		"coa": "max_evidence window paths chooser direction verify", "full": "max_evidence verify", "auto": "max_evidence budget window verify",
	} {
		b.strategy(strategy)
		if got := names(); got != want {
			t.Errorf("%s has the options %q, want %q", strategy, got, want)
		}
	}
	b.strategy("coa")
	b.click("#options")
	b.do(typeInto(`input[name="max_evidence"]`, "1"))
	b.choose(`select[name="direction"]`, "backward")
	b.wait(`document.querySelector("#options").textContent === "Options: 2"`)
	b.do(chromedp.KeyEvent(kb.Escape))
	b.ask("Who built the tower in 1871?")
	b.answered()
	got := eval[string](b, `JSON.stringify(document.querySelector("fn-answer").answer.options)`)
	if !strings.Contains(got, `"max_evidence":1`) || !strings.Contains(got, `"direction":"backward"`) {
		t.Errorf("the answer has the options %s", got)
	}
	b.click("#options")
	b.click(`#option-panel .link-button`)
	b.wait(`document.querySelector("#options").textContent === "Options" && document.querySelector('input[name="max_evidence"]').value === ""`)
}

// strategy chooses a strategy with the mouse.
func (b *tab) strategy(name string) {
	b.t.Helper()
	b.click("#strategy")
	b.click(fmt.Sprintf(`.choice:has(input[value=%q])`, name))
	b.wait(`document.querySelector("#strategies").hidden`)
}

// TestFollowUpsKeepTheScope opens an answer that was asked of one document, by
// its link, and asks again.
func TestFollowUpsKeepTheScope(t *testing.T) {
	needBrowser(t)
	server := serve(t)
	b := open(t, server, desk)
	b.upload(write(t, "lighthouse.pdf", makePDF(lighthousePages)), write(t, "garden.md", []byte(gardenNotes)))
	b.click(`input[aria-label="Ask only garden.md"]`)
	b.ask("What weighed 312 kilograms?")
	b.answered()
	link := eval[string](b, `location.href`)
	b.wait(`document.querySelector(".chip strong")?.textContent === "garden.md"`)
	other := open(t, server, desk)
	other.do(chromedp.Navigate("about:blank"), chromedp.Navigate(link))
	other.wait(`document.querySelector(".chip strong")?.textContent === "garden.md" && document.querySelector('input[aria-label="Ask only garden.md"]')?.checked`)
	other.ask("When do the apple trees bloom?")
	other.wait(`document.querySelector("fn-answer")?.answer?.question.startsWith("When do")`)
	if got := eval[int](other, `document.querySelector("fn-answer").answer.documents.length`); got != 1 {
		t.Errorf("the follow-up asks %d documents, want 1", got)
	}
	other.click(`.chip-remove`)
	other.wait(`document.querySelector(".scope").textContent.startsWith("Asks all")`)
}

func TestHistoryLeadsToAnswers(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	b.upload(write(t, "lighthouse.pdf", makePDF(lighthousePages)))
	for _, q := range []string{"Who built the tower in 1871?", "When did the last keeper leave?"} {
		b.ask(q)
		b.wait(fmt.Sprintf(`document.querySelector("fn-answer")?.answer?.question === %q`, q))
	}
	b.click("#tab-history")
	b.wait(`document.querySelectorAll(".history section").length === 1 && document.querySelectorAll(".history a").length === 2`)
	if day := eval[string](b, `document.querySelector(".history h2").textContent`); day != "Today" {
		t.Errorf("answers of today stand under %q", day)
	}
	b.click(`.history li:nth-child(2) a`)
	b.wait(`document.querySelector("fn-answer")?.answer?.question.startsWith("Who built") && document.querySelector('.history li:nth-child(2) a').getAttribute("aria-current") === "page"`)
	if got := eval[string](b, `document.querySelector("#question").value`); got != "Who built the tower in 1871?" {
		t.Errorf("the box holds %q", got)
	}
}

// TestStopEndsTheWork stops an answer in mid-sentence.
func TestStopEndsTheWork(t *testing.T) {
	needBrowser(t)
	slow, address := slowly(t, serve(t))
	b := open(t, address, desk)
	b.upload(write(t, "lighthouse.pdf", makePDF(lighthousePages)))
	b.ask("Who built the tower?")
	slow.say(t, 4)
	b.wait(`document.querySelector(".answer-text").textContent.startsWith("The tower was built")`)
	b.picture("streaming")
	b.click(".stop-asking")
	b.wait(`document.querySelector("fn-answer .notice")?.textContent.includes("Stopped.") && document.querySelector(".stop-asking").hidden`)
	b.picture("stopped")
	slow.mu.Lock()
	defer slow.mu.Unlock()
	if slow.cancels != 1 {
		t.Errorf("the server was told %d times to stop, want once", slow.cancels)
	}
	if hash := eval[string](b, `location.hash`); hash != "#/" {
		t.Errorf("the address is %q, want one that leads somewhere", hash)
	}
}

// TestReloadGoesOnWithTheAnswer reloads the page while an answer is on its way.
func TestReloadGoesOnWithTheAnswer(t *testing.T) {
	needBrowser(t)
	slow, address := slowly(t, serve(t))
	b := open(t, address, desk)
	b.expect("404") // it is no stored answer yet
	b.upload(write(t, "lighthouse.pdf", makePDF(lighthousePages)))
	b.ask("Who built the tower?")
	slow.say(t, 3)
	b.wait(`document.querySelector(".answer-text").textContent.trim() === "The tower was" && location.hash === "#/answers/ans_slow"`)
	b.do(chromedp.Reload())
	b.wait(`document.querySelector(".answer-text")?.textContent.trim() === "The tower was" && document.querySelector(".question").textContent === "Who built the tower?"`)
	slow.say(t, len(slow.words)-3)
	b.wait(`document.querySelector("fn-answer")?.answer?.id === "ans_slow"`)
}

// TestNothingJumps watches what moves by itself: while the page loads, and
// while an answer streams.
func TestNothingJumps(t *testing.T) {
	needBrowser(t)
	slow, address := slowly(t, serve(t))
	b := open(t, address, desk)
	b.upload(write(t, "lighthouse.pdf", makePDF(lighthousePages)), write(t, "garden.md", []byte(gardenNotes)))
	b.do(chromedp.Reload())
	b.wait(`document.querySelectorAll("fn-document-row").length === 2 && document.querySelector(".cost-line")?.textContent !== ""`)
	const shifts = `new Promise((done) => new PerformanceObserver((list) => done(list.getEntries().filter((e) => !e.hadRecentInput).reduce((sum, e) => sum + e.value, 0))).observe({ type: "layout-shift", buffered: true }) || setTimeout(() => done(0), 300))`
	if moved := eval[float64](b, shifts); moved > 0.02 {
		t.Errorf("while loading the page moved by %.3f of its size", moved)
	}
	place := `(() => { const r = document.querySelector(".ask-box").getBoundingClientRect(), q = document.querySelector(".answer-text").getBoundingClientRect(); return [r.top, r.height, q.top, q.left].map(Math.round).join(" "); })()`
	box := eval[string](b, `(() => { const r = document.querySelector(".ask-box").getBoundingClientRect(); return [r.top, r.height].map(Math.round).join(" "); })()`)
	b.ask("Who built the tower?")
	slow.say(t, 1)
	b.wait(`document.querySelector(".answer-text").textContent !== ""`)
	before := eval[string](b, place)
	if !strings.HasPrefix(before, box+" ") {
		t.Errorf("the question box moved from %s to %s when it was asked", box, before)
	}
	slow.say(t, len(slow.words)-3)
	b.wait(`document.querySelector(".answer-text").textContent.includes("granite") || document.querySelector(".answer-text").textContent.includes("grey")`)
	if after := eval[string](b, place); after != before {
		t.Errorf("while the answer streamed, box and text moved from %s to %s", before, after)
	}
}
