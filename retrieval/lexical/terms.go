package lexical

import (
	"math"

	"footnote/retrieval"
	"footnote/retrieval/analysis"
)

// Weighted is a term with what it counts for.
type Weighted struct {
	Term   string
	Gram   bool // a run of letters of a word, see analysis.Terms
	Weight float64
}

// Weigh returns the different terms of a query in order of their first use,
// each with its weight: its occurrences, and for the n-grams of a word less.
// Indexes that rank elsewhere use it to rank as this one does.
func Weigh(query, language string) []Weighted {
	return weigh(analysis.Terms(query, language))
}

// Bag returns the different terms of a chunk's words and header in order of
// their first use, with how often they occur there, and its length in terms.
func Bag(e retrieval.Entry) (terms []Weighted, length float64) {
	at := make(map[string]int)
	for _, part := range []string{e.Text, e.Chunk.Header} {
		for _, t := range analysis.Terms(part, e.Language) {
			length++
			if i, ok := at[t]; ok {
				terms[i].Weight = min(terms[i].Weight+1, maxWeight*quarter)
				continue
			}
			at[t] = len(terms)
			terms = append(terms, Weighted{t, analysis.IsGram(t), 1})
		}
	}
	return terms, length
}

// Saturated is what a term that occurs weight times in a chunk of a length
// counts there, in (0, Most), with BM25's default constants. Mean is the length
// of an average chunk; lengths are in terms.
func Saturated(weight, length, mean float64) float64 {
	o := Options{}.withDefaults()
	return weight * (o.K1 + 1) / (weight + o.K1*(1-o.B+o.B*length/mean))
}

// Most is what Saturated never quite reaches.
func Most() float64 { return Options{}.withDefaults().K1 + 1 }

// Inverse is BM25's inverse document frequency of a term in df of n chunks,
// above 0.
func Inverse(df, n int) float64 {
	return math.Log(1 + (float64(n-df)+0.5)/(float64(df)+0.5))
}

// gramShare is what the n-grams of a word count for beside the word itself, of
// one in all. So a match in a language with n-grams scores about as much as one
// in a language without.
const gramShare = 0.3

func weigh(terms []string) []Weighted {
	var out []Weighted
	seen := make(map[string]int)
	grams := 0
	for _, t := range terms {
		gram := analysis.IsGram(t)
		if gram {
			grams++
		}
		if i, ok := seen[t]; ok {
			out[i].Weight++
			continue
		}
		seen[t] = len(out)
		out = append(out, Weighted{t, gram, 1})
	}
	if grams == 0 {
		return out
	}
	each := gramShare * float64(len(terms)-grams) / float64(grams)
	for i := range out {
		if out[i].Gram {
			out[i].Weight *= each
		} else {
			out[i].Weight *= 1 - gramShare
		}
	}
	return out
}
