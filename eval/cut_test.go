package eval

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"footnote/chunking"
	"footnote/document"
	"footnote/llm"
)

// asker is a chunker that asks a model, which fails at one document.
type asker struct{ chunking.Section }

func (asker) Name() string { return "asker" }

func (a asker) Ask(_ context.Context, d *document.Document, _ func(int, int)) (chunking.Result, error) {
	r := chunking.Result{Chunks: a.Chunk(d), Usage: llm.Usage{Calls: 2, PromptTokens: 100, CompletionTokens: 10}}
	if d.ID == "doc_00000000000000000000000000" {
		r.Warnings = []string{"1 of 2 parts were not divided"}
	}
	return r, nil
}

func TestWhatDividingTookIsReported(t *testing.T) {
	d, o := parts(t), options()
	o.Chunker, o.Strategies = structured, []string{"rag"}
	if _, err := Run(t.Context(), o, d); !errors.Is(err, ErrUsage) || !strings.Contains(err.Error(), "needs a model") {
		t.Fatalf("without a model: %v", err)
	}
	d.Divider = asker{}
	r, err := Run(t.Context(), o, d)
	if err != nil {
		t.Fatal(err)
	}
	if r.Dividing == nil || r.Dividing.Usage.Calls != 2*r.Documents || len(r.Dividing.Warnings) != 1 || r.Chunker != "asker" {
		t.Fatalf("chunker %q, dividing %+v", r.Chunker, r.Dividing)
	}
	var b bytes.Buffer
	if err := r.Print(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"dividing documents took", "1 of 2 parts were not divided"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the report lacks %q: %s", want, b.String())
		}
	}
}

func TestDocumentsWithoutHeadings(t *testing.T) {
	d, o := parts(t), options()
	o.Flat, o.Strategies = true, []string{"rag"}
	r, err := Run(t.Context(), o, d)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(r.Chunker, ", documents without headings") || r.Dividing != nil {
		t.Errorf("chunker %q, dividing %+v", r.Chunker, r.Dividing)
	}
	b := document.NewBuilder()
	b.Heading(1, "Birds")
	b.Paragraph("The heron stands.")
	doc, err := b.Document()
	if err != nil {
		t.Fatal(err)
	}
	flatten(doc)
	if err := doc.Validate(); err != nil {
		t.Error(err)
	}
	if got := (chunking.Section{}).Chunk(doc); len(got) != 1 || strings.Contains(got[0].Header, "Birds > ") || got[0].Section != 0 {
		t.Errorf("chunks %+v", got)
	}
}
