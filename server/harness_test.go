package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"footnote/chunking"
	"footnote/document"
	"footnote/eval/kept"
	"footnote/ingest"
	"footnote/reasoning"
	"footnote/reasoning/extractive"
	"footnote/retrieval"
	"footnote/server"
	"footnote/store/local"
)

// house is a server over a real store, engine and reader, on a real port.
type house struct {
	t       *testing.T
	store   *local.Store // nil over a database
	kept    backend
	chunker chunking.Chunker
	srv     *server.Server
	url     string
	log     *logBuffer
}

// backend is a store with its sides, whichever it is.
type backend struct {
	docs interface {
		ingest.Store
		reasoning.Library
	}
	queue       ingest.Queue
	index       retrieval.Index
	answers     reasoning.Answers
	evaluations kept.Store
}

type change func(*server.Parts, *server.Options)

func newHouse(t *testing.T, changes ...change) *house {
	t.Helper()
	store, err := local.Open(t.Context(), t.TempDir(), local.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	pictures := func(p *server.Parts, _ *server.Options) { p.Pictures = store.Pictures() }
	h := houseOn(t, backend{store, store.Queue(), store.Index(), store.Answers(), store.Evaluations()}, append([]change{pictures}, changes...)...)
	h.store = store
	return h
}

// houseOn is a house over a store that outlives it.
func houseOn(t *testing.T, b backend, changes ...change) *house {
	t.Helper()
	h := &house{t: t, kept: b, log: &logBuffer{}}
	searcher := retrieval.NewSearcher(b.index, nil, b.docs, retrieval.Options{})
	parts := server.Parts{
		Documents: b.docs, Retriever: searcher, Answers: b.answers,
		Evaluations: b.evaluations, Reads: "extractive", Chunker: chunking.Section{},
		Engine:   reasoning.NewEngine(reasoning.Parts{Library: b.docs, Retriever: searcher, Reader: extractive.New()}),
		Renderer: &painter{}, Version: "test", Log: slog.New(slog.NewTextHandler(h.log, nil)),
		Formats:  []server.Format{{Name: "Plain text", Extensions: []string{".txt"}}},
		Settings: []server.Setting{{Name: "addr", Value: "127.0.0.1:0", Source: "default", Help: "address"}},
	}
	options := server.Options{Limits: server.Limits{Heartbeat: 200 * time.Millisecond}}
	for _, c := range changes {
		c(&parts, &options)
	}
	h.chunker = parts.Chunker
	var err error
	if h.srv, err = server.New(parts, options); err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(h.srv)
	h.url = front.URL
	t.Cleanup(func() {
		h.srv.Close()
		front.CloseClientConnections()
		front.Close()
	})
	return h
}

// in is the same house inside a subtest.
func (h *house) in(t *testing.T) *house {
	inside := *h
	inside.t = t
	return &inside
}

// logBuffer collects a log that several goroutines write.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// painter draws one grey pixel and counts how often it is asked.
type painter struct {
	mu   sync.Mutex
	draw int
}

func (p *painter) Render(_ context.Context, src document.Source, page, width int) (document.Picture, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.draw++
	return document.Picture{MediaType: "image/png", Data: []byte("\x89PNG drawn")}, nil
}

// ingestAll does the work of the pipeline, one job after the other, until
// nothing is due. A file that says "broken" fails.
func (h *house) ingestAll() {
	h.t.Helper()
	ctx, q := h.t.Context(), h.kept.queue
	for {
		j, err := q.Claim(ctx, 0, time.Minute)
		if errors.Is(err, ingest.ErrNoJob) {
			return
		}
		if err != nil {
			h.t.Fatal(err)
		}
		if j.Kind == ingest.Remove {
			h.must(h.kept.index.Delete(ctx, j.Document))
			h.must(h.kept.docs.Purge(ctx, j.Document))
			h.must(q.Finish(ctx, j, ingest.Outcome{}))
			continue
		}
		h.must(q.Report(ctx, j, document.Progress{Stage: document.Parsing, Done: 1, Total: 2}))
		h.must(q.Finish(ctx, j, h.ingest(ctx, j)))
	}
}

func (h *house) ingest(ctx context.Context, j ingest.Job) ingest.Outcome {
	f, err := h.kept.docs.Original(ctx, j.Document)
	h.must(err)
	defer f.Close()
	data, err := io.ReadAll(f)
	h.must(err)
	if strings.HasPrefix(string(data), "broken") {
		return ingest.Outcome{Problem: &document.Problem{Code: "damaged", Detail: "the file is damaged", Fix: "save it again"}}
	}
	info, err := h.kept.docs.Info(ctx, j.Document)
	h.must(err)
	d, err := parse(string(data))
	h.must(err)
	d.ID, d.Name, d.Added, d.MediaType = info.ID, info.Name, info.Created, "text/plain"
	h.must(h.kept.docs.Put(ctx, d))
	cut := chunking.Result{}
	if asking, ok := h.chunker.(chunking.Asking); ok {
		cut, err = asking.Ask(ctx, d, nil)
		h.must(err)
	} else {
		cut.Chunks = h.chunker.Chunk(d)
	}
	entries, err := retrieval.Entries(ctx, d, cut.Chunks, nil)
	h.must(err)
	h.must(h.kept.index.Replace(ctx, d.ID, entries))
	return ingest.Outcome{Chunks: len(cut.Chunks), Warnings: cut.Warnings}
}

// parse reads lines: "# " begins a section, a form feed begins a page. Words
// stand twelve to a line on a grid, so that their boxes can be told.
func parse(text string) (*document.Document, error) {
	b := document.NewBuilder()
	paged := strings.Contains(text, "\f")
	if paged {
		b.StartPage("", 600, 800)
	}
	at := 0
	for _, line := range strings.Split(text, "\n") {
		for strings.HasPrefix(line, "\f") {
			b.StartPage("", 600, 800)
			line, at = line[1:], 0
		}
		switch {
		case strings.HasPrefix(line, "# "):
			b.Heading(1, line[2:])
		case strings.TrimSpace(line) != "" && paged:
			b.Begin(document.Paragraph)
			for i, w := range strings.Fields(line) {
				if i > 0 {
					b.Write(" ")
				}
				b.Place(b.Write(w), document.Box{X: float32(at%12) / 12, Y: float32(at/12) / 40, Width: 1.0 / 12, Height: 1.0 / 40})
				at++
			}
			b.End()
			at = (at/12 + 1) * 12
		case strings.TrimSpace(line) != "":
			b.Paragraph(line)
		}
	}
	return b.Document()
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// file is one part of an upload.
type file struct{ name, content string }

func form(t *testing.T, files ...file) (body io.Reader, contentType string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, f := range files {
		part, err := w.CreateFormFile("file", f.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(part, f.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &b, w.FormDataContentType()
}

// add uploads files and ingests them; it returns their ids.
func (h *house) add(files ...file) []string {
	h.t.Helper()
	body, contentType := form(h.t, files...)
	var up server.Uploaded
	r := h.do("POST", "/v1/documents", body, "Content-Type", contentType)
	r.wants(http.StatusAccepted).into(&up)
	h.ingestAll()
	var ids []string
	for _, d := range up.Documents {
		ids = append(ids, d.ID)
	}
	return ids
}

// reply is a response that was read whole.
type reply struct {
	h      *house
	status int
	header http.Header
	body   []byte
}

func (h *house) do(method, path string, body io.Reader, header ...string) reply {
	h.t.Helper()
	resp := h.open(method, path, body, header...)
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	h.must(err)
	return reply{h, resp.StatusCode, resp.Header, data}
}

func (h *house) open(method, path string, body io.Reader, header ...string) *http.Response {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.t.Context(), method, h.url+path, body)
	h.must(err)
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			req.Host = header[i+1]
		}
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	h.must(err)
	return resp
}

func (h *house) get(path string, header ...string) reply {
	h.t.Helper()
	return h.do("GET", path, nil, header...)
}

func (h *house) post(path, body string, header ...string) reply {
	h.t.Helper()
	return h.do("POST", path, strings.NewReader(body), append([]string{"Content-Type", "application/json"}, header...)...)
}

func (r reply) wants(status int) reply {
	r.h.t.Helper()
	if r.status != status {
		r.h.t.Fatalf("status %d, want %d: %s", r.status, status, r.body)
	}
	return r
}

func (r reply) into(v any) {
	r.h.t.Helper()
	d := json.NewDecoder(bytes.NewReader(r.body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		r.h.t.Fatalf("decode %s: %v", r.body, err)
	}
}

// problem checks that a response is a whole problem with a code.
func (r reply) problem(status int, code string) server.Problem {
	r.h.t.Helper()
	r.wants(status)
	if ct := r.header.Get("Content-Type"); ct != "application/problem+json" {
		r.h.t.Errorf("content type %q of a problem", ct)
	}
	var p server.Problem
	r.into(&p)
	if p.Code != code || p.Status != status {
		r.h.t.Errorf("problem %q with status %d, want %q and %d: %s", p.Code, p.Status, code, status, p.Detail)
	}
	if p.Type != "/docs#"+code || p.Title == "" || p.Detail == "" || p.Fix == "" || p.RequestID != r.header.Get("X-Request-Id") {
		r.h.t.Errorf("problem is not whole: %+v", p)
	}
	return p
}
