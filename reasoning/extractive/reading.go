package extractive

import (
	"math"
	"slices"
	"strings"

	"footnote/document"
	"footnote/reasoning"
)

// reading is everything that is shown, in document order, with each sentence
// analysed once.
type reading struct {
	q        *question
	v        *vocabulary
	language string               // of most of what is shown
	shown    []reasoning.Numbered // sorted by document and position
	lines    []line
	sections []section
	heads    map[int]string  // column heads by number of a row
	over     map[string]mask // terms of the question in column heads
	soft     []softMatch     // by term id: which question term it resembles
	mean     float64         // words in a sentence on average
}

// line is an analysed sentence.
type line struct {
	words         []word
	hits          []hit  // words of the question, in order
	mask          mask   // terms of the question in the sentence
	wide          mask   // and those that it has something like
	path          mask   // terms in its headings, its title and its column heads
	heads         string // over a table row
	section, para int    // numbers count up along the reading
	paraPos       int    // 0-based position in its paragraph
	sectPos       int    // and in its section
}

// hit is a word that is also in the question.
type hit struct {
	term int // index into question.terms
	pos  int // index into line.words
}

// section is a run of shown sentences under one heading.
type section struct {
	heading     []int32 // term ids of the innermost heading
	title       []int32 // the same without what stands in brackets
	path        mask    // terms of the question in the headings and the title
	own         mask    // and in the innermost heading
	mask        mask    // terms in its sentences and headings
	tf          []float64
	first, last int // lines [first, last)
	words       int
	score       float64 // BM25 of the section as a whole
	innermost   string
	doc         document.ID
}

// mask is a set of question terms.
type mask [2]uint64

func (m *mask) add(i int)       { m[i/64] |= 1 << (i % 64) }
func (m mask) has(i int) bool   { return m[i/64]&(1<<(i%64)) != 0 }
func (m mask) or(n mask) mask   { return mask{m[0] | n[0], m[1] | n[1]} }
func (m mask) less(n mask) mask { return mask{m[0] &^ n[0], m[1] &^ n[1]} }

// weight is the share of the question's idf that a set of terms carries.
func (q *question) weight(m mask) float64 {
	sum := 0.0
	for i := range q.terms {
		if m.has(i) {
			sum += q.terms[i].idf
		}
	}
	return sum / q.total
}

// softMatch says that a word resembles a question term without being it.
type softMatch struct {
	term     int
	strength float64 // in (0, 1)
}

// read takes a question and what is shown apart. Heads has the column heads of
// table rows by number, where they are known without being shown.
func read(text string, l *lexicon, shown []reasoning.Numbered, heads map[int]string) *reading {
	v, language := newVocabulary(l), languageOf(shown)
	r := &reading{q: parse(text, language, v), v: v, language: language, shown: slices.Clone(shown), heads: heads, over: map[string]mask{}}
	slices.SortStableFunc(r.shown, func(a, b reasoning.Numbered) int {
		if a.Doc != b.Doc {
			return strings.Compare(string(a.Doc), string(b.Doc))
		}
		return a.Sentence - b.Sentence
	})
	r.lines = make([]line, len(r.shown))
	for i := range r.shown {
		r.place(i)
		r.analyse(i)
		r.title(i)
	}
	r.weigh()
	r.finishSections()
	r.resemble()
	for i := range r.lines {
		r.widen(&r.lines[i])
	}
	return r
}

// languageOf is the language of most sentences.
func languageOf(shown []reasoning.Numbered) string {
	count, best := map[string]int{}, "und"
	for _, n := range shown {
		count[n.Language]++
		if count[n.Language] > count[best] {
			best = n.Language
		}
	}
	return best
}

// place says which section and paragraph a sentence belongs to. A gap in the
// numbering or a new heading begins a new section; more than one byte between
// two sentences begins a new paragraph.
func (r *reading) place(i int) {
	n, ln := &r.shown[i], &r.lines[i]
	if i > 0 {
		p := &r.shown[i-1]
		same := p.Doc == n.Doc && slices.Equal(p.Path, n.Path)
		if same {
			prev := &r.lines[i-1]
			ln.section, ln.sectPos = prev.section, prev.sectPos+1
			if n.Sentence == p.Sentence+1 && n.Span.Start-p.Span.End <= 1 && n.Kind == p.Kind {
				ln.para, ln.paraPos = prev.para, prev.paraPos+1
			} else {
				ln.para = prev.para + 1
			}
			r.sections[ln.section].last = i + 1
			return
		}
		ln.para = r.lines[i-1].para + 1
	}
	ln.section = len(r.sections)
	r.sections = append(r.sections, r.newSection(n, i))
}

