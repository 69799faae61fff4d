package main

import (
	"context"
	"math"
	"slices"
	"strings"

	"footnote/chunking"
	"footnote/document"
	"footnote/llm"
	"footnote/retrieval"
	"footnote/retrieval/analysis"
)

// shelf holds the documents of one question: library and index in memory.
type shelf struct {
	docs   map[document.ID]*document.Document
	ids    []document.ID
	chunks []document.Chunk
	tf     []map[string]float64
	words  []float64
	df     map[string]float64
	lang   string
}

var _ retrieval.Index = (*shelf)(nil)

func newShelf(docs []*document.Document) *shelf {
	s := &shelf{docs: map[document.ID]*document.Document{}, df: map[string]float64{}, lang: "und"}
	for _, d := range docs {
		s.docs[d.ID] = d
		s.ids = append(s.ids, d.ID)
		s.lang = d.Language
		for _, c := range (chunking.Section{}).Chunk(d) {
			terms := analysis.Terms(c.Header+"\n"+d.Quote(c.Span), d.Language)
			tf := map[string]float64{}
			for _, t := range terms {
				tf[t]++
			}
			for t := range tf {
				s.df[t]++
			}
			c.Doc = d.ID
			s.chunks, s.tf, s.words = append(s.chunks, c), append(s.tf, tf), append(s.words, float64(len(terms)))
		}
	}
	return s
}

func (s *shelf) Get(_ context.Context, id document.ID) (*document.Document, error) {
	if d, ok := s.docs[id]; ok {
		return d, nil
	}
	return nil, document.ErrNotFound
}

func (s *shelf) Ready(context.Context) ([]document.ID, error) { return s.ids, nil }

// Lexical implements retrieval.Index with BM25.
func (s *shelf) Lexical(_ context.Context, text string, _ retrieval.Filter, k int) ([]retrieval.Passage, error) {
	mean := 0.0
	for _, w := range s.words {
		mean += w / float64(len(s.words))
	}
	terms := analysis.Terms(text, s.lang)
	slices.Sort(terms)
	terms = slices.Compact(terms)
	var found []retrieval.Passage
	n := float64(len(s.chunks))
	for i, c := range s.chunks {
		score := 0.0
		for _, t := range terms {
			if tf := s.tf[i][t]; tf > 0 {
				score += math.Log(1+(n-s.df[t]+0.5)/(s.df[t]+0.5)) * tf * 2.2 / (tf + 1.2*(0.25+0.75*s.words[i]/mean))
			}
		}
		if score > 0 {
			found = append(found, retrieval.Passage{Chunk: c, Score: score})
		}
	}
	slices.SortStableFunc(found, func(a, b retrieval.Passage) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return strings.Compare(string(a.Chunk.Doc), string(b.Chunk.Doc))
	})
	return found[:min(k, len(found))], nil
}

func (*shelf) Dense(context.Context, llm.Vector, retrieval.Filter, int) ([]retrieval.Passage, error) {
	return nil, nil
}
func (*shelf) Replace(context.Context, document.ID, []retrieval.Entry) error { return nil }
func (*shelf) Delete(context.Context, document.ID) error                     { return nil }
func (*shelf) Info(context.Context) (retrieval.Info, error)                  { return retrieval.Info{}, nil }
