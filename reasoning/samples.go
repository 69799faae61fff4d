package reasoning

import (
	"slices"
	"strings"

	"footnote/document"
)

// What examples are made from: as many samples of a document, one of which is
// two paragraphs. An answer that joins facts needs an example that does.
const (
	maxSamples      = 3
	minSentences    = 2   // of a paragraph
	maxSampleTokens = 250 // of a paragraph; of a longer one the first sentences are taken
)

// run is a range of sentences.
type run struct{ first, last int }

// samplesOf chooses samples from all over a document, the same ones every time:
// two paragraphs in a row near its middle, which come last, and single ones
// before and after them. Their sentences are numbered from 1.
func samplesOf(d *document.Document) []Sample {
	left := paragraphs(d)
	var chosen [][]run
	if i := middlePair(d, left); i >= 0 {
		chosen = [][]run{{left[i], left[i+1]}}
		left = slices.Delete(left, i, i+2)
	}
	singles := min(maxSamples-len(chosen), len(left))
	for i := range singles {
		at := (2*i + 1) * len(left) / (2 * singles)
		chosen = slices.Insert(chosen, i, []run{left[at]})
	}
	var n numbering
	var out []Sample
	for _, runs := range chosen {
		var s Sample
		for _, r := range runs {
			s.Paragraphs = append(s.Paragraphs, n.add(d, r.first, r.last, 0))
		}
		out = append(out, s)
	}
	return out
}

// sizeOf is how many sentences samples have.
func sizeOf(samples []Sample) int {
	n := 0
	for _, s := range samples {
		for _, p := range s.Paragraphs {
			n += len(p)
		}
	}
	return n
}

// middlePair is the first of two paragraphs that follow on each other under the
// same headings, those nearest to the middle of the list, or else of any two;
// -1 for none.
func middlePair(d *document.Document, list []run) int {
	best, least := -1, len(list)+1
	for i := range len(list) - 1 {
		if away := max(2*i+2-len(list), len(list)-2*i-2); away < least && followsOn(d, list[i], list[i+1]) {
			best, least = i, away
		}
	}
	if best < 0 && len(list) >= maxSamples {
		best = len(list)/2 - 1
	}
	return best
}

// followsOn says whether nothing stands between two paragraphs but what was cut
// off the first one.
func followsOn(d *document.Document, a, b run) bool {
	for i := a.first + 1; i < b.first; i++ {
		if parted(d, i) {
			return false
		}
	}
	return d.Sentences[a.first].Section == d.Sentences[b.first].Section
}

// paragraphs lists the paragraphs of prose of enough sentences.
func paragraphs(d *document.Document) []run {
	var out []run
	for first := 0; first < len(d.Sentences); {
		last := first + 1
		for last < len(d.Sentences) && !parted(d, last) {
			last++
		}
		r := run{first, last}
		if r = shortened(d, r); d.Sentences[first].Kind == document.Paragraph && r.last-r.first >= minSentences {
			out = append(out, r)
		}
		first = last
	}
	return out
}

// parted says whether a sentence begins a block.
func parted(d *document.Document, sentence int) bool {
	a, b := d.Sentences[sentence-1], d.Sentences[sentence]
	return a.Kind != b.Kind || a.Section != b.Section || strings.Contains(d.Text[a.Span.End:b.Span.Start], "\n\n")
}

// shortened keeps the first sentences that fit a sample.
func shortened(d *document.Document, r run) run {
	tokens := 0
	for i := r.first; i < r.last; i++ {
		if tokens += sentenceTokens(d, i); tokens > maxSampleTokens {
			return run{r.first, i}
		}
	}
	return r
}
