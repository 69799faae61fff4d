package server

import "github.com/go-chi/chi/v5"

// Codes are all codes of the table of errors.
func Codes() []string {
	var out []string
	for _, c := range docsCodes() {
		out = append(out, c.Code)
	}
	return out
}

// Walk visits every address.
func Walk(s *Server, f chi.WalkFunc) error { return chi.Walk(s.router, f) }
