package main

import (
	"context"
	"fmt"
	"path/filepath"

	"footnote/chunking"
	"footnote/document"
	"footnote/document/reader"
	"footnote/eval/dataset"
	"footnote/llm"
	"footnote/reasoning"
	"footnote/retrieval"
	"footnote/retrieval/lexical"
)

// shelf holds the documents of one set in memory, indexed as the server
// indexes them.
type shelf struct {
	docs  map[document.ID]*document.Document
	ids   map[string]document.ID // by file
	index *lexical.Index
}

var (
	_ reasoning.Library = (*shelf)(nil)
	_ retrieval.Index   = (*shelf)(nil)
)

func newShelf() *shelf {
	return &shelf{map[document.ID]*document.Document{}, map[string]document.ID{}, lexical.New(lexical.Options{})}
}

// add reads, cuts and indexes documents that are not there yet and returns
// the ids of all.
func (s *shelf) add(ctx context.Context, docs []dataset.Document) ([]document.ID, error) {
	var ids []document.ID
	for _, f := range docs {
		id, ok := s.ids[f.File]
		if !ok {
			d, err := reader.New(reader.Options{}).Read(ctx, document.Source{Name: filepath.Base(f.File), Path: f.File}, nil)
			if err != nil {
				return nil, err
			}
			id = document.ID(fmt.Sprintf("doc_%026d", len(s.ids)))
			d.ID, d.Name = id, f.Name
			s.ids[f.File], s.docs[id] = id, d
			s.enter(d)
		}
		ids = append(ids, id)
	}
	return ids, nil
}

func (s *shelf) enter(d *document.Document) {
	var entries []retrieval.Entry
	for _, c := range (chunking.Section{}).Chunk(d) {
		c.Doc = d.ID
		entries = append(entries, retrieval.Entry{Chunk: c, Text: d.Quote(c.Span), Language: d.Language})
	}
	s.index.Replace(d.ID, entries)
}

// Get implements reasoning.Documents.
func (s *shelf) Get(_ context.Context, id document.ID) (*document.Document, error) {
	if d, ok := s.docs[id]; ok {
		return d, nil
	}
	return nil, document.ErrNotFound
}

// Ready implements reasoning.Library.
func (s *shelf) Ready(context.Context) ([]document.ID, error) {
	var ids []document.ID
	for id := range s.docs {
		ids = append(ids, id)
	}
	return ids, nil
}

// Lexical implements retrieval.Index; there are no vectors here.
func (s *shelf) Lexical(_ context.Context, query string, f retrieval.Filter, k int) ([]retrieval.Passage, error) {
	return s.index.Search(query, f, k), nil
}

// Dense implements retrieval.Index.
func (*shelf) Dense(context.Context, llm.Vector, retrieval.Filter, int) ([]retrieval.Passage, error) {
	return nil, retrieval.ErrEmbedderMismatch
}

// Replace implements retrieval.Index.
func (s *shelf) Replace(_ context.Context, id document.ID, entries []retrieval.Entry) error {
	s.index.Replace(id, entries)
	return nil
}

// Delete implements retrieval.Index.
func (s *shelf) Delete(_ context.Context, id document.ID) error {
	s.index.Delete(id)
	return nil
}

// Info implements retrieval.Index.
func (s *shelf) Info(context.Context) (retrieval.Info, error) {
	return retrieval.Info{Documents: s.index.Len(), Chunks: s.index.Chunks()}, nil
}
