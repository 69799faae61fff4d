package browsertest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

const examQuestions = `question,answer,document,evidence
Who built the tower in 1871?,Agnes Moreau,lighthouse.pdf,The tower was built in 1871 by the engineer Agnes Moreau.
How high is the tower?,42 metres,lighthouse.pdf,It is 42 metres high and made of grey granite.
When did the last keeper leave the station?,1964,lighthouse.pdf,"The last keeper, Tomas Lindqvist, left the station in 1964."
How many kilograms did the harvest of 2019 weigh?,312 kilograms|312,garden.md,The harvest of 2019 weighed 312 kilograms.
When do the apple trees bloom?,the second week of April,garden.md,The apple trees at the north wall bloom in the second week of April.
Who painted the <b>tower</b> red?,,,
`

// evaluates uploads documents and runs an evaluation of two strategies.
func evaluates(b *tab) {
	b.t.Helper()
	b.upload(write(b.t, "lighthouse.pdf", makePDF(lighthousePages)), write(b.t, "garden.md", []byte(gardenNotes)))
	b.click(".to-evaluate")
	b.wait(`document.querySelectorAll("fn-evaluate-form input:checked").length === 2`)
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#pick-questions"), []string{write(b.t, "exam.csv", []byte(examQuestions))}, chromedp.NodeReady))
	b.wait(`document.querySelector(".file-name").textContent.startsWith("exam.csv")`)
	b.wait(`[...document.querySelectorAll(".strategy-checks label")].every((l, i, all) => i === 0 || l.getBoundingClientRect().top >= all[i - 1].getBoundingClientRect().bottom)`) // one below the other
	b.picture(fmt.Sprintf("evaluate-form-%d", eval[int](b, "innerWidth")))
	b.click(`fn-evaluate-form input[value="full"]`)
	b.click("fn-evaluate-form .primary")
	b.wait(`document.querySelectorAll(".evaluated tbody tr").length === 6`)
}

