package tracing

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"footnote/document"
	"footnote/llm"
	"footnote/reasoning"
	"footnote/retrieval"
	"footnote/server"
)

// Engine makes a span of each answer and each comparison.
func (t *Tracing) Engine(e server.Engine) server.Engine {
	if t == nil {
		return e
	}
	return engine{e, t}
}

type engine struct {
	server.Engine
	t *Tracing
}

func (e engine) Answer(ctx context.Context, strategy string, q reasoning.Question, emit func(reasoning.Event)) (a reasoning.Answer, err error) {
	ctx, span := e.t.tracer.Start(ctx, "answer", trace.WithAttributes(
		attribute.String("footnote.strategy", strategy), attribute.Int("footnote.documents", len(q.Documents))))
	defer func() { end(span, err) }()
	a, err = e.Engine.Answer(ctx, strategy, q, emit)
	if err == nil {
		span.SetAttributes(attribute.StringSlice("footnote.route", a.Route), attribute.Bool("footnote.abstained", a.Abstained),
			attribute.Int("footnote.sentences_shown", a.Trace.SentencesShown), attribute.Int("footnote.citations", len(a.Citations)))
		span.SetAttributes(spent(a.Usage)...)
	}
	return a, err
}

func (e engine) Compare(ctx context.Context, q reasoning.Question, strategies []string, emit func(string, reasoning.Event)) (c reasoning.Comparison, err error) {
	ctx, span := e.t.tracer.Start(ctx, "compare", trace.WithAttributes(attribute.StringSlice("footnote.strategies", strategies)))
	defer func() { end(span, err) }()
	return e.Engine.Compare(ctx, q, strategies, emit)
}

func spent(u llm.Usage) []attribute.KeyValue {
	return []attribute.KeyValue{
		attribute.Int("footnote.calls", u.Calls), attribute.Int("gen_ai.usage.input_tokens", u.PromptTokens),
		attribute.Int("gen_ai.usage.output_tokens", u.CompletionTokens),
	}
}

// Retriever makes a span of each search.
func (t *Tracing) Retriever(r retrieval.Retriever) retrieval.Retriever {
	if t == nil {
		return r
	}
	return retriever{r, t}
}

type retriever struct {
	retrieval.Retriever
	t *Tracing
}

func (r retriever) Retrieve(ctx context.Context, q retrieval.Query) (out retrieval.Result, err error) {
	ctx, span := r.t.tracer.Start(ctx, "retrieve")
	defer func() { end(span, err) }()
	out, err = r.Retriever.Retrieve(ctx, q)
	span.SetAttributes(attribute.Int("footnote.passages", len(out.Passages)))
	return out, err
}

// Model makes a span of each call of a model; retries are within it.
func (t *Tracing) Model(m llm.Model) llm.Model {
	if t == nil {
		return m
	}
	return model{m, t}
}

type model struct {
	llm.Model
	t *Tracing
}

func (m model) Generate(ctx context.Context, r llm.Request) (out llm.Response, err error) {
	ctx, span := m.t.tracer.Start(ctx, "chat "+m.Name(), trace.WithSpanKind(trace.SpanKindClient),
		trace.WithAttributes(attribute.String("gen_ai.operation.name", "chat"), attribute.String("gen_ai.request.model", m.Name())))
	defer func() { end(span, err) }()
	out, err = m.Model.Generate(ctx, r)
	span.SetAttributes(spent(out.Usage)...)
	return out, err
}

// Reader makes a span of each document that is read.
func (t *Tracing) Reader(r document.Reader) document.Reader {
	if t == nil {
		return r
	}
	return reader{r, t}
}

type reader struct {
	document.Reader
	t *Tracing
}

func (r reader) Read(ctx context.Context, src document.Source, progress func(done, total int)) (d *document.Document, err error) {
	ctx, span := r.t.tracer.Start(ctx, "read document")
	defer func() { end(span, err) }()
	d, err = r.Reader.Read(ctx, src, progress)
	if err == nil {
		span.SetAttributes(attribute.String("footnote.document", string(d.ID)), attribute.Int("footnote.sentences", len(d.Sentences)), attribute.Int("footnote.pages", len(d.Pages)))
	}
	return d, err
}
