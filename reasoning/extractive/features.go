package extractive

// The features of a sentence by itself, in the order of aloneNames. Shares
// are of the question's idf, so that a rare word counts for more than a common
// one; ratios are to the best sentence shown.
const (
	fBM25 = iota
	fBM25Ratio
	fBM25Rank
	fCover
	fCoverHeading
	fCoverRatio
	fCoverWindow
	fCoverParagraph
	fCoverSection
	fCoverSoft
	fMatched
	fMatchedShare
	fBigrams
	fNearness
	fCommon
	fPhrase
	fDensity
	fRarestFound
	fRarestMissing
	fNames
	fNamesHeading
	fNamesParagraph
	fNumbers
	fQuoted
	fHeading
	fHeadingNamed
	fFit
	fAsks
	fYear
	fNewNumbers
	fNewNames
	fPerson
	fPlace
	fAmount
	fReason
	fFocus
	fFocusIDF
	fPlain
	fDefines
	fLength
	fParagraphPosition
	fSectionPosition
	fPronoun
	fBefore
	fAfter
	fPassage
	fSectionScore
	fSectionRatio
	fKind
	fNegation
	fQuestionLength
	fQuestionNames
	fCompares
	fShown
	fVerb
	fOrder
	fWide
	fWideHeading
	fWideParagraph
	fExclusive
	fSpecific
	fMissingWide
	fBody
	aloneFeatures
)

var aloneNames = []string{
	"bm25", "bm25_ratio", "bm25_rank", "cover", "cover_heading", "cover_ratio", "cover_window", "cover_paragraph",
	"cover_section", "cover_soft", "matched", "matched_share", "bigrams", "nearness", "common", "phrase", "density",
	"rarest_found", "rarest_missing", "names", "names_heading", "names_paragraph", "numbers", "quoted", "heading",
	"heading_named", "fit", "asks", "year", "new_numbers", "new_names", "person", "place", "amount", "reason", "focus",
	"focus_idf", "plain", "defines", "length", "paragraph_position", "section_position", "pronoun", "before", "after",
	"passage", "section_score", "section_ratio", "kind", "negation", "question_length", "question_names", "compares",
	"shown", "verb", "order", "wide", "wide_heading", "wide_paragraph", "exclusive", "specific", "missing_wide", "body",
}

// alone computes the features of every sentence by itself.
func (r *reading) alone() [][]float64 {
	rows := make([][]float64, len(r.lines))
	arena := make([]float64, len(r.lines)*aloneFeatures)
	paragraphs := r.paragraphs()
	for i := range r.lines {
		rows[i] = arena[i*aloneFeatures : (i+1)*aloneFeatures : (i+1)*aloneFeatures]
		r.lexical(i, rows[i])
		r.surroundings(i, rows[i], &paragraphs[r.lines[i].para])
		r.named(i, rows[i], &paragraphs[r.lines[i].para])
		r.offers(i, rows[i])
		r.position(i, rows[i])
	}
	r.ratios(rows)
	return rows
}

// paragraph sums up the question's terms in a run of sentences.
type paragraph struct {
	mask, wide mask
	count      []float64 // by term: how many of its sentences have it or something like it
}

func (r *reading) paragraphs() []paragraph {
	var all []paragraph
	for i := range r.lines {
		ln := &r.lines[i]
		if ln.para == len(all) {
			all = append(all, paragraph{count: make([]float64, len(r.q.terms))})
		}
		p := &all[ln.para]
		p.mask, p.wide = p.mask.or(ln.mask), p.wide.or(ln.wide)
		for k := range p.count {
			if ln.wide.has(k) {
				p.count[k]++
			}
		}
	}
	return all
}
