package browsertest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"footnote/llm/llmtest"
)

// dividing starts a server whose documents a fake model divides, every ten
// sentences. It fails at those that begin with the weather.
func dividing(t *testing.T) string {
	t.Helper()
	fake := llmtest.Start(t, llmtest.Options{Misbehave: func(c llmtest.Call) llmtest.Fault {
		if strings.HasPrefix(c.Shown[0].Text, "Weather") {
			return llmtest.CutJSON
		}
		return llmtest.None
	}})
	prices := write(t, "prices.json", []byte(`{"date": "2026-01-01", "models": [{"model": "fake", "prompt": 2, "completion": 8}]}`))
	return serve(t, "FOOTNOTE_CHUNKER=structured", "FOOTNOTE_MODEL=fake", "FOOTNOTE_MODEL_URL="+fake.URL, "FOOTNOTE_PRICES="+prices)
}

// heronNotes are two windows: one that the model divides, one that it fails at.
func heronNotes() []byte {
	var b strings.Builder
	b.WriteString("# Herons\n\n")
	for i := range 150 {
		fmt.Fprintf(&b, "Heron %d stood in the river Alder%d.\n\n", i+1, i/10+1)
	}
	b.WriteString("# Weather\n\n")
	for i := range 80 {
		fmt.Fprintf(&b, "Fog lay over the river on day %d.\n\n", i+1)
	}
	return []byte(b.String())
}

// outline shows the outline beside the document that is open.
func (b *tab) outline() {
	b.t.Helper()
	b.wait(`document.querySelector(".outline-toggle").checkVisibility()`)
	if eval[bool](b, `document.querySelector("fn-outline").hidden`) {
		b.click(".outline-toggle")
	}
}

const topicLines = `[...document.querySelectorAll("fn-topics > ol > li > button > span:first-child")].map((x) => x.textContent).join("; ")`

// TestTopicsAreSeenAndOpened goes by keyboard from the headings of a document to
// what a model called its parts, and opens one.
func TestTopicsAreSeenAndOpened(t *testing.T) {
	for name, window := range map[string]size{"at a desk": desk, "on a phone": phone} {
		t.Run(name, func(t *testing.T) {
			needBrowser(t)
			script := axeScript(t)
			b := open(t, dividing(t), window)
			b.prefer("prefers-color-scheme", "light")
			b.upload(write(t, "herons.md", heronNotes()))
			b.side(true)
			b.click(`button[title="herons.md"]`)
			b.outline()
			b.tabTo("#tab-sections")
			b.do(chromedp.KeyEvent(kb.ArrowRight))
			b.wait(`document.activeElement.id === "tab-topics" && document.querySelectorAll("fn-topics ol ol li").length === 16`)
			if got := eval[string](b, topicLines); got != "Herons; Weather (not divided)" {
				t.Errorf("topics are %q", got)
			}
			cost := eval[string](b, `document.querySelector("fn-topics > p").textContent`)
			for _, want := range []string{"3 model calls", "tokens, $0.0", "failed at 1 of 2 parts", "JSON"} {
				if !strings.Contains(cost, want) {
					t.Errorf("what it took is told as %q, without %q", cost, want)
				}
			}
			b.tabTo("fn-topics ol ol li:nth-child(3) button")
			b.enter()
			b.wait(`document.querySelectorAll(".reading mark").length === 10`)
			if first := eval[string](b, `document.querySelector(".reading mark").textContent`); first != "Heron 20 stood in the river Alder2." {
				t.Errorf("the first sentence marked is %q", first)
			}
			if !eval[bool](b, `document.activeElement.matches("fn-topics [aria-current=location]") && document.querySelector("fn-source .where").textContent === "Herons"`) {
				t.Error("the topic that was chosen has lost the focus, or the place is not told")
			}
			b.wait(`(() => { const m = document.querySelector(".reading mark").getBoundingClientRect(), s = document.querySelector(".source-body").getBoundingClientRect(); return m.top >= s.top && m.bottom <= s.bottom; })()`)
			view := fmt.Sprintf("topics-%d", window.width)
			b.picture(view)
			checkNames(b, view)
			checkContrast(b, view)
			checkAxe(b, script, view)
			fits(b)
			if over := eval[int](b, `document.querySelector("fn-outline").scrollWidth - document.querySelector("fn-outline").clientWidth`); over > 0 {
				t.Errorf("the outline is too wide by %d", over)
			}
		})
	}
}

// TestTopicsOfPagesAndOfTextsWithoutHeadings marks a topic on its page, keeps to
// topics from one document to the next, and offers no choice where there is none.
func TestTopicsOfPagesAndOfTextsWithoutHeadings(t *testing.T) {
	needBrowser(t)
	b := open(t, dividing(t), size{1600, 900})
	b.upload(write(t, "lighthouse.pdf", makePDF(lighthousePages)), write(t, "garden.md", []byte(gardenNotes)), write(t, "minutes.txt", members(24)))
	b.click(`button[title="lighthouse.pdf"]`)
	b.wait(`document.querySelector(".sheet")?.dataset.page === "1"`)
	b.outline()
	b.click("#tab-topics")
	b.click("fn-topics ol ol button")
	b.drawn()
	b.picture("topics-page")
	b.click(`button[title="garden.md"]`)
	b.outline()
	b.wait(`document.querySelector("#tab-topics")?.ariaSelected === "true" && document.querySelector("fn-topics").checkVisibility()`)
	b.wait(topicLines + ` === "Garden notes"`)
	b.click(`button[title="minutes.txt"]`)
	b.outline()
	b.wait(`document.querySelector("fn-outline [role=tab]") === null && document.querySelectorAll("fn-topics > ol > li").length === 1`)
	b.click("fn-topics ol ol li:nth-child(2) button")
	b.wait(`document.querySelector(".reading mark")?.textContent === "Member11 spoke of the budget."`)
}

// TestSectionsAloneAreNoChoice is for servers whose documents no model divides.
func TestSectionsAloneAreNoChoice(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), size{1600, 900})
	b.upload(write(t, "garden.md", []byte(gardenNotes)))
	b.click(`button[title="garden.md"]`)
	b.outline()
	b.wait(`document.querySelectorAll("fn-outline li").length === 3`)
	if eval[bool](b, `document.querySelector("fn-outline [role=tab], fn-topics") !== null`) {
		t.Error("there is a choice of topics")
	}
	if eval[bool](b, `performance.getEntriesByType("resource").some((r) => r.name.includes("/chunks"))`) {
		t.Error("the server has cut the document to say that nothing divides it")
	}
}
