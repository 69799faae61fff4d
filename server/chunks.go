package server

import (
	"context"

	"footnote/chunking"
	"footnote/document"
)

// Chunk is a run of sentences that is indexed and found as one.
type Chunk struct {
	Number        int      `json:"number" doc:"from 0"`
	Section       []string `json:"section" nullable:"false" doc:"headings from outermost to innermost"`
	Scope         string   `json:"scope" doc:"what the model says the part of the document around it is about; empty where it is cut along sections"`
	Aspects       []string `json:"aspects" nullable:"false" doc:"what the model says it is about within the scope, outermost first; empty where it is cut along sections"`
	FirstSentence int      `json:"first_sentence" doc:"number of its first sentence"`
	LastSentence  int      `json:"last_sentence" doc:"number of its last sentence"`
	Page          int      `json:"page" doc:"page it starts on, from 1; 0 without pages"`
	Start         int      `json:"start"`
	End           int      `json:"end"`
	Tokens        int      `json:"tokens" doc:"about how many it has"`
}

// Chunks is a run of a document's chunks.
type Chunks struct {
	Chunker  string    `json:"chunker" doc:"name of what cut the document"`
	Chunks   []Chunk   `json:"chunks" nullable:"false" doc:"in reading order; together they have every sentence once"`
	Total    int       `json:"total" doc:"how many the document has"`
	Next     int       `json:"next" doc:"number to ask for next, -1 after the last"`
	Division *Division `json:"division" doc:"how a model divided the document, null where none does"`
}

// Division tells how a model divided a document, as far as that is known.
type Division struct {
	Known     bool   `json:"known" doc:"false when what was kept does not tell how the model divided the document; the chunks are then those of sections alone, which need not be those that are searched, and the other fields say nothing"`
	Windows   int    `json:"windows" doc:"parts that the model was shown one by one"`
	BySection int    `json:"by_section" doc:"how many of them are cut along sections, since the model failed"`
	Why       string `json:"why" doc:"why it failed, in the first of those; empty when it did not, or when that is not known"`
	Usage     *Usage `json:"usage" doc:"what all the asking cost; null when that was not kept"`
}

type chunksInput struct {
	ID    string `path:"id" doc:"id of the document"`
	First int    `query:"first" minimum:"0" default:"0" doc:"number of the first chunk wanted"`
	Limit int    `query:"limit" minimum:"1" maximum:"10000" default:"200" doc:"chunks wanted; every request cuts the document again"`
}

func (s *Server) getChunks(ctx context.Context, in *chunksInput) (*body[Chunks], error) {
	d, t, err := s.parsed(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	info, err := s.info(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if info.Status != document.Ready { // what there is of labels now is not what it will have
		return nil, aboutStatus(info, document.ErrNotReady)
	}
	cut, asked, err := s.division(ctx, d)
	if err != nil {
		return nil, about(in.ID, err)
	}
	first := min(in.First, len(cut.Chunks))
	last := min(first+in.Limit, len(cut.Chunks))
	out := Chunks{Chunker: s.parts.Chunker.Name(), Chunks: []Chunk{}, Total: len(cut.Chunks), Next: -1}
	for i := first; i < last; i++ {
		var labels []string
		if asked {
			labels = cut.Labels[i]
		}
		out.Chunks = append(out.Chunks, chunkOf(cut.Chunks[i], labels, d, t))
	}
	if last < len(cut.Chunks) {
		out.Next = last
	}
	if asked {
		out.Division = divisionOf(cut)
	}
	return &body[Chunks]{out}, nil
}

// division cuts a document as it was cut when it was ingested, and says whether
// a model was asked then.
func (s *Server) division(ctx context.Context, d *document.Document) (v chunking.Division, asked bool, err error) {
	r, asked := s.parts.Chunker.(chunking.Recalling)
	if !asked {
		return chunking.Division{Chunks: s.parts.Chunker.Chunk(d)}, false, nil
	}
	v, err = r.Recall(ctx, d)
	return v, true, err
}

// divided says whether a model divided a document, without cutting it.
func (s *Server) divided(ctx context.Context, id string) (bool, error) {
	if _, asks := s.parts.Chunker.(chunking.Recalling); !asks {
		return false, nil
	}
	info, err := s.info(ctx, id)
	return info.Status == document.Ready, err
}

func chunkOf(c document.Chunk, labels []string, d *document.Document, t table) Chunk {
	out := Chunk{
		Number: c.Ordinal, Section: list(d.Path(c.Section)), Aspects: []string{},
		FirstSentence: c.First, LastSentence: c.Last - 1, Page: d.PageAt(c.Span.Start),
		Start: t.point(c.Span.Start), End: t.point(c.Span.End), Tokens: c.Tokens,
	}
	if len(labels) > 0 {
		out.Scope, out.Aspects = labels[0], list(labels[1:])
	}
	return out
}

func divisionOf(v chunking.Division) *Division {
	return &Division{Known: v.Known, Windows: v.Windows, BySection: v.BySection, Why: v.Why, Usage: (*Usage)(v.Usage)}
}
