package server_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/server"
)

// bridge is a text with code points of one to four bytes, so that an offset in
// bytes is not one in code points.
const bridge = "# The Größe of bridges 🌉\n" +
	"The Sydney Harbour Bridge — “the Coathanger” — opened on 19 March 1932. It took 1,400 workers eight years to build.\n" +
	"# Costs\nThe bridge cost 6.25 million pounds. Das Geld wurde größtenteils geliehen 🌉 and paid back in 1988."

func TestSectionsAndSentencesPointIntoTheText(t *testing.T) {
	h := newHouse(t)
	id := h.add(file{"bridge.txt", bridge})[0]
	whole := []rune(string(h.get("/v1/documents/" + id + "/text").wants(200).body))

	var sections server.Sections
	h.get("/v1/documents/" + id + "/sections").wants(200).into(&sections)
	var headings []string
	for _, s := range sections.Sections {
		headings = append(headings, s.Heading)
		if s.Number > 0 && !strings.HasPrefix(string(whole[s.Start:s.End]), s.Heading) {
			t.Errorf("section %d: text at %d does not begin with %q", s.Number, s.Start, s.Heading)
		}
	}
	if diff := cmp.Diff([]string{"", "The Größe of bridges 🌉", "Costs"}, headings); diff != "" {
		t.Errorf("headings (-want +got):\n%s", diff)
	}

	next, seen := 0, 0
	for next >= 0 {
		var page server.Sentences
		h.get("/v1/documents/" + id + "/sentences?limit=2&first=" + itoa(next)).wants(200).into(&page)
		for _, s := range page.Sentences {
			if got := string(whole[s.Start:s.End]); got != s.Text || s.Number != seen {
				t.Errorf("sentence %d: text says %q, sentence says %q", s.Number, got, s.Text)
			}
			seen++
		}
		if next = page.Next; next < 0 && seen != page.Total {
			t.Errorf("saw %d of %d sentences", seen, page.Total)
		}
	}
}

func TestTextRanges(t *testing.T) {
	h := newHouse(t)
	id := h.add(file{"bridge.txt", bridge})[0]
	path := "/v1/documents/" + id + "/text"
	whole := h.get(path).wants(200)
	runes := []rune(string(whole.body))
	part := h.get(path + "?start=4&end=24").wants(200)
	if got, want := string(part.body), string(runes[4:24]); got != want {
		t.Errorf("range 4 to 24 is %q, want %q", got, want)
	}
	if got, want := part.header.Get("Footnote-Range"), "4-24/"+itoa(len(runes)); got != want {
		t.Errorf("Footnote-Range %q, want %q", got, want)
	}
	if r := h.get(path, "If-None-Match", whole.header.Get("ETag")); r.status != 304 || len(r.body) > 0 {
		t.Errorf("status %d with a matching tag", r.status)
	}
	h.get(path+"?start=5&end=4").problem(422, "bad_range")
	h.get(path+"?start=-1").problem(422, "bad_range")
	h.get(path+"?end="+itoa(len(runes)+1)).problem(422, "bad_range")
	h.get(path+"?start=first").problem(422, "invalid_request")
	h.get("/v1/documents/doc_none/text").problem(404, "document_not_found")
}

func TestNotReadyDocumentsSayTheirStatus(t *testing.T) {
	h := newHouse(t)
	body, contentType := form(t, file{"a.txt", "Some text."})
	var up server.Uploaded
	h.do("POST", "/v1/documents", body, "Content-Type", contentType).wants(202).into(&up)
	id := up.Documents[0].ID
	for _, path := range []string{"/text", "/sections", "/sentences", "/pages", "/pages/1", "/pages/1/image", "/excerpt?start=0&end=0"} {
		p := h.get("/v1/documents/"+id+path).problem(409, "document_not_ready")
		if p.DocumentStatus != "queued" || p.Document != id {
			t.Errorf("%s: problem is about %q with status %q", path, p.Document, p.DocumentStatus)
		}
	}
	h.post("/v1/search", `{"query": "text", "documents": ["`+id+`"]}`).problem(409, "document_not_ready")
}

func TestAnExcerptSaysWhereItStands(t *testing.T) {
	h := newHouse(t)
	id := h.add(file{"paged.txt", "Ä one two three.\nSecond line here.\n\fThe next page speaks 🌉 of bridges."})[0]
	runes := []rune(string(h.get("/v1/documents/" + id + "/text").wants(200).body))
	path := "/v1/documents/" + id + "/excerpt"
	from := strings.Index(string(runes), "The next")
	start := len([]rune(string(runes)[:from]))
	var e server.Excerpt
	h.get(path + "?start=" + itoa(start) + "&end=" + itoa(start+13)).wants(200).into(&e)
	if e.Quote != "The next page" || e.Cut || e.Page != 2 || e.Name != "paged.txt" {
		t.Errorf("excerpt %+v", e)
	}
	if len(e.Boxes) != 1 || e.Boxes[0].Page != 2 || e.Boxes[0].Width <= 0 {
		t.Errorf("boxes %+v", e.Boxes)
	}
	var whole server.Excerpt
	h.get(path + "?start=0&end=" + itoa(len(runes))).wants(200).into(&whole)
	if whole.Quote != string(runes) || whole.Sentence != 0 || whole.Page != 1 {
		t.Errorf("whole %+v", whole)
	}
	if pages := whole.Boxes[len(whole.Boxes)-1].Page; pages != 2 {
		t.Errorf("the last box is on page %d", pages)
	}
	h.get(path+"?start=5&end=4").problem(422, "bad_range")
	h.get(path+"?start=0&end="+itoa(len(runes)+1)).problem(422, "bad_range")
	h.get(path+"?start=0").problem(422, "invalid_request")
	h.get("/v1/documents/doc_none/excerpt?start=0&end=1").problem(404, "document_not_found")
}

