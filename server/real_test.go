package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"footnote/chunking"
	"footnote/document"
	"footnote/document/pdf"
	"footnote/document/reader"
	"footnote/ingest"
	"footnote/server"
)

// TestEveryFormatGoesFromUploadToHighlight runs the whole product behind the
// API: the pipeline, the readers of all formats and PDFium.
func TestEveryFormatGoesFromUploadToHighlight(t *testing.T) {
	engine := pdf.New(pdf.Options{})
	t.Cleanup(func() {
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	})
	files := reader.New(reader.Options{PDF: engine})
	h := newHouse(t, func(p *server.Parts, _ *server.Options) { p.Renderer = files })
	ctx, stop := context.WithCancel(t.Context())
	pipeline := ingest.New(ingest.Parts{
		Queue: h.store.Queue(), Store: h.store, Index: h.store.Index(), Reader: files, Chunker: chunking.Section{},
	}, ingest.Options{})
	ended := make(chan error, 1)
	go func() { ended <- pipeline.Run(ctx) }()
	defer func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()

	var uploads []file
	paths, err := filepath.Glob("../testdata/corpus/formats/*.*")
	h.must(err)
	for _, path := range paths {
		data, err := os.ReadFile(path)
		h.must(err)
		uploads = append(uploads, file{filepath.Base(path), string(data)})
	}
	uploads = append(uploads, file{"light.pdf", onePagePDF("The Skerrin Light was lit on 4 May 1842.", "Isabel Thorne built the tower of granite.")})
	if len(uploads) < 4 {
		t.Fatalf("only %d files in the corpus", len(uploads))
	}
	for _, d := range h.upload(uploads...) {
		t.Run(d.Name, func(t *testing.T) { h.in(t).followToHighlight(d) })
	}
}

// followToHighlight watches a document until it is ready, asks for words that
// stand in it, and opens what the answer points at.
func (h *house) followToHighlight(d server.Document) {
	h.t.Helper()
	_, r := h.stream("GET", "/v1/documents/"+d.ID+"/events", "")
	events := r.all()
	events[len(events)-1].into(h.t, &d)
	if d.Status != document.Ready {
		h.t.Fatalf("status %s: %+v", d.Status, d.Error)
	}
	runes := []rune(string(h.get("/v1/documents/" + d.ID + "/text").wants(200).body))
	if len(runes) != d.Characters {
		h.t.Errorf("text has %d characters, document says %d", len(runes), d.Characters)
	}
	topic := string(runes[:min(60, len(runes))])
	var found server.SearchResult
	h.post("/v1/search", scoped("query", topic, d.ID)).wants(200).into(&found)
	if len(found.Passages) == 0 || string(runes[found.Passages[0].Start:found.Passages[0].End]) != found.Passages[0].Text {
		h.t.Errorf("passages of %q: %+v", topic, found.Passages)
	}
	var a server.Answer
	h.post("/v1/answers", scoped("question", "When was the Skerrin Light lit?", d.ID)).wants(200).into(&a)
	for _, c := range a.Citations {
		if string(runes[*c.Start:*c.End]) != c.Quote {
			h.t.Errorf("citation does not quote the text: %q", c.Quote)
		}
	}
	if strings.HasSuffix(d.Name, ".pdf") {
		if len(a.Citations) == 0 || len(a.Citations[0].Boxes) == 0 {
			h.t.Errorf("nothing to highlight: %+v", a)
		}
		h.drawn(d)
	}
}

func (h *house) drawn(d server.Document) {
	h.t.Helper()
	r := h.get("/v1/documents/" + d.ID + "/pages/1/image?width=400").wants(200)
	picture, kind, err := image.Decode(bytes.NewReader(r.body))
	h.must(err)
	if picture.Bounds().Dx() != 400 || r.header.Get("Content-Type") != "image/"+kind {
		h.t.Errorf("%s of %d pixels, declared as %s", kind, picture.Bounds().Dx(), r.header.Get("Content-Type"))
	}
	var page server.Page
	h.get("/v1/documents/" + d.ID + "/pages/1").wants(200).into(&page)
	for _, w := range page.Words {
		if w.X < 0 || w.Y < 0 || w.X+w.Width > 1.001 || w.Y+w.Height > 1.001 || w.End <= w.Start {
			h.t.Fatalf("word off the page: %+v", w)
		}
	}
	if len(page.Words) == 0 {
		h.t.Error("page 1 has no words")
	}
}

// scoped is the body of a request about one document.
func scoped(field, text, id string) string {
	data, err := json.Marshal(map[string]any{field: text, "documents": []string{id}})
	if err != nil {
		panic(err)
	}
	return string(data)
}

// onePagePDF writes a PDF with one line of text below the other.
func onePagePDF(lines ...string) string {
	var text strings.Builder
	for i, l := range lines {
		fmt.Fprintf(&text, "BT /F1 14 Tf 72 %d Td (%s) Tj ET\n", 700-24*i, l)
	}
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%sendstream", text.Len(), text.String()),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	}
	var b strings.Builder
	b.WriteString("%PDF-1.4\n")
	at := make([]int, len(objects))
	for i, o := range objects {
		at[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table)
	return b.String()
}
