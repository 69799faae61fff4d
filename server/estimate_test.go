package server_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/document"
	"footnote/llm"
	"footnote/reasoning"
	"footnote/reasoning/extractive"
	"footnote/server"
	"footnote/store/local"
)

// metered is the extractive reader with the bill of a model: every call costs
// its instructions, what it is shown and a short reply.
type metered struct{ *extractive.Reader }

func (metered) Name() string    { return "metered" }
func (metered) Prompts() string { return "test" }

func bill(parts ...[]reasoning.Numbered) reasoning.Spent {
	u := llm.Usage{Calls: 1, PromptTokens: 900, CompletionTokens: 100}
	for _, p := range parts {
		for _, n := range p {
			u.PromptTokens += document.CountTokens(n.Text) + 5
		}
	}
	return reasoning.Spent{Usage: u}
}

func (m metered) Select(ctx context.Context, q reasoning.Question, v reasoning.View) (reasoning.Selection, error) {
	sel, err := m.Reader.Select(ctx, q, v)
	sel.Spent = bill(v.Before, v.Shown)
	return sel, err
}

func (m metered) Note(ctx context.Context, q reasoning.Question, n reasoning.Notes, shown []reasoning.Numbered) (reasoning.Notes, error) {
	next, err := m.Reader.Note(ctx, q, n, shown)
	next.Spent = bill(shown)
	return next, err
}

func (m metered) Reason(ctx context.Context, q reasoning.Question, r reasoning.Reading, emit func(reasoning.Piece)) (reasoning.Draft, error) {
	d, err := m.Reader.Reason(ctx, q, r, emit)
	var evidence []reasoning.Numbered
	for _, e := range r.Evidence {
		evidence = append(evidence, e.Numbered())
	}
	d.Spent = bill(evidence, r.Context)
	return d, err
}

// Choose and Verify make the options that need a model cost something.
func (metered) Choose(context.Context, reasoning.Question, []string) (int, reasoning.Spent, error) {
	return 0, bill(), nil
}

func (metered) Verify(_ context.Context, claims []reasoning.Claim) ([]reasoning.Verdict, reasoning.Spent, error) {
	return make([]reasoning.Verdict, len(claims)), bill(), nil
}

// Imagine, Clarify and Demonstrate do so as well.
func (metered) Imagine(context.Context, reasoning.Question) (string, reasoning.Spent, error) {
	return "A bridge of stone.", bill(), nil
}

func (metered) Clarify(_ context.Context, _ reasoning.Question, shown []reasoning.Numbered) (string, reasoning.Spent, error) {
	return "Which arches are of grey stone?", bill(shown), nil
}

func (metered) Demonstrate(_ context.Context, samples []reasoning.Sample) ([]reasoning.Example, reasoning.Spent, error) {
	var shown []reasoning.Numbered
	for _, s := range samples {
		shown = append(shown, slices.Concat(s.Paragraphs...)...)
	}
	return []reasoning.Example{{Numbers: []int{1}, Question: "What is it?", Answer: "A bridge."}}, bill(shown), nil
}

func withMeter(p *server.Parts, _ *server.Options) {
	p.Engine = reasoning.NewEngine(reasoning.Parts{
		Library: p.Documents.(*local.Store), Retriever: p.Retriever, Reader: metered{extractive.New()},
	})
}

// book is a text of so many sections about bridges.
func book(sections int) string {
	var b strings.Builder
	for i := range sections {
		fmt.Fprintf(&b, "# Bridge %d\nThe bridge number %d opened in %d. It has %d arches of grey stone and a toll house at its northern end. "+
			"Nobody remembers who drew the plans, though the town's archive keeps a letter.\n", i, i, 1800+i, 3+i%7)
	}
	return b.String()
}

