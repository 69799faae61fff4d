package browsertest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// silentModel is a model's server that never replies, and tells when somebody
// asked it and when somebody gave up.
func silentModel(t *testing.T) (url string, asked, left <-chan struct{}) {
	t.Helper()
	a, l := make(chan struct{}), make(chan struct{})
	var first, last sync.Once
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then is a caller who leaves noticed
		first.Do(func() { close(a) })
		<-r.Context().Done()
		last.Do(func() { close(l) })
	}))
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return server.URL, a, l
}

// happens waits for what a channel tells.
func happens(t *testing.T, what string, told <-chan struct{}) {
	t.Helper()
	select {
	case <-told:
	case <-time.After(patience):
		t.Fatalf("%s did not happen", what)
	}
}

func TestAnEvaluationIsCancelled(t *testing.T) {
	needBrowser(t)
	model, asked, left := silentModel(t)
	b := open(t, serve(t, "FOOTNOTE_MODEL=openai:silent", "FOOTNOTE_MODEL_URL="+model, "OPENAI_API_KEY=none"), desk)
	b.upload(write(t, "garden.md", []byte(gardenNotes)))
	b.click(".to-evaluate")
	b.wait(`document.querySelectorAll("fn-evaluate-form input:checked").length === 2`)
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#pick-questions"), []string{write(t, "exam.csv", []byte("question,answer\nWhen do the apple trees bloom?,the second week of April\n"))}, chromedp.NodeReady))
	b.wait(`document.querySelector(".file-name").textContent.startsWith("exam.csv")`)
	b.click("fn-evaluate-form .primary")
	happens(t, "a question", asked)
	b.wait(`document.querySelector(".run-state .numbers")?.textContent.startsWith("Running")`)
	b.click(".run-state .answer-actions button")
	b.wait(`document.querySelector(".run-state .notice")?.textContent.startsWith("It was cancelled.")`)
	happens(t, "the end of the question", left)
	link := eval[string](b, `location.href`)
	b.do(chromedp.Navigate("about:blank"), chromedp.Navigate(link))
	b.wait(`document.querySelector(".run-state .notice")?.textContent.startsWith("It was cancelled.")`)
	b.picture("evaluate-cancelled")
}
