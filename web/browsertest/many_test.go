package browsertest

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"os"
	"strconv"
	"testing"
)

// manyDocuments is how many documents TestManyDocuments uploads;
// FOOTNOTE_MANY_DOCUMENTS says otherwise.
const manyDocuments = 120

// TestManyDocuments scrolls through a library of several pages and searches
// it. The frame rate is logged: it says little on a busy machine.
func TestManyDocuments(t *testing.T) {
	needBrowser(t)
	n := manyDocuments
	if v, err := strconv.Atoi(os.Getenv("FOOTNOTE_MANY_DOCUMENTS")); err == nil {
		n = v
	}
	server := serve(t)
	for from := 0; from < n; from += 50 {
		post(t, server, from, min(from+50, n))
	}
	b := open(t, server, desk)
	b.wait(`document.querySelectorAll("fn-document-row").length >= 100`)
	b.wait(`fetch("/v1/documents?status=queued").then((r) => r.json()).then((d) => d.documents.length === 0)`)
	rate := eval[float64](b, fmt.Sprintf(`new Promise((done) => {
		const list = document.querySelector(".docs-scroll"), start = performance.now();
		let frames = 0;
		const step = () => {
			frames++;
			list.scrollTop += 120;
			const all = document.querySelectorAll("fn-document-row").length >= %d;
			const end = list.scrollTop + list.clientHeight >= list.scrollHeight - 1;
			if (all && end) done(frames * 1000 / (performance.now() - start));
			else requestAnimationFrame(step);
		};
		requestAnimationFrame(step);
	})`, n))
	t.Logf("%d documents: scrolled to the end at %.0f frames a second", n, rate)
	b.picture("many")
	b.do(typeInto(`.library-tools input[type="search"]`, "note-0017"))
	b.wait(`document.querySelectorAll("fn-document-row").length === 1`)
}

// post uploads notes from number a up to b in one request.
func post(t *testing.T, server string, a, b int) {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := a; i < b; i++ {
		part, err := w.CreateFormFile("file", fmt.Sprintf("note-%04d.md", i))
		if err == nil {
			_, err = fmt.Fprintf(part, "# Note %d\n\nThis note is number %d.\n", i, i)
		}
		if err != nil {
			t.Fatalf("write note %d: %v", i, err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatalf("end the upload: %v", err)
	}
	resp, err := http.Post(server+"/v1/documents", w.FormDataContentType(), &body)
	if err != nil {
		t.Fatalf("upload: %v", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusAccepted {
		t.Fatalf("upload: status %s, want 202", resp.Status)
	}
}
