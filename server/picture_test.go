package server_test

import (
	"context"
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
