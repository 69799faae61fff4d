package reasoning

import (
	"cmp"
	"slices"

	"footnote/document"
)

// What is kept of the text that was shown for one answer.
const (
	MaxShownDocs   = 20
	MaxShownRanges = 100 // of each document
)

// ranges are the parts of documents that were shown: runs of sentences without
// a gap, document by document, those named first. Of more documents or ranges
// than are kept, the last documents and the shortest ranges are left out.
func (n *numbering) ranges(first []Evidence) []Range {
	var order []document.ID
	by := map[document.ID][]Numbered{}
	for _, e := range first {
		if by[e.Doc] == nil {
			order, by[e.Doc] = append(order, e.Doc), []Numbered{}
		}
	}
	for _, x := range n.sentences {
		if by[x.Doc] == nil {
			order = append(order, x.Doc)
		}
		by[x.Doc] = append(by[x.Doc], x)
	}
	var out []Range
	for _, id := range order[:min(len(order), MaxShownDocs)] {
		out = append(out, longest(runs(by[id]))...)
	}
	return out
}

// runs joins the sentences of one document that follow each other.
func runs(sentences []Numbered) []Range {
	slices.SortFunc(sentences, func(a, b Numbered) int { return cmp.Compare(a.Sentence, b.Sentence) })
	var out []Range
	for i, x := range sentences {
		if i > 0 && x.Sentence == sentences[i-1].Sentence+1 {
			out[len(out)-1].Span.End = x.Span.End
			continue
		}
		out = append(out, Range{x.Doc, x.Span})
	}
	return out
}

// longest keeps the longest ranges, in their order.
func longest(rs []Range) []Range {
	if len(rs) <= MaxShownRanges {
		return rs
	}
	lengths := make([]int, len(rs))
	for i, r := range rs {
		lengths[i] = r.Span.Len()
	}
	slices.Sort(lengths)
	least, out := lengths[len(lengths)-MaxShownRanges], rs[:0:0]
	for _, r := range rs {
		if r.Span.Len() >= least && len(out) < MaxShownRanges {
			out = append(out, r)
		}
	}
	return out
}
