package reasoning

import (
	"cmp"
	"context"

	"footnote/document"
)

// window is a run of sentences that a worker or a scan reads at once.
type window struct {
	doc         *document.Document
	first, last int
}

func (w window) span() document.Span {
	return document.Span{Start: w.doc.Sentences[w.first].Span.Start, End: w.doc.Sentences[w.last-1].Span.End}
}

// windows cuts the scope into windows of at most the question's window size.
func (s *session) windows(ctx context.Context) ([]window, error) {
	size := min(cmp.Or(s.q.Options.Window, DefaultWindow), s.Reader.Window()) - document.CountTokens(s.q.Text)
	var all []window
	for _, id := range s.scope {
		d, err := s.document(ctx, id)
		if s.vanished(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, cutWindows(d, max(size, 500))...)
	}
	return all, nil
}

// cutWindows fills windows greedily with sentences (Chain-of-Agents, arXiv
// 2406.02818, algorithm 2), but ends one at a section's start when that lies in
// the last fifth of the budget. A sentence larger than the budget stands alone.
func cutWindows(d *document.Document, size int) []window {
	var out []window
	first, used, boundary := 0, 0, 0
	for i, sent := range d.Sentences {
		n := document.CountTokens(d.Quote(sent.Span))
		for i > first && used+n > size {
			end := i
			if boundary > first {
				end = boundary
			}
			out = append(out, window{d, first, end})
			first, used, boundary = end, 0, 0
			for j := end; j < i; j++ {
				used += document.CountTokens(d.Quote(d.Sentences[j].Span))
			}
		}
		if i > first && used*5 >= size*4 && sent.Section != d.Sentences[i-1].Section {
			boundary = i
		}
		used += n
	}
	if first < len(d.Sentences) {
		out = append(out, window{d, first, len(d.Sentences)})
	}
	return out
}
