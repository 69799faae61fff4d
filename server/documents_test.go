package server_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/document"
	"footnote/server"
)

func TestUploadTakesGoodFilesAndNamesBadOnes(t *testing.T) {
	h := newHouse(t, func(_ *server.Parts, o *server.Options) { o.Limits.MaxUpload = 100 })
	body, contentType := form(t,
		file{"good.txt", "The bridge opened in 1932."},
		file{"empty.txt", ""},
		file{"big.txt", strings.Repeat("x", 101)},
		file{"again.txt", "The bridge opened in 1932."},
		file{"../../etc/passwd", "A label is not a path."})
	var up server.Uploaded
	h.do("POST", "/v1/documents", body, "Content-Type", contentType).wants(http.StatusAccepted).into(&up)

	var names []string
	for _, d := range up.Documents {
		names = append(names, fmt.Sprintf("%s %s duplicate=%v", d.Name, d.Status, d.Duplicate))
	}
	want := []string{"good.txt queued duplicate=false", "good.txt queued duplicate=true", "passwd queued duplicate=false"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("documents (-want +got):\n%s", diff)
	}
	var rejected []string
	for _, r := range up.Rejected {
		rejected = append(rejected, fmt.Sprintf("%s %d %s", r.Name, r.Status, r.Code))
	}
	if diff := cmp.Diff([]string{"empty.txt 422 empty_file", "big.txt 413 file_too_large"}, rejected); diff != "" {
		t.Errorf("rejected (-want +got):\n%s", diff)
	}
	var all server.Documents
	h.get("/v1/documents").wants(200).into(&all)
	if len(all.Documents) != 2 {
		t.Errorf("library holds %d documents, want 2", len(all.Documents))
	}
}

func TestUploadsThatTakeNothing(t *testing.T) {
	h := newHouse(t, func(_ *server.Parts, o *server.Options) { o.Limits.MaxUpload = 100; o.Limits.MaxFiles = 1 })
	one, multi := form(t, file{"a.txt", strings.Repeat("x", 101)})
	empty, emptyType := form(t, file{"a.txt", ""})
	none, noneType := form(t)
	tests := []struct {
		name, contentType string
		body              io.Reader
		status            int
		code              string
	}{
		{"a file over the limit", multi, one, 413, "file_too_large"},
		{"an empty file", emptyType, empty, 422, "empty_file"},
		{"no part at all", noneType, none, 422, "no_file"},
		{"a body that is not multipart", "application/pdf", strings.NewReader("%PDF"), 415, "not_multipart"},
		{"a part with another name", "multipart/form-data; boundary=b",
			strings.NewReader("--b\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nx\r\n--b--\r\n"), 422, "unknown_part"},
		{"a body that ends early", "multipart/form-data; boundary=b",
			strings.NewReader("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nhalf"), 400, "upload_cut_short"},
		{"a boundary that never comes", "multipart/form-data; boundary=b", strings.NewReader("nothing"), 422, "no_file"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h.in(t).do("POST", "/v1/documents", test.body, "Content-Type", test.contentType).problem(test.status, test.code)
		})
	}
	var all server.Documents
	h.get("/v1/documents").wants(200).into(&all)
	if len(all.Documents) != 0 {
		t.Errorf("library holds %d documents after refused uploads", len(all.Documents))
	}
}

func TestTooManyFilesAreNamed(t *testing.T) {
	h := newHouse(t, func(_ *server.Parts, o *server.Options) { o.Limits.MaxFiles = 1 })
	body, contentType := form(t, file{"a.txt", "One."}, file{"b.txt", "Two."})
	var up server.Uploaded
	h.do("POST", "/v1/documents", body, "Content-Type", contentType).wants(202).into(&up)
	if len(up.Documents) != 1 || len(up.Rejected) != 1 || up.Rejected[0].Code != "too_many_files" {
		t.Errorf("got %+v", up)
	}
}

func TestDocumentLivesAndDies(t *testing.T) {
	h := newHouse(t)
	ids := h.add(file{"bridge.txt", bridge}, file{"bad.txt", "broken"})
	var d server.Document
	h.get("/v1/documents/" + ids[0]).wants(200).into(&d)
	if d.Status != document.Ready || d.Characters == 0 || d.Sentences == 0 || d.Sections == 0 || d.Error != nil {
		t.Errorf("ready document: %+v", d)
	}
	var bad server.Document
	h.get("/v1/documents/" + ids[1]).wants(200).into(&bad)
	if bad.Status != document.Failed || bad.Error == nil || bad.Error.Code != "damaged" {
		t.Errorf("failed document: %+v", bad)
	}

	h.do("POST", "/v1/documents/"+ids[0]+"/retry", nil).problem(409, "document_not_failed")
	var again server.Document
	h.do("POST", "/v1/documents/"+ids[1]+"/retry", nil).wants(202).into(&again)
	if again.Status != document.Queued {
		t.Errorf("status %s after retry", again.Status)
	}

	h.do("DELETE", "/v1/documents/"+ids[0], nil).wants(204)
	p := h.get("/v1/documents/"+ids[0]).problem(404, "document_not_found")
	if p.Document != ids[0] {
		t.Errorf("problem names document %q", p.Document)
	}
	h.do("DELETE", "/v1/documents/"+ids[0], nil).problem(404, "document_not_found")
	h.post("/v1/answers", `{"question": "When did the bridge open?", "documents": ["`+ids[0]+`"]}`).problem(404, "document_not_found")
}

func TestListPagesSearchesAndFilters(t *testing.T) {
	h := newHouse(t)
	h.add(file{"alpha.txt", "First."}, file{"beta.txt", "Second."}, file{"gamma.txt", "broken"})
	var names []string
	cursor := ""
	for {
		var page server.Documents
		h.get("/v1/documents?limit=2&cursor=" + cursor).wants(200).into(&page)
		for _, d := range page.Documents {
			names = append(names, d.Name)
		}
		if page.Total != 3 {
			t.Errorf("total %d, want 3", page.Total)
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if diff := cmp.Diff([]string{"gamma.txt", "beta.txt", "alpha.txt"}, names); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
	var found, failed server.Documents
	h.get("/v1/documents?search=BET").wants(200).into(&found)
	h.get("/v1/documents?status=failed").wants(200).into(&failed)
	if len(found.Documents) != 1 || found.Total != 1 || len(failed.Documents) != 1 || failed.Documents[0].Name != "gamma.txt" {
		t.Errorf("search found %d, filter found %d", len(found.Documents), len(failed.Documents))
	}
	var sorted server.Documents
	h.get("/v1/documents?sort=name&limit=1").wants(200).into(&sorted)
	if sorted.Documents[0].Name != "alpha.txt" || sorted.Total != 3 {
		t.Errorf("first by name: %s of %d", sorted.Documents[0].Name, sorted.Total)
	}
	h.get("/v1/documents?sort=longest&cursor="+sorted.Next).problem(422, "bad_cursor")
	h.get("/v1/documents?sort=odd").problem(422, "invalid_request")
	h.get("/v1/documents?limit=0").problem(422, "invalid_request")
	h.get("/v1/documents?status=odd").problem(422, "invalid_request")
	h.get("/v1/documents?colour=red").problem(422, "invalid_request")
	h.get("/v1/documents?cursor=nonsense").problem(422, "bad_cursor")
}
