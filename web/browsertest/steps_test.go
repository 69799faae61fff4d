package browsertest

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestStepsOpenWhatTheySaw follows an answer back to a passage that was read
// for it.
func TestStepsOpenWhatTheySaw(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	b.upload(write(t, "lighthouse.pdf", makePDF(lighthousePages)), write(t, "garden.md", []byte(gardenNotes)))
	b.strategy("alr2")
	b.ask("Who built the tower in 1871?")
	b.answered()
	b.click(".trace > summary")
	kinds := eval[[]string](b, `[...document.querySelectorAll(".trail > li")].map((li) => li.dataset.kind)`)
	if got := strings.Join(kinds, " "); !strings.HasPrefix(got, "retrieve select") || !strings.HasSuffix(got, "answer") {
		t.Fatalf("steps %q", got)
	}
	if said := eval[string](b, `document.querySelector(".trail .step-said").textContent`); !strings.Contains(said, "Who built the tower in 1871?") || !strings.Contains(said, "passages") {
		t.Errorf("the search says %q", said)
	}
	b.click(".trail > li:nth-child(2) summary")
	b.wait(`document.querySelector(".trail > li:nth-child(2) .parts > li:first-child blockquote") !== null`)
	if quote := eval[string](b, `document.querySelector(".trail > li:nth-child(2) .parts blockquote").textContent`); !strings.Contains(quote, "Agnes Moreau") {
		t.Errorf("the best pick is %q", quote)
	}
	b.click(".trail > li:nth-child(2) .parts button")
	b.drawn()
	if name := eval[string](b, `document.querySelector("fn-source h2").textContent`); name != "lighthouse.pdf" {
		t.Errorf("the source is %q", name)
	}
	if eval[bool](b, `document.querySelector(".pager.notes").checkVisibility()`) {
		t.Error("a part of a document has footnotes to turn")
	}
}

// TestAStepOpensAPartOfAText does so where there are no pages.
func TestAStepOpensAPartOfAText(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	b.upload(write(t, "garden.md", []byte(gardenNotes)))
	b.ask("How many days did fog close the harbour?")
	b.answered()
	b.click(".trace > summary")
	b.click(".trail > li:first-child summary")
	b.click(".trail > li:first-child .parts button")
	b.wait(`document.querySelector(".reading mark") !== null && document.querySelector("fn-source h2").textContent === "garden.md"`)
}

func TestTheCardSaysWhatWasChecked(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	b.upload(write(t, "lighthouse.pdf", makePDF(lighthousePages)))
	b.ask("Who built the tower in 1871?")
	b.answered()
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector(".answer-text .ref").focus()`))
	b.wait(`document.querySelector("fn-card:not([hidden]) .checked")?.textContent.includes("numbers, names and dates agree")`)
}

func TestAnAnswerIsCopiedWithAndWithoutReferences(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	b.upload(write(t, "lighthouse.pdf", makePDF(lighthousePages)))
	b.ask("Who built the tower in 1871?")
	b.answered()
	b.do(chromedp.Evaluate[chromedp.Void](`navigator.clipboard.writeText = async (text) => { window.copied = text }`))
	for label, references := range map[string]bool{"Copy text": false, "Copy with references": true} {
		b.do(chromedp.Evaluate[chromedp.Void](`window.copied = ""; [...document.querySelectorAll(".answer-actions button")].find((x) => x.textContent === "` + label + `").click()`))
		b.wait(`window.copied !== ""`)
		text := eval[string](b, `window.copied`)
		if !strings.Contains(text, "Agnes Moreau") || strings.Contains(text, "lighthouse.pdf") != references {
			t.Errorf("%s gives %q", label, text)
		}
	}
}

// TestAnAbstentionSaysWhatWasLookedFor asks for what no document has.
func TestAnAbstentionSaysWhatWasLookedFor(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	b.upload(write(t, "lighthouse.pdf", makePDF(lighthousePages)))
	b.ask("What is the melting point of tungsten?")
	b.answered()
	text := eval[string](b, `document.querySelector(".abstained").textContent`)
	for _, want := range []string{"Looked at", "of the documents asked", "Searched for:", "melting point of tungsten"} {
		if !strings.Contains(text, want) {
			t.Errorf("the abstention says %q, without %q", text, want)
		}
	}
}
