package server_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"footnote/document"
	"footnote/server"
)

// hanging draws page 1 never and panics on every other page.
type hanging struct{}

func (hanging) Render(ctx context.Context, _ document.Source, page, _ int) (document.Picture, error) {
	if page > 1 {
		panic("page cannot be drawn")
	}
	<-ctx.Done()
	return document.Picture{}, ctx.Err()
}

func TestPagesThatCannotBeDrawnInTimeOrAtAll(t *testing.T) {
	h := newHouse(t, func(p *server.Parts, o *server.Options) {
		p.Renderer = hanging{}
		o.Limits.DrawTime = 20 * time.Millisecond
	})
	id := h.add(file{"paged.txt", "One.\n\fTwo."})[0]
	h.get("/v1/documents/"+id+"/pages/1/image").problem(503, "page_image_busy")
	h.get("/v1/documents/"+id+"/pages/2/image").problem(500, "internal")
	h.get("/healthz").wants(200)
}

// slow draws page 1 until it is given up, and all others at once.
type slow struct{ begun chan struct{} }

func (s slow) Render(ctx context.Context, _ document.Source, page, _ int) (document.Picture, error) {
	if page == 1 {
		s.begun <- struct{}{}
		<-ctx.Done()
		return document.Picture{}, ctx.Err()
	}
	return document.Picture{MediaType: "image/png", Data: []byte("\x89PNG drawn")}, nil
}

func TestAPageThatNobodyWaitsForAnyMoreMakesRoom(t *testing.T) {
	begun := make(chan struct{}, 1)
	h := newHouse(t, func(p *server.Parts, o *server.Options) {
		p.Renderer = slow{begun}
		o.Limits.Drawing, o.Limits.DrawTime = 1, time.Minute
	})
	id := h.add(file{"paged.txt", "One.\n\fTwo."})[0]
	ctx, leave := context.WithCancel(t.Context())
	go func() {
		<-begun
		leave()
	}()
	req, err := http.NewRequestWithContext(ctx, "GET", h.url+"/v1/documents/"+id+"/pages/1/image", nil)
	h.must(err)
	if _, err := http.DefaultClient.Do(req); err == nil {
		t.Fatal("page 1 was drawn")
	}
	soon, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	req, err = http.NewRequestWithContext(soon, "GET", h.url+"/v1/documents/"+id+"/pages/2/image", nil)
	h.must(err)
	resp, err := http.DefaultClient.Do(req)
	h.must(err)
	if resp.Body.Close(); resp.StatusCode != 200 {
		t.Errorf("page 2: status %d", resp.StatusCode)
	}
}
