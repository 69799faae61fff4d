// Package tracing tells an OpenTelemetry collector how requests, answers,
// searches, calls of models and readings went and how long each took. It is
// set by OpenTelemetry's own environment variables and off without them.
//
// Spans name strategies, models, documents and counts. They never hold
// questions, answers or words of a document.
package tracing

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Tracing makes spans. A nil one makes none.
type Tracing struct {
	provider *sdk.TracerProvider
	tracer   trace.Tracer
	carrier  propagation.TextMapPropagator
}

// Open connects to the collector that OTEL_EXPORTER_OTLP_ENDPOINT or
// OTEL_EXPORTER_OTLP_TRACES_ENDPOINT names, by OTLP over HTTP. It returns nil
// where neither is set, where OTEL_SDK_DISABLED is "true" and where
// OTEL_TRACES_EXPORTER is "none". The other variables of OpenTelemetry
// (headers, sampler, service name, batches) mean what they mean elsewhere. A
// collector that cannot be reached costs spans, never a request.
func Open(ctx context.Context, getenv func(string) string, version string, log *slog.Logger) (*Tracing, error) {
	if getenv("OTEL_EXPORTER_OTLP_ENDPOINT") == "" && getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") == "" ||
		getenv("OTEL_SDK_DISABLED") == "true" || getenv("OTEL_TRACES_EXPORTER") == "none" {
		return nil, nil
	}
	if p := getenv("OTEL_EXPORTER_OTLP_PROTOCOL"); p != "" && p != "http/protobuf" {
		return nil, fmt.Errorf("OTEL_EXPORTER_OTLP_PROTOCOL is %q; set it to http/protobuf, which collectors take at port 4318", p)
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect to the collector of traces: %w", err)
	}
	about, err := resource.New(ctx, resource.WithAttributes(attribute.String("service.name", "footnote"), attribute.String("service.version", version)),
		resource.WithFromEnv(), resource.WithTelemetrySDK())
	if err != nil {
		return nil, fmt.Errorf("describe this program for traces: %w", err)
	}
	p := sdk.NewTracerProvider(sdk.WithBatcher(quiet{exporter, log}), sdk.WithResource(about))
	return &Tracing{p, p.Tracer("footnote"), propagation.TraceContext{}}, nil
}

// Close sends what is left.
func (t *Tracing) Close(ctx context.Context) error {
	if t == nil {
		return nil
	}
	if err := t.provider.Shutdown(ctx); err != nil {
		return fmt.Errorf("send the last traces: %w", err)
	}
	return nil
}

// quiet logs what cannot be sent and goes on.
type quiet struct {
	sdk.SpanExporter
	log *slog.Logger
}

func (q quiet) ExportSpans(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	if err := q.SpanExporter.ExportSpans(ctx, spans); err != nil {
		q.log.WarnContext(ctx, "traces are lost", "spans", len(spans), "error", err)
	}
	return nil
}

// end closes a span with the error of what it was about.
func end(s trace.Span, err error) {
	switch {
	case errors.Is(err, context.Canceled):
		s.SetAttributes(attribute.Bool("footnote.cancelled", true))
	case err != nil:
		s.SetStatus(codes.Error, "")
	}
	s.End()
}