func (r *reading) newSection(n *reasoning.Numbered, i int) section {
	s := section{first: i, last: i + 1, doc: n.Doc, tf: make([]float64, len(r.q.terms))}
	if len(n.Path) > 0 {
		s.innermost = n.Path[len(n.Path)-1]
	}
	for _, h := range append([]string{n.Title}, n.Path...) {
		for _, w := range r.v.words(h, n.Language) {
			if k := r.q.term(w.term); k >= 0 {
				s.path.add(k)
			}
		}
	}
	plain, _, _ := strings.Cut(s.innermost, " (")
	for _, w := range r.v.words(s.innermost, n.Language) {
		s.heading = append(s.heading, w.term)
		if int(w.end) <= len(plain) {
			s.title = append(s.title, w.term)
		}
		if k := r.q.term(w.term); k >= 0 {
			s.own.add(k)
		}
	}
	return s
}

// analyse splits a sentence into words and finds those of the question.
func (r *reading) analyse(i int) {
	n, ln := &r.shown[i], &r.lines[i]
	s := &r.sections[ln.section]
	ln.words = r.v.words(n.Text, n.Language)
	for pos, w := range ln.words {
		if k := r.q.term(w.term); k >= 0 {
			ln.hits = append(ln.hits, hit{k, pos})
			ln.mask.add(k)
			s.tf[k]++
		}
	}
	s.words += len(ln.words)
	r.mean += float64(len(ln.words))
}

// title notes which words of the question stand over a sentence: in its
// headings and, for a table row, in the heads of the columns.
func (r *reading) title(i int) {
	n, ln := &r.shown[i], &r.lines[i]
	ln.path = r.sections[ln.section].path
	if n.Kind != document.Row {
		return
	}
	ln.heads = r.headsOf(i)
	over, ok := r.over[ln.heads]
	if !ok {
		for _, w := range r.v.words(ln.heads, n.Language) {
			if k := r.q.term(w.term); k >= 0 {
				over.add(k)
			}
		}
		r.over[ln.heads] = over
	}
	ln.path = ln.path.or(over)
}

// headsOf returns the column heads over a row: those that came with it, or the
// row of heads shown above it.
func (r *reading) headsOf(i int) string {
	if h := r.heads[r.shown[i].Number]; h != "" || i == 0 || r.shown[i-1].Doc != r.shown[i].Doc {
		return h
	}
	switch p := &r.shown[i-1]; p.Kind {
	case document.HeaderRow:
		return p.Text
	case document.Row:
		return r.lines[i-1].heads
	}
	return ""
}

// weigh gives the question's terms the weight of how rare they are in what is
// shown.
func (r *reading) weigh() {
	r.mean = max(r.mean/float64(max(len(r.lines), 1)), 1)
	df := make([]float64, len(r.q.terms))
	for i := range r.lines {
		for k := range df {
			if r.lines[i].mask.has(k) {
				df[k]++
			}
		}
	}
	n := float64(len(r.lines))
	q := r.q
	for k := range q.terms {
		q.terms[k].idf = math.Log(1 + (n-df[k]+0.5)/(df[k]+0.5))
		if q.terms[k].frame && !q.terms[k].name {
			q.terms[k].idf *= frameWeight
		}
		q.total += q.terms[k].idf
		q.maxIDF = max(q.maxIDF, q.terms[k].idf)
	}
	q.total, q.maxIDF = max(q.total, 1e-9), max(q.maxIDF, 1e-9)
}

// frameWeight is what a word counts that the answering sentence seldom repeats.
const frameWeight = 0.35

// The usual constants of BM25.
const (
	bm25K = 1.2
	bm25B = 0.75
)

func (r *reading) finishSections() {
	mean := r.mean * float64(len(r.lines)) / float64(max(len(r.sections), 1))
	for i := range r.sections {
		s := &r.sections[i]
		s.mask = s.path
		norm := bm25K * (1 - bm25B + bm25B*float64(s.words)/mean)
		for k, t := range r.q.terms {
			tf := s.tf[k]
			if tf > 0 {
				s.mask.add(k)
			}
			if s.path.has(k) {
				tf++
			}
			s.score += t.idf * tf * (bm25K + 1) / (tf + norm)
		}
		s.score /= r.q.total * (bm25K + 1)
	}
}
