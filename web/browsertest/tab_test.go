package browsertest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience is how long a condition on the page may take to come true.
const patience = 30 * time.Second

// tab is one page of the browser, with storage of its own.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu      sync.Mutex
	ignored []string
	trouble []string // what the console complained of
}

// size is that of a window, in CSS pixels.
type size struct{ width, height int64 }

var (
	desk  = size{1280, 800}
	phone = size{360, 740}
)

// open shows the page of a server. When the test ends, anything that the
// browser's console complained of fails it, content policy included.
func open(t *testing.T, url string, s size) *tab {
	t.Helper()
	b := &tab{t: t}
	ctx, cancel := chromedp.NewContext(shared.browser, chromedp.WithNewBrowserContext(), chromedp.WithListener(b.hear))
	b.ctx = ctx
	t.Cleanup(func() {
		if t.Failed() {
			b.picture("failed-" + strings.ReplaceAll(t.Name(), "/", "-"))
		}
		cancel()
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, x := range b.trouble {
			if !slices.ContainsFunc(b.ignored, func(part string) bool { return strings.Contains(x, part) }) {
				t.Errorf("console: %s", x)
			}
		}
	})
	if err := chromedp.Do(ctx); err != nil { // without a time limit: it would end the tab
		t.Fatalf("open a tab: %v", err)
	}
	b.do(chromedp.EmulateViewport(s.width, s.height), chromedp.Navigate(url))
	b.wait(`document.querySelector("fn-ask textarea") !== null`)
	return b
}

// needBrowser starts a test beside others, in a browser.
func needBrowser(t *testing.T) {
	t.Helper()
	t.Parallel() // servers and tabs are each test's own
	needBrowserFor(t)
}

// needBrowserFor skips a test where there is no browser, and fails it where
// everything is required.
func needBrowserFor(t *testing.T) {
	t.Helper()
	if shared.missing == "" {
		return
	}
	if os.Getenv("FOOTNOTE_REQUIRE_ALL") == "1" {
		t.Fatal(shared.missing)
	}
	t.Skip(shared.missing)
}

func (b *tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	add := func(s string) { b.trouble = append(b.trouble, s) }
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		add((&chromedp.ExceptionError{ExceptionDetails: e.ExceptionDetails}).Error())
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			add(fmt.Sprintf("%s: %v", e.Type, e.Args))
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			add(fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL))
		}
	}
}

// expect lets the console complain of what a test provokes.
func (b *tab) expect(part string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ignored = append(b.ignored, part)
}

func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	for _, a := range actions {
		err := chromedp.Do(ctx, a)
		for gone(err) {
			err = chromedp.Do(ctx, a)
		}
		if err != nil {
			b.t.Fatalf("browser: %v", err)
		}
	}
}

// gone says whether an element was drawn anew between being found and being
// used. Nothing was done to it then, and the new one can be found.
func gone(err error) bool {
	var e *cdproto.Error
	return errors.As(err, &e) && slices.ContainsFunc([]string{
		"node with given id", "Could not compute box model", "Node is detached", "does not have a layout object",
	}, func(part string) bool { return strings.Contains(e.Message, part) })
}

// wait blocks until a JavaScript expression is true.
func (b *tab) wait(expression string) {
	b.t.Helper()
	b.waitFor(expression, patience)
}

// waitFor is wait with a patience of its own.
func (b *tab) waitFor(expression string, limit time.Duration) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, limit)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Poll[chromedp.Void](expression, chromedp.WithPollingTimeout(limit))); err != nil {
		text, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.body.innerText.replace(/\n\s*\n+/g, "\n").slice(0, 1500)`))
		b.t.Fatalf("waited for %s: %v\nthe page says:\n%s", expression, err, text)
	}
}

// eval returns the value of a JavaScript expression; promises are awaited.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("evaluate %s: %v", expression, err)
	}
	return v
}

// click presses the first visible element that a selector finds.
func (b *tab) click(selector string) {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// choose picks a value of a select.
func (b *tab) choose(selector, value string) {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(() => { const s = document.querySelector(%q); s.value = %q; for (const type of ["input", "change"]) s.dispatchEvent(new Event(type, { bubbles: true })); })()`, selector, value)))
}

// upload adds files to the library and waits until all of them are read.
func (b *tab) upload(paths ...string) {
	b.t.Helper()
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#pick-files"), paths, chromedp.NodeReady))
	for _, p := range paths {
		b.wait(fmt.Sprintf(`[...document.querySelectorAll("fn-document-row[data-status=ready] .doc-name")].some((n) => n.textContent === %q)`, filepath.Base(p)))
	}
}

// ask writes a question and presses Enter.
func (b *tab) ask(question string) {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("fn-ask").question = ""`), typeInto("#question", question))
	b.enter()
}

// enter presses Enter as a keyboard does: one event, whose text does not come
// when the page prevents it. chromedp's own sends the text apart.
func (b *tab) enter() {
	b.t.Helper()
	const code = 13
	for _, e := range []input.DispatchKeyEventParams{
		{Type: input.DispatchKeyEventTypeKeyDown, Key: "Enter", Code: "Enter", Text: "\r", WindowsVirtualKeyCode: code},
		{Type: input.DispatchKeyEventTypeKeyUp, Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: code},
	} {
		if _, err := chromedp.Call(b.ctx, input.DispatchKeyEvent, e); err != nil {
			b.t.Fatalf("press Enter: %v", err)
		}
	}
}

// answered waits for the whole answer.
func (b *tab) answered() {
	b.t.Helper()
	b.wait(`document.querySelector("fn-answer")?.answer && location.hash.startsWith("#/answers/")`)
}

// picture saves what the window shows, where pictures are wanted.
func (b *tab) picture(name string) {
	b.t.Helper()
	dir := os.Getenv("FOOTNOTE_SCREENSHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Logf("picture %s: %v", name, err)
		return
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		b.t.Errorf("save picture %s: %v", name, err)
	}
}

// typeInto writes into a field.
func typeInto(selector, text string) chromedp.Action[chromedp.Void] {
	return chromedp.SendKeys(chromedp.CSS(selector), text)
}
