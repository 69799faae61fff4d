package reasoning

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"strings"

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

// minWindow is the least size of a window, in tokens.
const minWindow = 500

// DefaultMaxRead is how many tokens are read of a scope that is read whole:
// thirty books. All of its documents are in memory while an answer is made.
const DefaultMaxRead = 8_000_000

// windows cuts the scope into windows of at most the question's window size.
// Errors: ErrOverBudget for more than Parts.MaxRead tokens.
func (s *session) windows(ctx context.Context) ([]window, error) {
	return s.windowsUpTo(ctx, math.MaxInt)
}

// windowsUpTo is windows, but it ends as soon as there are more than so many,
// without opening the documents after that.
func (s *session) windowsUpTo(ctx context.Context, most int) ([]window, error) {
	size := s.q.Options.window(s.Reader.Window()) - document.CountTokens(s.q.Text)
	var all []window
	tokens, limit := 0, cmp.Or(s.MaxRead, DefaultMaxRead)
	for _, id := range s.scope {
		d, err := s.document(ctx, id)
		if s.vanished(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if tokens += document.CountTokens(d.Text); tokens > limit {
			return nil, fmt.Errorf("%w: more than %d tokens, which is the most that is read whole; %s", ErrOverBudget, limit, insteadOfAll)
		}
		if all = append(all, cutWindows(d, max(size, minWindow))...); len(all) > most {
			break
		}
	}
	return all, nil
}

const insteadOfAll = "ask fewer documents, or use alr2 without scan, or rag"

// numberTokens is what the number before a sentence and the line's end cost.
const numberTokens = 4

// sentenceTokens is what showing a sentence with its number costs, and where a
// section begins the line that says where it is from.
func sentenceTokens(d *document.Document, sentence int) int {
	at := d.Sentences[sentence]
	n := document.CountTokens(d.Quote(at.Span)) + numberTokens
	if sentence == 0 || d.Sentences[sentence-1].Section != at.Section {
		n += document.CountTokens(Place(d.Name, d.Title, d.Path(at.Section))) + numberTokens
	}
	return n
}

// Place is the line that says where sentences are from: the document's label, its
// title unless it is the first heading, and the headings.
func Place(name, title string, path []string) string {
	if title != "" && (len(path) == 0 || path[0] != title) {
		path = append([]string{title}, path...)
	}
	return name + ": " + strings.Join(path, " > ")
}

// cutWindows fills windows greedily with sentences (Chain-of-Agents, arXiv
// 2406.02818, algorithm 2), but ends one at a section's start when that lies in
// the last fifth of the budget and no window more is needed for it. A sentence
// larger than the budget stands alone.
func cutWindows(d *document.Document, size int) []window {
	costs, left := make([]int, len(d.Sentences)), 0
	for i := range d.Sentences {
		costs[i] = sentenceTokens(d, i)
		left += costs[i]
	}
	spare := (size - left%size) % size // what windows may leave empty in all
	var out []window
	for first := 0; first < len(costs); {
		last, used := fillWindow(costs, first, size)
		if last < len(costs) {
			last, used = endAtSection(d, costs, window{d, first, last}, used, min(size/5, size-used+spare))
			spare -= size - used
		}
		out = append(out, window{d, first, last})
		first = last
	}
	return out
}

// fillWindow returns where a window that starts at first is full, and the
// tokens it then holds.
func fillWindow(costs []int, first, size int) (last, used int) {
	for last = first; last < len(costs) && (last == first || used+costs[last] <= size); last++ {
		used += costs[last]
	}
	return last, used
}

// endAtSection moves the end of a window back to the last section's start that
// gives up at most so many tokens.
func endAtSection(d *document.Document, costs []int, w window, used, giveUp int) (last, left int) {
	given := 0
	for i := w.last; i > w.first && given <= giveUp; i-- {
		if d.Sentences[i].Section != d.Sentences[i-1].Section {
			return i, used - given
		}
		given += costs[i-1]
	}
	return w.last, used
}
