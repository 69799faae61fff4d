package server_test

import (
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"footnote/server"
)

// endless brings zeros, up to a size that a test can wait for.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	if e.read > 64<<20 {
		return 0, io.EOF
	}
	clear(p)
	e.read += len(p)
	return len(p), nil
}

func TestWhatIsRefusedIsNotReadToItsEnd(t *testing.T) {
	h := newHouse(t, func(_ *server.Parts, o *server.Options) { o.Limits.MaxUpload, o.Limits.MaxBody = 100, 1000 })
	for name, code := range map[string]string{"file": "file_too_large", "note": "unknown_part"} {
		t.Run(name, func(t *testing.T) {
			rest := &endless{}
			head := "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"a.txt\"\r\n\r\n"
			r := httptest.NewRequest("POST", "http://localhost/v1/documents", io.MultiReader(strings.NewReader(head), rest))
			r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
			w := httptest.NewRecorder()
			h.srv.ServeHTTP(w, r)
			if rest.read > 1<<20 || !strings.Contains(w.Body.String(), code) || w.Header().Get("Connection") != "close" {
				t.Errorf("read %d bytes, status %d, %s", rest.read, w.Code, w.Body)
			}
		})
	}
}
