package browsertest

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"testing"
)

var errCut = errors.New("connection cut")

// cutter ends a response in the middle of its first event.
type cutter struct {
	io.ReadCloser
	left int
}

func (c *cutter) Read(p []byte) (int, error) {
	if c.left == 0 {
		return 0, errCut
	}
	n, err := c.ReadCloser.Read(p[:min(len(p), c.left)])
	c.left -= n
	return n, err
}

// cutFirst stands between the browser and a server and breaks the first
// answer that is streamed. It counts how often the stream was taken up again.
func cutFirst(t *testing.T, server string) (address string, resumed *atomic.Int32) {
	t.Helper()
	target, err := url.Parse(server)
	if err != nil {
		t.Fatalf("parse %s: %v", server, err)
	}
	var cut atomic.Bool
	resumed = new(atomic.Int32)
	proxy := &httputil.ReverseProxy{
		FlushInterval: -1,
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(target); r.Out.Host = r.In.Host },
		ModifyResponse: func(r *http.Response) error {
			if r.Request.Method == http.MethodPost && r.Request.URL.Path == "/v1/answers" && cut.CompareAndSwap(false, true) {
				r.Body = &cutter{r.Body, 60}
				r.ContentLength = -1
			}
			if r.Request.Header.Get("Accept") == "text/event-stream" && r.Request.URL.Path != "/v1/documents/events" && r.Request.Method == http.MethodGet {
				resumed.Add(1)
			}
			return nil
		},
	}
	front := httptest.NewServer(proxy)
	t.Cleanup(front.CloseClientConnections)
	return front.URL, resumed
}

func TestBrokenStreamGoesOn(t *testing.T) {
	needBrowser(t)
	address, resumed := cutFirst(t, serve(t))
	b := open(t, address, desk)
	b.expect("ERR_INCOMPLETE_CHUNKED_ENCODING")
	b.upload(write(t, "lighthouse.pdf", makePDF(lighthousePages)))
	b.ask("Who built the tower in 1871?")
	b.answered()
	if n := resumed.Load(); n != 1 {
		t.Errorf("the stream was taken up again %d times, want once", n)
	}
	if n := eval[int](b, `document.querySelectorAll(".answer-text .ref").length`); n == 0 {
		t.Error("the answer has no footnotes after its stream broke")
	}
}

func TestTwoTabsShowTheSameLibrary(t *testing.T) {
	needBrowser(t)
	server := serve(t)
	one, two := open(t, server, desk), open(t, server, desk)
	one.upload(write(t, "lighthouse.pdf", makePDF(lighthousePages)))
	two.wait(`document.querySelector('fn-document-row[data-status="ready"]') !== null`)
	two.click(`button[aria-label="Delete lighthouse.pdf"]`)
	two.click(`.toast button[aria-label="Close"]`)
	one.wait(`document.querySelectorAll("fn-document-row").length === 0`)
}

func TestUndoKeepsTheDocument(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	b.upload(write(t, "garden.md", []byte(gardenNotes)))
	b.click(`button[aria-label="Delete garden.md"]`)
	b.wait(`document.querySelectorAll("fn-document-row").length === 0`)
	b.click(`.toast .link-button`)
	b.wait(`document.querySelectorAll('fn-document-row[data-status="ready"]').length === 1`)
	if n := eval[int](b, `fetch("/v1/documents").then((r) => r.json()).then((d) => d.documents.length)`); n != 1 {
		t.Errorf("the server has %d documents after undo, want 1", n)
	}
}

// TestScopeLimitsTheQuestion ticks one document and asks.
func TestScopeLimitsTheQuestion(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	b.upload(write(t, "lighthouse.pdf", makePDF(lighthousePages)), write(t, "garden.md", []byte(gardenNotes)))
	b.click(`input[aria-label="Ask only garden.md"]`)
	b.wait(`document.querySelector(".scope strong")?.textContent === "garden.md"`)
	b.picture("scope")
	b.ask("What weighed 312 kilograms?")
	b.answered()
	names := eval[[]string](b, `[...new Set(document.querySelector("fn-answer").answer.citations.map((c) => c.name))]`)
	if len(names) != 1 || names[0] != "garden.md" {
		t.Errorf("the answer cites %q, want garden.md alone", names)
	}
}
