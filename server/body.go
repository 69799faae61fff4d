package server

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// buffer reads JSON bodies under a limit and a deadline. The deadline is taken
// back before the operation runs: left in place, it would end the request
// while an answer is still being thought about. Uploads go to disk as they come
// and have a limit of their own.
func (s *Server) buffer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body == nil || r.Body == http.NoBody || r.Method == http.MethodPost && r.URL.Path == uploadPath {
			next.ServeHTTP(w, r)
			return
		}
		most := s.limits.MaxBody
		if r.URL.Path == evaluationsPath {
			most = max(most, maxQuestionsFile)
		}
		control := http.NewResponseController(w)
		_ = control.SetReadDeadline(time.Now().Add(s.limits.BodyTime))
		data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
		if err != nil { // the deadline stays: what is left of the body is not waited for
			w.Header().Set("Connection", "close")
		}
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			s.fail(w, r, explain(errBodyTooLarge, fmt.Sprintf("A body may have %d bytes.", most)))
			return
		}
		if err != nil {
			s.fail(w, r, explain(errCutShort, "The body did not arrive whole."))
			return
		}
		_ = control.SetReadDeadline(time.Time{})
		r.Body = io.NopCloser(bytes.NewReader(data))
		next.ServeHTTP(w, r)
	})
}
