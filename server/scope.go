package server

import (
	"context"
	"errors"
	"fmt"

	"footnote/document"
)

// about says which document an error is about, when it is about one.
func about(id string, err error) error {
	if !errors.Is(err, document.ErrNotFound) {
		return fmt.Errorf("document %s: %w", id, err)
	}
	e := explain(document.ErrNotFound, fmt.Sprintf("There is no document %q.", id))
	e.document = id
	return e
}

// aboutStatus says what a document that is not ready is doing.
func aboutStatus(i document.Info, err error) error {
	if !errors.Is(err, document.ErrNotReady) {
		return about(string(i.ID), err)
	}
	e := explain(document.ErrNotReady, fmt.Sprintf("Document %s is %s.", i.ID, i.Status))
	if i.Problem != nil {
		e.detail = fmt.Sprintf("Document %s failed: %s", i.ID, sentence(i.Problem.Detail))
	}
	e.document, e.status = string(i.ID), string(i.Status)
	return e
}

// scope checks that every document asked for can be asked. Nil means all.
func (s *Server) scope(ctx context.Context, ids []string) ([]document.ID, error) {
	var out []document.ID
	seen := map[string]bool{}
	for _, id := range ids {
		if seen[id] {
			continue
		}
		seen[id] = true
		info, err := s.info(ctx, id)
		if err != nil {
			return nil, err
		}
		if info.Status != document.Ready {
			return nil, aboutStatus(info, document.ErrNotReady)
		}
		out = append(out, info.ID)
	}
	return out, nil
}