func TestALongExcerptIsCut(t *testing.T) {
	h := newHouse(t)
	id := h.add(file{"long.txt", strings.Repeat("Päges and pages follow here.\n\f", 400)})[0]
	var info server.Document
	h.get("/v1/documents/" + id).wants(200).into(&info)
	var e server.Excerpt
	h.get("/v1/documents/" + id + "/excerpt?start=3&end=" + itoa(info.Characters)).wants(200).into(&e)
	if n := len([]rune(e.Quote)); !e.Cut || n != 2000 || e.End != info.Characters {
		t.Errorf("%d characters, cut %v, end %d", n, e.Cut, e.End)
	}
	if last := e.Boxes[len(e.Boxes)-1].Page; last != 5 {
		t.Errorf("boxes reach page %d, want 5", last)
	}
}

func TestPagesGiveWordsWithPlaces(t *testing.T) {
	h := newHouse(t)
	id := h.add(file{"paged.txt", "Ä one two three.\nSecond line here.\n\fThe next page speaks 🌉 of bridges."})[0]
	runes := []rune(string(h.get("/v1/documents/" + id + "/text").wants(200).body))
	var pages server.Pages
	h.get("/v1/documents/" + id + "/pages").wants(200).into(&pages)
	if len(pages.Pages) != 2 || pages.Pages[1].Number != 2 || pages.Pages[0].Width != 600 {
		t.Fatalf("pages: %+v", pages)
	}
	var page server.Page
	h.get("/v1/documents/" + id + "/pages/2").wants(200).into(&page)
	var words []string
	for _, w := range page.Words {
		words = append(words, string(runes[w.Start:w.End]))
	}
	if diff := cmp.Diff(strings.Fields("The next page speaks 🌉 of bridges."), words); diff != "" {
		t.Errorf("words (-want +got):\n%s", diff)
	}
	h.get("/v1/documents/"+id+"/pages/3").problem(404, "page_not_found")
	h.get("/v1/documents/"+id+"/pages/0").problem(404, "page_not_found")
	h.get("/v1/documents/"+id+"/pages/one").problem(422, "invalid_request")
}

func TestPageImagesAreDrawnOnceAndKept(t *testing.T) {
	paint := &painter{}
	h := newHouse(t, func(p *server.Parts, _ *server.Options) { p.Renderer = paint })
	ids := h.add(file{"paged.txt", "One.\n\fTwo."}, file{"plain.txt", "No pages."})
	path := "/v1/documents/" + ids[0] + "/pages/1/image?width=500"
	first := h.get(path).wants(200)
	if first.header.Get("Content-Type") != "image/png" || !strings.Contains(first.header.Get("Cache-Control"), "immutable") {
		t.Errorf("headers %v", first.header)
	}
	h.get(path).wants(200)
	h.get(path, "If-None-Match", first.header.Get("ETag")).wants(304)
	if paint.draw != 1 {
		t.Errorf("drawn %d times, want once", paint.draw)
	}
	h.get("/v1/documents/"+ids[0]+"/pages/3/image").problem(404, "page_not_found")
	h.get("/v1/documents/"+ids[0]+"/pages/x/image").problem(422, "invalid_request")
	h.get("/v1/documents/"+ids[0]+"/pages/1/image?width=9").problem(422, "invalid_request")
	h.get("/v1/documents/"+ids[1]+"/pages/1/image").problem(404, "no_page_image")
}

func TestOriginalsComeBackAsAttachments(t *testing.T) {
	h := newHouse(t)
	id := h.add(file{"Größe \"x\".html", "<script>alert(1)</script>"})[0]
	r := h.get("/v1/documents/" + id + "/original").wants(200)
	if string(r.body) != "<script>alert(1)</script>" {
		t.Errorf("body %q", r.body)
	}
	want := map[string]string{
		"Content-Type":            "application/octet-stream",
		"Content-Disposition":     `attachment; filename="Gr__e _x_.html"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%22x%22.html`,
		"Content-Security-Policy": "default-src 'none'; sandbox",
		"X-Content-Type-Options":  "nosniff",
	}
	for name, value := range want {
		if got := r.header.Get(name); got != value {
			t.Errorf("%s is %q, want %q", name, got, value)
		}
	}
	if part := h.get("/v1/documents/"+id+"/original", "Range", "bytes=0-6").wants(206); string(part.body) != "<script" {
		t.Errorf("range gave %q", part.body)
	}
	h.get("/v1/documents/doc_none/original").problem(404, "document_not_found")
}
