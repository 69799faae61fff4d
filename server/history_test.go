package server_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"footnote/document"
	"footnote/server"
)

// unreadable is a store whose texts can go bad.
type unreadable struct {
	document.Store
	bad atomic.Bool
}

func (u *unreadable) Get(ctx context.Context, id document.ID) (*document.Document, error) {
	if u.bad.Load() {
		return nil, errors.New("text is damaged")
	}
	return u.Store.Get(ctx, id)
}

func TestAListOfAnswersReadsNoDocument(t *testing.T) {
	var store *unreadable
	h := newHouse(t, func(p *server.Parts, _ *server.Options) {
		store = &unreadable{Store: p.Documents}
		p.Documents = store
	})
	h.add(file{"bridge.txt", bridge})
	var a server.Answer
	h.post("/v1/answers", ask(opening)).wants(200).into(&a)
	store.bad.Store(true)
	var all server.Answers
	h.get("/v1/answers").wants(200).into(&all)
	if len(all.Answers) != 1 || all.Answers[0].ID != a.ID || all.Answers[0].Short != a.Short || !all.Answers[0].Created.Equal(a.Created) {
		t.Errorf("list of answers: %+v", all)
	}
}

func TestAScopeIsBounded(t *testing.T) {
	h := newHouse(t)
	ids := `["doc_x"` + strings.Repeat(`,"doc_x"`, 1000) + `]`
	p := h.post("/v1/answers", ask(opening, "documents", ids)).problem(422, "invalid_request")
	if !strings.Contains(p.Detail, "1000") {
		t.Errorf("the bound is not named: %s", p.Detail)
	}
}
