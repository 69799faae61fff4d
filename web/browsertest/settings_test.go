package browsertest

import (
	"strings"
	"testing"
)

func TestSettingsSayWhereEachComesFrom(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t, "FOOTNOTE_WORKERS=3", "FOOTNOTE_API_KEYS="), desk)
	b.wait(`document.querySelector(".model")?.textContent.includes("No model")`)
	b.click(".model")
	b.wait(`document.querySelectorAll(".settings-table tbody tr").length > 5`)
	rows := eval[map[string]string](b, `Object.fromEntries([...document.querySelectorAll(".settings-table tbody tr")].map((r) => [r.querySelector("th code").textContent, r.cells[1].textContent + " / " + r.cells[2].textContent]))`)
	for name, want := range map[string]string{
		"FOOTNOTE_WORKERS": "3 / Environment", "FOOTNOTE_ADDR": "127.0.0.1:0 / Flag -addr", "FOOTNOTE_MAX_UPLOAD": "1GiB / Default", "FOOTNOTE_API_KEYS": "not set / Default",
	} {
		if rows[name] != want {
			t.Errorf("%s is %q, want %q", name, rows[name], want)
		}
	}
	if text := eval[string](b, `document.querySelector(".model-card").textContent`); !strings.Contains(text, "No language model is connected") {
		t.Errorf("the model's card says %q", text)
	}
	if n := eval[int](b, `document.querySelectorAll("fn-settings :is(input, select, textarea)").length`); n > 0 {
		t.Errorf("%d fields can be changed, want none", n)
	}
	b.click(".back")
	b.wait(`document.querySelector("#question").checkVisibility() && document.querySelector("fn-welcome") !== null`)
}

// TestConnectingAModelIsExplained shows what people see where the server knows
// models.
func TestConnectingAModelIsExplained(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	text := eval[string](b, `(async () => {
		const { api } = await `+running("api")+`;
		const real = api.settings;
		api.settings = async () => { const s = await real(); s.settings.push({ name: "-model", value: "", source: "default", help: "provider:name", environment: "FOOTNOTE_MODEL" }); return s; };
		location.hash = "#/settings";
		while (!document.querySelector(".providers")) await new Promise(requestAnimationFrame);
		return document.querySelector(".providers").textContent;
	})()`)
	for _, want := range []string{"FOOTNOTE_MODEL=openai:NAME", "OPENAI_API_KEY", "FOOTNOTE_MODEL=anthropic:NAME", "ANTHROPIC_API_KEY", "googleai:NAME", "mistral:NAME", "ollama:NAME", "FOOTNOTE_MODEL_URL"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not named", want)
		}
	}
	b.picture("settings-connect")
}

// TestCostsInWords gives the module estimates as servers with a model do.
func TestCostsInWords(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	for _, c := range []struct{ name, estimate, want string }{
		{"a single call", `{fits: true, calls: {least: 1, most: 1}, tokens: {least: 900, most: 10400}}`, "1 call, up to 10.4K tokens"},
		{"a range of calls", `{fits: true, calls: {least: 28, most: 30}, tokens: {least: 470000, most: 553000}}`, "28 to 30 calls, 470K to 553K tokens"},
		{"no model", `{fits: true, calls: {least: 0, most: 0}, tokens: {least: 0, most: 0}}`, "no model calls"},
		{"documents that are too long", `{fits: false, calls: {least: 1, most: 1}, tokens: {least: 1, most: 1}}`, "too long for it"},
		{"nothing known", `undefined`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := module[string](b, "cost.js", "m.costText("+c.estimate+")"); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
	line := module[string](b, "cost.js", `m.costLine(["rag", "coa"], { scope: { documents: 1 }, of: (n) => ({ fits: true, calls: { least: n === "rag" ? 1 : 28, most: n === "rag" ? 1 : 30 }, tokens: { least: 1000, most: 2000 } }) })`)
	if line != "About 29 to 31 calls, 2K to 4K tokens." {
		t.Errorf("two strategies cost %q", line)
	}
	if line := module[string](b, "cost.js", `m.costLine(["rag"], { scope: { documents: 0 }, of: () => ({ fits: true, calls: { least: 0, most: 0 }, tokens: { least: 0, most: 0 } }) })`); line != "" {
		t.Errorf("an empty library costs %q", line)
	}
}
