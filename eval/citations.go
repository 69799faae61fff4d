package eval

import (
	"context"

	"footnote/document"
	"footnote/reasoning"
)

// Citing is how well the statements of an answer are cited, in [0, 1].
type Citing struct {
	Recall    float64 `json:"recall"`    // how far the statements are supported by what they cite
	Precision float64 `json:"precision"` // the share of citations that do support
	F1        float64 `json:"f1"`
}

func newCiting(recall, precision float64) *Citing {
	return &Citing{recall, precision, div(2*recall*precision, recall+precision)}
}

const (
	alceCitations      = 3  // of a statement, the first of which ALCE looks at
	longCiteStatements = 40 // of an answer, the first of which LongBench-Cite looks at
)

// degrees says how far evidence supports a statement.
type degrees func(statement string, evidence []reasoning.Evidence) reasoning.Degree

// footnoted is a statement with the evidence that it cites.
type footnoted struct {
	text     string
	evidence []reasoning.Evidence
	free     bool // it cites nothing and needs no citation
}

// footnotes returns the statements of an answer with their evidence, and how
// many of its citations point nowhere: numbers that were not shown and quotes
// that are not in the documents, wherever the Reader gave them. Nothing is read
// from the answer's text, so a "[0]" in it is only text.
func footnotes(a reasoning.Answer, question string) (list []footnoted, nowhere int) {
	nowhere = a.Trace.DroppedIDs + a.Trace.FabricatedQuotes
	var citing []string
	language := "und"
	for _, s := range a.Statements {
		f := footnoted{text: s.Text}
		for _, n := range s.Citations {
			if n < 1 || n > len(a.Citations) {
				nowhere++
				continue
			}
			f.evidence = append(f.evidence, a.Citations[n-1])
		}
		if len(f.evidence) > 0 {
			citing, language = append(citing, s.Text), f.evidence[0].Language
		}
		list = append(list, f)
	}
	for i, f := range list {
		list[i].free = len(f.evidence) == 0 && needsNone(f.text, question, language, citing)
	}
	return list, nowhere
}

// alce is citation recall and precision as ALCE (arXiv 2305.14627) and
// L-CiteEval (arXiv 2410.02115) define them. A statement that needs no citation
// is not counted; without any other there is no score.
func alce(list []footnoted, nowhere int, degree degrees) *Citing {
	claims, recalled, cited, needed := 0, 0, nowhere, 0
	for _, f := range list {
		if f.free {
			continue
		}
		claims++
		evidence := f.evidence[:min(len(f.evidence), alceCitations)]
		cited += len(evidence)
		if len(evidence) > 0 && degree(f.text, evidence) == reasoning.FullSupport {
			recalled++
			needed += necessary(f.text, evidence, degree)
		}
	}
	if claims == 0 {
		return nil
	}
	return newCiting(div(float64(recalled), float64(claims)), div(float64(needed), float64(cited)))
}

// necessary counts the evidence that a statement supported by all of it needs:
// all but what does not entail it alone while the rest still does.
func necessary(statement string, evidence []reasoning.Evidence, degree degrees) int {
	if len(evidence) == 1 {
		return 1
	}
	n := 0
	for i := range evidence {
		rest := append(evidence[:i:i], evidence[i+1:]...)
		if degree(statement, evidence[i:i+1]) == reasoning.FullSupport || degree(statement, rest) != reasoning.FullSupport {
			n++
		}
	}
	return n
}

// longCite is citation recall and precision as LongBench-Cite (arXiv
// 2409.02897) defines them. An answer without statements scores 0.
func longCite(list []footnoted, nowhere int, degree degrees) *Citing {
	list = list[:min(len(list), longCiteStatements)]
	recall, cited, relevant := 0.0, nowhere, 0
	for _, f := range list {
		cited += len(f.evidence)
		switch {
		case f.free:
			recall++
		case len(f.evidence) > 0:
			recall += float64(degree(f.text, f.evidence))
		}
		for i := range f.evidence {
			if degree(f.text, f.evidence[i:i+1]) > reasoning.NoSupport {
				relevant++
			}
		}
	}
	return newCiting(div(recall, float64(len(list))), div(float64(relevant), float64(cited)))
}

// cite scores the citations of an answer. What the judge could not say is left
// out with the reason; only being stopped is an error.
func (r *Record) cite(ctx context.Context, a reasoning.Answer, j *jury) error {
	list, nowhere := footnotes(a, r.Question)
	for _, f := range list {
		r.Citations += len(f.evidence)
		for _, e := range f.evidence {
			r.CitationTokens += document.CountTokens(e.Quote)
		}
	}
	if a.Abstained {
		return nil
	}
	h, err := j.hold(ctx, r.Question, func(degree degrees) {
		r.ALCE, r.LongCite = alce(list, nowhere, degree), longCite(list, nowhere, degree)
	})
	r.Judged, r.Judging = h.said, Usage(h.usage)
	if err != nil {
		r.ALCE, r.LongCite, r.NotJudged = nil, nil, err.Error()
	}
	return ctx.Err()
}
