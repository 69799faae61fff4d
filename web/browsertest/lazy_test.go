package browsertest

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"
)

// withoutViews stands before a server and does not serve the page's views until
// it is told to.
func withoutViews(t *testing.T, server string) (front string, mended *atomic.Bool) {
	t.Helper()
	target, err := url.Parse(server)
	if err != nil {
		t.Fatalf("parse %s: %v", server, err)
	}
	proxy := &httputil.ReverseProxy{
		FlushInterval: -1,
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(target); r.Out.Host = r.In.Host },
	}
	mended = new(atomic.Bool)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, view := range []string{"/settings.js", "/source.js"} {
			if strings.HasSuffix(r.URL.Path, "/components"+view) && !mended.Load() {
				http.Error(w, "try later", http.StatusServiceUnavailable)
				return
			}
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(s.CloseClientConnections)
	return s.URL, mended
}

// TestAViewThatCannotBeFetchedIsNoDeadEnd goes to views that the server does
// not give, back, and there again when it does.
func TestAViewThatCannotBeFetchedIsNoDeadEnd(t *testing.T) {
	needBrowser(t)
	front, mended := withoutViews(t, serve(t))
	b := open(t, front, desk)
	b.expect("503")
	b.expect("ERR_INCOMPLETE_CHUNKED_ENCODING") // the proxy may break a stream off; the page takes it up again
	b.upload(write(t, "garden.md", []byte(gardenNotes)))
	b.ask("When do the apple trees bloom?")
	b.answered()
	const toast = `[...document.querySelectorAll("fn-toasts .toast")].some((e) => e.textContent.startsWith("This part of the page could not be fetched. Check"))`
	b.click(".answer-text .ref")
	b.wait(toast + ` && document.querySelector("fn-source").hidden`)
	b.click(".model")
	b.wait(`document.querySelector(".result .notice.bad")?.textContent.startsWith("This part of the page could not be fetched.")`)
	b.picture("view-missing")
	b.do(chromedp.Evaluate[chromedp.Void](`history.back()`))
	b.answered()
	mended.Store(true)
	b.click(".answer-text .ref")
	b.wait(`!document.querySelector("fn-source").hidden && document.querySelector(".reading mark") !== null`)
	b.click(".model")
	b.wait(`document.querySelector("fn-settings h1") !== null`)
}
