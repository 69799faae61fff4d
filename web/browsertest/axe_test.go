package browsertest

import (
	"os"
	"testing"

	"github.com/chromedp/chromedp"
)

// axeScript is the source of axe-core, which FOOTNOTE_AXE names. Without it
// views are not held against its rules; that fails where everything is
// required.
func axeScript(t *testing.T) string {
	t.Helper()
	path := os.Getenv("FOOTNOTE_AXE")
	if path == "" {
		if os.Getenv("FOOTNOTE_REQUIRE_ALL") == "1" {
			t.Fatal("FOOTNOTE_AXE does not name axe.min.js of axe-core")
		}
		t.Log("FOOTNOTE_AXE does not name axe.min.js of axe-core: its rules are not checked")
		return ""
	}
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("read axe-core: %v", err)
	}
	return string(source)
}

// axeViolations lists what axe finds wrong on the page, a line for each rule.
const axeViolations = `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations.map((v) =>
	v.id + ": " + v.help + "\n  " + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200)).join("\n  ")).join("\n"))`

// checkAxe holds the page as it is against all of axe's rules.
func checkAxe(b *tab, script, view string) {
	b.t.Helper()
	if script == "" {
		return
	}
	if !eval[bool](b, `"axe" in window`) {
		b.do(chromedp.Evaluate[chromedp.Void](script + ";0"))
	}
	if found := eval[string](b, axeViolations); found != "" {
		b.t.Errorf("%s: axe finds\n%s", view, found)
	}
}

// TestAxeFindsWhatIsWrong shows that the check can fail.
func TestAxeFindsWhatIsWrong(t *testing.T) {
	needBrowser(t)
	script := axeScript(t)
	if script == "" {
		t.Skip("no axe-core")
	}
	b := open(t, serve(t), desk)
	b.do(chromedp.Evaluate[chromedp.Void](script + `; document.querySelector("main").append(document.createElement("img"))`))
	if found := eval[string](b, axeViolations); found == "" {
		t.Error("axe finds nothing wrong with a picture without a name")
	} else {
		t.Logf("found, as it should: %s", found)
	}
}