// TestEvaluate goes from a file of questions to the scores, a question, and an
// answer of today.
func TestEvaluate(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	evaluates(b)
	id := eval[string](b, `location.hash.split("/").at(-1)`)
	for what, want := range map[string]int{
		`document.querySelectorAll("[data-plot=quality] .series").length`:                        3,
		`document.querySelectorAll("[data-plot=depth] .line").length`:                            6, // with the legend
		`document.querySelector("tr[data-key='f1']").querySelectorAll("td").length`:              4,
		`document.querySelectorAll(".report section:last-child details").length`:                 3,
		`document.querySelectorAll("fn-evaluate b, fn-evaluate script, fn-evaluate img").length`: 0,
	} {
		if got := eval[int](b, what); got != want {
			t.Errorf("%s is %d, want %d", what, got, want)
		}
	}
	shown := eval[string](b, `document.querySelector("tr[data-key='f1'] .value").textContent`)
	told := eval[float64](b, fmt.Sprintf(`fetch("/v1/evaluations/%s").then((r) => r.json()).then((e) => e.report.rows.find((r) => r.key === "f1").scores[0].value)`, id))
	if want := fmt.Sprintf("%.1f %%", 100*told); shown != want {
		t.Errorf("the table says %q, the API %q", shown, want)
	}
	files := eval[[]string](b, `Promise.all([...document.querySelectorAll(".run-state a.button")].map(async (a) => {
		const r = await fetch(a.href);
		return r.headers.get("Content-Disposition").split(";")[1].trim() + " " + (await r.text()).split("Who built the tower in 1871?").length;
	}))`)
	for i, want := range []string{`filename="exam-report.html" 1`, `filename="exam-report.csv" 4`, `filename="exam-report.json" 4`} {
		if len(files) != 3 || files[i] != want {
			t.Errorf("downloads %q, want %q", files, want)
		}
	}
	b.picture("evaluate-report")
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector(".plots").scrollIntoView()`))
	b.picture("evaluate-plots")
	fits(b)

	b.do(chromedp.Evaluate[chromedp.Void](`(() => { const s = document.querySelector(".list-tools input"); s.value = "TOWER"; s.dispatchEvent(new Event("input")); })()`))
	b.wait(`document.querySelectorAll(".evaluated tbody tr").length === 3`)
	b.picture("evaluate-questions")
	b.click(".evaluated tbody a")
	b.wait(`location.hash.endsWith("/1") && document.querySelectorAll("fn-evaluate-question .column-of").length === 3`)
	if got := eval[string](b, `document.querySelector(".gold blockquote").textContent`); !strings.HasPrefix(got, "The tower was built") {
		t.Errorf("gold is %q", got)
	}
	if eval[int](b, `document.querySelectorAll(".gold-tag").length`) == 0 {
		t.Error("no evidence is marked as gold")
	}
	b.picture("evaluate-question")
	link := eval[string](b, `location.href`)
	b.do(chromedp.Navigate("about:blank"), chromedp.Navigate(link))
	b.wait(`document.querySelectorAll("fn-evaluate-question .column-of").length === 3`)
	b.click(`fn-evaluate-question [data-strategy="rag"] .answer-actions button`)
	b.answered()
	if asked := eval[string](b, `document.querySelector("#question").value`); asked != "Who built the tower in 1871?" {
		t.Errorf("asked %q", asked)
	}
}

// TestABadFileSaysWhereItIsWrong drops the file instead of choosing it; it must
// not go to the library.
func TestABadFileSaysWhereItIsWrong(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	b.expect("Failed to load resource")
	b.upload(write(t, "garden.md", []byte(gardenNotes)))
	b.click(".to-evaluate")
	b.wait(`document.querySelectorAll("fn-evaluate-form input:checked").length === 2`)
	b.click("fn-evaluate-form .primary")
	b.wait(`document.querySelector("fn-evaluate-form .notice").textContent.startsWith("Choose a file")`)
	b.do(chromedp.Evaluate[chromedp.Void](`(() => {
		const data = new DataTransfer();
		data.items.add(new File(["question,answer,document\nWhy?,So,garden.md\nWho?,Ann,cellar.md\n"], "bad.csv"));
		for (const type of ["dragenter", "dragover", "drop"])
			document.querySelector(".file-zone").dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
	})()`))
	b.wait(`document.querySelector(".file-name").textContent.startsWith("bad.csv") && document.querySelector(".drop-veil").hidden`)
	b.click("fn-evaluate-form .primary")
	b.wait(`document.querySelector("fn-evaluate-form .notice").textContent.includes("Line 3")`)
	b.picture("evaluate-bad")
	if n := eval[int](b, `document.querySelectorAll("fn-document-row").length`); n != 1 {
		t.Errorf("the library shows %d documents, want 1", n)
	}
}

// TestEverybodyCanEvaluate checks names and contrast of the views, and that
// they fit a phone.
func TestEverybodyCanEvaluate(t *testing.T) {
	needBrowser(t)
	for _, scheme := range []string{"light", "dark"} {
		t.Run(scheme, func(t *testing.T) {
			b := open(t, serve(t), desk)
			b.prefer("prefers-color-scheme", scheme)
			look := func(view string) {
				b.picture(view + "-" + scheme)
				checkNames(b, view)
				if low := eval[string](b, contrastTooLow); low != "" {
					t.Errorf("%s: too little contrast:\n%s", view, low)
				}
			}
			evaluates(b)
			look("evaluation")
			b.do(chromedp.EmulateViewport(phone.width, phone.height))
			look("evaluation-phone")
			fits(b)
			b.do(chromedp.EmulateViewport(desk.width, desk.height))
			b.do(chromedp.Evaluate[chromedp.Void](`location.hash += "/6"`))
			b.wait(`document.querySelectorAll("fn-evaluate-question .column-of").length === 3`)
			look("evaluated-question")
			b.click("fn-evaluate-question nav a")
			b.wait(`document.querySelector(".evaluated") !== null`)
			b.do(chromedp.Evaluate[chromedp.Void](`location.hash = "#/evaluations"`))
			b.wait(`document.querySelectorAll(".runs a").length === 1`)
			look("evaluations")
		})
	}
}
