package server_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"footnote/llm"
	"footnote/reasoning"
	"footnote/server"
)

// failing is an engine whose model cannot be used.
type failing struct {
	server.Engine
	err error
}

func (f *failing) Answer(context.Context, string, reasoning.Question, func(reasoning.Event)) (reasoning.Answer, error) {
	return reasoning.Answer{}, fmt.Errorf("reason: %w: the provider's words (openai:gpt-x)", f.err)
}

func TestWhatIsWrongWithTheModelIsToldWithTheWayOn(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		code   string
	}{
		{llm.ErrCredentials, 502, "model_credentials"},
		{llm.ErrUnknownModel, 502, "model_unknown"},
		{llm.ErrRateLimited, 503, "model_rate_limited"},
		{llm.ErrUnavailable, 503, "model_unavailable"},
		{llm.ErrRejected, 502, "model_rejected"},
		{llm.ErrSilent, 504, "model_silent"},
		{llm.ErrCutShort, 502, "model_cut_short"},
		{llm.ErrEmptyReply, 502, "model_empty"},
		{llm.ErrContextLength, 422, "model_context"},
	} {
		t.Run(c.code, func(t *testing.T) {
			h := newHouse(t, func(p *server.Parts, _ *server.Options) { p.Engine = &failing{p.Engine, c.err} })
			h.add(file{"bridge.txt", bridge})
			p := h.post("/v1/answers", ask(opening)).problem(c.status, c.code)
			if strings.Contains(p.Detail, "eason: ") || !strings.HasSuffix(p.Detail, "the provider's words (openai:gpt-x).") {
				t.Errorf("detail %q", p.Detail)
			}
			_, r := h.stream("POST", "/v1/answers", ask(opening, "stream", "true"))
			events := r.all()
			var streamed server.Problem
			if events[len(events)-1].into(t, &streamed); streamed.Code != c.code {
				t.Errorf("stream ends with %+v", streamed)
			}
		})
	}
}

func TestAFormIsNoWayAroundTheLimitOfABody(t *testing.T) {
	h := newHouse(t, func(_ *server.Parts, o *server.Options) { o.Limits.MaxBody = 1000 })
	body, contentType := form(t, file{"x.txt", strings.Repeat("x", 2000)})
	h.do("POST", "/v1/answers", body, "Content-Type", contentType).problem(http.StatusRequestEntityTooLarge, "body_too_large")
}

// spending is an engine whose answers used a model.
type spending struct{ server.Engine }

func (e spending) Answer(ctx context.Context, strategy string, q reasoning.Question, emit func(reasoning.Event)) (reasoning.Answer, error) {
	a, err := e.Engine.Answer(ctx, strategy, q, emit)
	cost := 0.25
	a.Model = "openai:gpt-x"
	a.Usage = llm.Usage{Calls: 2, PromptTokens: 1000, CachedTokens: 400, CompletionTokens: 30, CostUSD: &cost}
	a.Trace.Prompts = "1"
	a.Trace.Tally = reasoning.Tally{DroppedIDs: 3}
	return a, err
}

func TestMetricsCountWhatModelsUsed(t *testing.T) {
	h := newHouse(t, func(p *server.Parts, _ *server.Options) { p.Engine = spending{p.Engine} })
	h.add(file{"bridge.txt", bridge})
	h.post("/v1/answers", ask(opening)).wants(200)
	text := string(h.get("/metrics").wants(200).body)
	for _, want := range []string{
		`footnote_model_calls_total{model="openai:gpt-x"} 2`,
		`footnote_model_cost_dollars_total{model="openai:gpt-x"} 0.25`,
		`footnote_model_tokens_total{kind="cached",model="openai:gpt-x"} 400`,
		`footnote_model_misreads_total{kind="dropped_id",model="openai:gpt-x"} 3`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("metrics lack %s", want)
		}
	}
}