func TestEstimatesHoldTheirBounds(t *testing.T) {
	h := newHouse(t, withMeter)
	h.add(file{"one.txt", book(120)}, file{"two.txt", book(40) + "The end."}, file{"three.txt", bridge}, file{"bad.txt", "broken"})
	for _, options := range []string{
		`{}`, `{"budget": 500}`, `{"window": 1000}`, `{"scan": true, "window": 2000}`, `{"max_rounds": 4}`, `{"evidence_only": true}`,
		`{"direction": "both", "window": 3000}`, `{"paths": 3, "window": 3000}`, `{"paths": 2, "chooser": "judge"}`, `{"verify": true}`,
		`{"expand": true}`, `{"clarify": true, "max_rounds": 1}`, `{"expand": true, "clarify": true, "budget": 600}`,
		`{"demonstrate": true}`, `{"demonstrate": true, "paths": 2, "window": 3000}`,
	} {
		var all server.Estimates
		h.post("/v1/estimates", `{"options": `+options+`}`).wants(200).into(&all)
		if all.Model != "metered" || all.Documents != 3 || len(all.Strategies) != 5 {
			t.Fatalf("estimates: %+v", all)
		}
		for _, e := range all.Strategies {
			for _, question := range []string{"When did bridge number 17 open?", "Who was the mayor of Atlantis?"} {
				var a server.Answer
				h.post("/v1/answers", ask(question, "strategy", e.Strategy, "options", options)).wants(200).into(&a)
				tokens := a.Usage.PromptTokens + a.Usage.CompletionTokens
				if a.Usage.Calls < e.Calls.Least || a.Usage.Calls > e.Calls.Most || tokens < e.Tokens.Least*9/10 || tokens > e.Tokens.Most*11/10 {
					t.Errorf("%s with %s: %q took %d calls and %d tokens, estimated %+v and %+v", e.Strategy, options, question, a.Usage.Calls, tokens, e.Calls, e.Tokens)
				}
				if !e.Fits {
					t.Errorf("%s with %s does not fit", e.Strategy, options)
				}
			}
		}
	}
}

func TestEstimatesAreOfTheScope(t *testing.T) {
	h := newHouse(t, withMeter)
	ids := h.add(file{"one.txt", book(30)}, file{"two.txt", book(60)})
	var one, both server.Estimates
	h.post("/v1/estimates", `{"documents": ["`+ids[0]+`"]}`).wants(200).into(&one)
	h.post("/v1/estimates", `{"documents": ["`+ids[0]+`", "`+ids[1]+`"]}`).wants(200).into(&both)
	var all server.Estimates
	h.post("/v1/estimates", `{}`).wants(200).into(&all)
	if diff := cmp.Diff(all, both); diff != "" {
		t.Errorf("all documents and both (-all +both):\n%s", diff)
	}
	var d server.Document
	h.get("/v1/documents/" + ids[0]).wants(200).into(&d)
	if one.Documents != 1 || one.Characters != d.Characters || one.Sentences != d.Sentences || one.Tokens >= both.Tokens {
		t.Errorf("one document: %+v, of %+v", one, d)
	}
	h.post("/v1/estimates", `{"documents": ["doc_none"]}`).problem(404, "document_not_found")
	h.post("/v1/estimates", `{"options": {"budget": 1}}`).problem(422, "bad_options")
}

func TestWithoutAModelAnswersCostNothing(t *testing.T) {
	h := newHouse(t)
	h.add(file{"one.txt", book(30)})
	var all server.Estimates
	h.post("/v1/estimates", `{}`).wants(200).into(&all)
	for _, e := range all.Strategies {
		if (e != server.Estimate{Strategy: e.Strategy, Fits: true}) {
			t.Errorf("%+v", e)
		}
	}
	if all.Model != "extractive" || all.Tokens == 0 || len(all.Strategies) != 5 {
		t.Errorf("estimates: %+v", all)
	}
}

func TestDocumentsTooLongForFullAreSaid(t *testing.T) {
	h := newHouse(t, func(p *server.Parts, _ *server.Options) {
		p.Engine = reasoning.NewEngine(reasoning.Parts{
			Library: p.Documents.(*local.Store), Retriever: p.Retriever, Reader: narrow{metered{extractive.New()}},
		})
	})
	h.add(file{"one.txt", book(30)})
	var all server.Estimates
	h.post("/v1/estimates", `{}`).wants(200).into(&all)
	for _, e := range all.Strategies {
		if e.Fits != (e.Strategy != "full") {
			t.Errorf("%s fits: %v", e.Strategy, e.Fits)
		}
	}
}
