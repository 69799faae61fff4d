package browsertest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// withModel stands before a server and says that it asks a model, though what
// was answered before rests on none.
func withModel(t *testing.T, server, model string) string {
	t.Helper()
	target, err := url.Parse(server)
	if err != nil {
		t.Fatalf("parse %s: %v", server, err)
	}
	front := httptest.NewServer(&httputil.ReverseProxy{
		FlushInterval: -1,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host
			r.Out.Header.Del("Accept-Encoding")
		},
		ModifyResponse: func(r *http.Response) error {
			if r.Request.URL.Path != "/v1/strategies" {
				return nil
			}
			data, err := io.ReadAll(r.Body)
			if err != nil {
				return err
			}
			data = bytes.ReplaceAll(data, []byte(`"model":"extractive"`), []byte(fmt.Sprintf(`"model":%q`, model)))
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(data)), int64(len(data))
			r.Header.Set("Content-Length", fmt.Sprint(len(data)))
			return nil
		},
	})
	t.Cleanup(front.CloseClientConnections)
	return front.URL
}

// TestAnOldAnswerDoesNotChangeTheModel opens an answer that another model gave
// than the server has now.
func TestAnOldAnswerDoesNotChangeTheModel(t *testing.T) {
	needBrowser(t)
	const model = "small-model-8b"
	b := open(t, withModel(t, serve(t), model), desk)
	b.upload(write(t, "lighthouse.pdf", makePDF(lighthousePages)))
	b.strategy("alr2")
	b.wait(`document.querySelector(".model-name")?.textContent === "` + model + `"`)
	const tick = `document.querySelector('fn-options input[name="%s"]')`
	for _, name := range []string{"expand", "clarify", "demonstrate"} {
		b.wait(fmt.Sprintf(tick+` !== null`, name))
		b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(tick+`.click()`, name)))
	}
	id := eval[string](b, `fetch("v1/answers", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ question: "Who built the tower?" }) }).then((r) => r.json()).then((a) => a.model + " " + a.id)`)
	of, id, _ := strings.Cut(id, " ")
	if of != "extractive" {
		t.Fatalf("the answer is of %q, want one that no model gave", of)
	}
	b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`location.hash = "#/answers/%s"`, id)))
	b.answered()
	if got := eval[string](b, `JSON.stringify(document.querySelector("fn-options").value)`); got != `{"expand":true,"clarify":true,"demonstrate":true}` {
		t.Errorf("the options are %s after an old answer was opened", got)
	}
	if got := eval[string](b, `document.querySelector(".model-name").textContent`); got != model {
		t.Errorf("the page says that %q answers", got)
	}
	b.strategy("coa") // draws the options anew
	if !eval[bool](b, fmt.Sprintf(tick+` !== null`, "demonstrate")) {
		t.Error("an option of models is gone")
	}
	b.click(".to-evaluate")
	b.wait(`document.querySelector("fn-evaluate-form")?.textContent.includes("` + model + `")`)
}

// TestOptionsAreDrawnAnewWhenTheModelIsKnown lets the page hear of it late.
func TestOptionsAreDrawnAnewWhenTheModelIsKnown(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	b.wait(`document.querySelector('fn-options input[name="verify"]') !== null && document.querySelector('fn-options input[name="demonstrate"]') === null`)
	b.do(chromedp.Evaluate[chromedp.Void](running("session") + `.then(({ session }) => {
		session.model = "small-model-8b";
		session.dispatchEvent(new Event("model"));
	})`))
	b.wait(`document.querySelector('fn-options input[name="demonstrate"]') !== null`)
}

// TestEarlierQuestionsAreListedOnce presses the button again while the page
// that it asks for is on its way.
func TestEarlierQuestionsAreListedOnce(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	eval[any](b, running("api")+`.then(({ api }) => {
		const item = (n) => ({ id: "ans_" + n, question: "Question " + n, created: new Date(Date.UTC(2026, 0, 9, 9, 0, 200 - n)).toISOString(), strategy: "rag", short: "", abstained: false });
		window.asked = 0;
		api.comparisons = async () => ({ comparisons: [], next: "" });
		api.answers = async ({ limit, cursor }) => {
			if (cursor && window.asked++ < 3) await new Promise((go) => { window.go = go; });
			const from = Number(cursor || 0), to = Math.min(from + limit, 120);
			return { answers: Array.from({ length: to - from }, (_, i) => item(from + i)), next: to < 120 ? String(to) : "" };
		};
		document.querySelector("#tab-history").click();
	})`)
	const listed = `[...document.querySelectorAll(".history li a")].map((a) => a.dataset.id)`
	b.wait(listed + `.length === 50`)
	b.do(chromedp.Focus(chromedp.CSS(".history .more")))
	b.do(chromedp.Evaluate[chromedp.Void](`for (let i = 0; i < 3; i++) document.querySelector(".history .more").click()`))
	b.wait(`window.go !== undefined`)
	b.do(chromedp.Evaluate[chromedp.Void](`window.go()`))
	b.wait(listed + `.length >= 100`)
	if !eval[bool](b, `document.activeElement.dataset.id === "ans_50"`) {
		t.Error("the first of the questions that were added has not the focus")
	}
	if n := eval[int](b, `window.asked`); n != 1 {
		t.Errorf("the next page was asked for %d times", n)
	}
	b.do(chromedp.Evaluate[chromedp.Void](`window.go = undefined; document.querySelector(".history .more").click()`))
	b.wait(`window.go !== undefined`)
	b.do(chromedp.Evaluate[chromedp.Void](`window.go()`))
	b.wait(listed + `.length >= 120`)
	if n := eval[int](b, `new Set(`+listed+`).size`); n != 120 || eval[int](b, listed+`.length`) != 120 {
		t.Errorf("%d questions are listed, %d different ones, want 120", eval[int](b, listed+`.length`), n)
	}
}

func TestANumberIsDescribedOnlyWhileItsCardIsShown(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	b.upload(write(t, "lighthouse.pdf", makePDF(lighthousePages)))
	b.ask("Who built the tower in 1871?")
	b.answered()
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector(".answer-text .ref").focus()`))
	b.wait(`document.querySelector("fn-card:not([hidden])") !== null && document.activeElement.getAttribute("aria-describedby") === "footnote-card"`)
	b.do(chromedp.Evaluate[chromedp.Void](`document.activeElement.blur()`))
	b.wait(`document.querySelector("fn-card").hidden && document.querySelector("[aria-describedby=footnote-card]") === null`)
}
