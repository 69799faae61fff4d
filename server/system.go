package server

import (
	"context"
	"errors"
	"net/http"

	"footnote/retrieval"
)

func (s *Server) listStrategies(context.Context, *struct{}) (*body[Strategies], error) {
	out := &body[Strategies]{Strategies{Strategies: []Strategy{}, Default: "auto", Model: s.parts.Engine.Model()}}
	for _, d := range s.parts.Engine.Strategies() {
		out.Body.Strategies = append(out.Body.Strategies, Strategy(d))
	}
	return out, nil
}

func (s *Server) listFormats(context.Context, *struct{}) (*body[Formats], error) {
	return &body[Formats]{Formats{Formats: list(s.parts.Formats), MaxUpload: s.limits.MaxUpload}}, nil
}

func (s *Server) listSettings(context.Context, *struct{}) (*body[Settings], error) {
	return &body[Settings]{Settings{Version: s.parts.Version, Settings: list(s.parts.Settings)}}, nil
}

// health says that the process answers at all.
func (s *Server) health(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]string{"status": "ok", "version": s.parts.Version})
}

// ready says whether documents and questions are taken.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	if s.parts.Ready != nil {
		if err := s.parts.Ready(); err != nil {
			s.log.Warn("not ready", "error", err)
			detail := "The server cannot take requests yet; its log says why."
			if errors.Is(err, retrieval.ErrIndexDown) { // where it is, is nobody's business here
				detail = "The index cannot be used; the server's log says why."
			}
			s.fail(w, r, explain(errStarting, detail))
			return
		}
	}
	writeJSON(w, http.StatusOK, readiness{"ready", s.notes()})
}

// readiness is what a server that takes questions says of itself.
type readiness struct {
	Status string   `json:"status"`
	Notes  []string `json:"notes"` // what is missing all the same
}

func (s *Server) notes() []string {
	if s.parts.Notes == nil {
		return []string{}
	}
	return list(s.parts.Notes())
}
