package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"footnote/document"
)

// uploadStall is how long an upload may bring no byte.
const uploadStall = 60 * time.Second

// maxName is how many code points of a file's name are kept.
const maxName = 255

// upload stores the files of a multipart body one after the other, each
// straight from the connection. It answers 202 when it took at least one.
func (s *Server) upload(w http.ResponseWriter, r *http.Request) {
	control := http.NewResponseController(w)
	defer func() { _ = control.SetReadDeadline(time.Time{}) }()
	r.Body = &alive{ReadCloser: r.Body, extend: func() { _ = control.SetReadDeadline(time.Now().Add(uploadStall)) }}
	parts, err := r.MultipartReader()
	if err != nil {
		s.fail(w, r, explain(errNotMultipart, "Files are sent as multipart/form-data."))
		return
	}
	out := Uploaded{Documents: []Document{}, Rejected: []Rejected{}}
	first, whole := s.takeAll(r.Context(), parts, &out)
	if !whole {
		w.Header().Set("Connection", "close") // what is left of the body is not waited for
	}
	if len(out.Documents) == 0 {
		if first == nil {
			first = explain(errNoFile, "The body has no part named file.")
		}
		p := *s.problem(r.Context(), first)
		p.Rejected = out.Rejected
		s.writeProblem(w, &p)
		return
	}
	writeJSON(w, http.StatusAccepted, out)
}

// takeAll takes every part and returns what was wrong with the first bad one.
// Whole is false when it stopped before the end of the body.
func (s *Server) takeAll(ctx context.Context, parts *multipart.Reader, out *Uploaded) (first error, whole bool) {
	reject := func(name string, err error) {
		if first == nil {
			first = err
		}
		p := s.problem(ctx, err)
		out.Rejected = append(out.Rejected, Rejected{name, p.Status, p.Code, p.Detail, p.Fix})
	}
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return first, true
		}
		if err != nil {
			reject("", explain(errCutShort, "The body did not arrive whole."))
			return first, false
		}
		name := labelOf(part.FileName())
		if n >= s.limits.MaxFiles {
			reject(name, explain(errTooManyFiles, fmt.Sprintf("One upload may have %d files.", s.limits.MaxFiles)))
			return first, false
		}
		doc, err := s.takePart(ctx, part, name)
		if err == nil {
			out.Documents = append(out.Documents, doc)
			continue
		}
		if part.FormName() != "file" {
			name = part.FormName()
		}
		reject(name, err)
		if errors.Is(err, errCutShort) {
			return first, false
		}
		if !s.skip(part) {
			reject("", explain(document.ErrTooLarge, fmt.Sprintf("What follows %q was not read.", name)))
			return first, false
		}
	}
}

func (s *Server) takePart(ctx context.Context, part *multipart.Part, name string) (Document, error) {
	if part.FormName() != "file" {
		return Document{}, explain(errBadPart, fmt.Sprintf("The part %q is not named file.", part.FormName()))
	}
	return s.take(ctx, part, name)
}

// skip reads the rest of a refused part, as far as a JSON body may go, and says
// whether it got to the end: nobody may send without limit what is not kept.
func (s *Server) skip(part *multipart.Part) bool {
	_, err := io.CopyN(io.Discard, part, s.limits.MaxBody)
	return err != nil // the end, or a break that the next part tells of
}

// take stores one file.
func (s *Server) take(ctx context.Context, part *multipart.Part, name string) (Document, error) {
	limited := &limitReader{from: part, left: s.limits.MaxUpload}
	up := document.Upload{Name: name, MediaType: part.Header.Get("Content-Type")}
	info, created, err := s.parts.Documents.Add(ctx, up, limited)
	switch {
	case limited.over:
		return Document{}, explain(document.ErrTooLarge, fmt.Sprintf("The file has more than %d bytes.", s.limits.MaxUpload))
	case limited.failed != nil:
		return Document{}, explain(errCutShort, "The file did not arrive whole.")
	case err != nil:
		return Document{}, fmt.Errorf("add %q: %w", name, err)
	}
	d := documentOf(info)
	d.Duplicate = !created
	return d, nil
}

// limitReader gives an error, not an end, when there is more than the limit,
// so that a store does not keep what it got so far.
type limitReader struct {
	from   io.Reader
	left   int64
	over   bool
	failed error // what the connection said
}

func (l *limitReader) Read(p []byte) (int, error) {
	if int64(len(p)) > l.left+1 {
		p = p[:l.left+1]
	}
	n, err := l.from.Read(p)
	if int64(n) > l.left {
		l.over = true
		return int(l.left), document.ErrTooLarge
	}
	l.left -= int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		l.failed = err
	}
	return n, err
}

// alive gives a connection more time whenever it is read.
type alive struct {
	io.ReadCloser
	extend func()
}

func (a *alive) Read(p []byte) (int, error) {
	a.extend()
	return a.ReadCloser.Read(p)
}

// labelOf makes a label of a file name. It is shown and searched, never opened.
func labelOf(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, name)
	if r := []rune(strings.TrimSpace(name)); len(r) > maxName {
		return shorten(r)
	}
	if name = strings.TrimSpace(name); name == "" {
		return "unnamed"
	}
	return name
}

// shorten keeps the end of a long name too, since the extension stands there.
func shorten(r []rune) string {
	const tail = 20
	return string(r[:maxName-tail-1]) + "…" + string(r[len(r)-tail:])
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Errorf("encode %T: %w", v, err)) // only types of types.go come here
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(data, '\n'))
}
