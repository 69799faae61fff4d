package server

import (
	"context"
	"fmt"

	"footnote/document"
)

// body wraps a response for huma.
type body[T any] struct{ Body T }

type idInput struct {
	ID string `path:"id" doc:"id of the document"`
}

type listInput struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"documents a page"`
	Cursor string `query:"cursor" doc:"next of the page before"`
	Search string `query:"search" maxLength:"500" doc:"part of the name or title"`
	Status string `query:"status" enum:"queued,parsing,chunking,embedding,indexing,ready,failed"`
	Sort   string `query:"sort" enum:"newest,oldest,name,longest" default:"newest" doc:"a cursor is good for one sort only"`
}

func (s *Server) listDocuments(ctx context.Context, in *listInput) (*body[Documents], error) {
	o := document.ListOptions{
		Limit: in.Limit, Cursor: in.Cursor, Search: in.Search, Status: document.Status(in.Status), Sort: document.Sort(in.Sort),
	}
	infos, next, err := s.parts.Documents.List(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("list documents: %w", err)
	}
	all, err := s.parts.Documents.Count(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("count documents: %w", err)
	}
	out := &body[Documents]{Documents{Documents: make([]Document, len(infos)), Total: all.Documents, Next: next}}
	for i, info := range infos {
		out.Body.Documents[i] = documentOf(info)
	}
	return out, nil
}

func (s *Server) getDocument(ctx context.Context, in *idInput) (*body[Document], error) {
	info, err := s.info(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &body[Document]{documentOf(info)}, nil
}

func (s *Server) deleteDocument(ctx context.Context, in *idInput) (*struct{}, error) {
	if err := s.parts.Documents.Delete(ctx, document.ID(in.ID)); err != nil {
		return nil, about(in.ID, err)
	}
	return nil, nil
}

func (s *Server) retryDocument(ctx context.Context, in *idInput) (*body[Document], error) {
	info, err := s.info(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if info.Status != document.Failed {
		e := explain(errNotFailed, fmt.Sprintf("Document %s is %s.", in.ID, info.Status))
		e.document, e.status = in.ID, string(info.Status)
		return nil, e
	}
	if err := s.parts.Documents.Retry(ctx, info.ID); err != nil {
		return nil, about(in.ID, err)
	}
	return s.getDocument(ctx, in)
}

func (s *Server) cancelDocument(ctx context.Context, in *idInput) (*body[Document], error) {
	info, err := s.info(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if final(info.Status) {
		e := explain(errNotIngesting, fmt.Sprintf("Document %s is %s.", in.ID, info.Status))
		e.document, e.status = in.ID, string(info.Status)
		return nil, e
	}
	if err := s.parts.Documents.Cancel(ctx, info.ID); err != nil {
		return nil, about(in.ID, err)
	}
	return s.getDocument(ctx, in)
}

// info finds a document by its id.
func (s *Server) info(ctx context.Context, id string) (document.Info, error) {
	info, err := s.parts.Documents.Info(ctx, document.ID(id))
	if err != nil {
		return document.Info{}, about(id, err)
	}
	return info, nil
}

// parsed returns the text of a document that is ready to be read.
func (s *Server) parsed(ctx context.Context, id string) (*document.Document, table, error) {
	info, err := s.info(ctx, id)
	if err != nil {
		return nil, table{}, err
	}
	d, err := s.parts.Documents.Get(ctx, info.ID)
	if err != nil {
		return nil, table{}, aboutStatus(info, err)
	}
	return d, s.offsets.of(d), nil
}

func documentOf(i document.Info) Document {
	return Document{
		ID: string(i.ID), Name: i.Name, Title: i.Title, MediaType: i.MediaType, Language: i.Language,
		Hash: i.Hash, Bytes: i.Bytes, Status: i.Status, Progress: i.Progress,
		Pages: i.Pages, Sections: i.Sections, Sentences: i.Sentences, Chunks: i.Chunks, Characters: i.Characters,
		Warnings: list(i.Warnings), Error: (*DocumentError)(i.Problem), Created: i.Created, Updated: i.Updated,
	}
}

// list makes a list that is sent as [] when it is empty.
func list[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}
