package server

import (
	"github.com/prometheus/client_golang/prometheus"

	"footnote/reasoning"
)

// modelMetrics count what answers asked of models. They stay at zero for the
// extractive reader.
type modelMetrics struct {
	calls, cost *prometheus.CounterVec
	tokens      *prometheus.CounterVec
	misreads    *prometheus.CounterVec
}

func newModelMetrics(r *prometheus.Registry) modelMetrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, append([]string{"model"}, labels...))
	}
	m := modelMetrics{
		calls:    counter("footnote_model_calls_total", "Calls to models."),
		cost:     counter("footnote_model_cost_dollars_total", "Cost of answers in US dollars, as far as it is known."),
		tokens:   counter("footnote_model_tokens_total", "Tokens of prompts and completions; cached ones are part of the prompts.", "kind"),
		misreads: counter("footnote_model_misreads_total", "What models got wrong, by what became of it.", "kind"),
	}
	r.MustRegister(m.calls, m.cost, m.tokens, m.misreads)
	return m
}

// answer adds what one answer used.
func (m modelMetrics) answer(a reasoning.Answer) {
	if a.Trace.Prompts == "" {
		return // no model reads here; some servers tell no tokens
	}
	m.calls.WithLabelValues(a.Model).Add(float64(a.Usage.Calls))
	if a.Usage.CostUSD != nil {
		m.cost.WithLabelValues(a.Model).Add(*a.Usage.CostUSD)
	}
	for kind, n := range map[string]int{
		"prompt": a.Usage.PromptTokens, "cached": a.Usage.CachedTokens, "completion": a.Usage.CompletionTokens,
	} {
		m.tokens.WithLabelValues(a.Model, kind).Add(float64(n))
	}
	t := a.Trace.Tally
	for kind, n := range map[string]int{
		"dropped_id": t.DroppedIDs, "repaired_quote": t.RepairedQuotes, "fabricated_quote": t.FabricatedQuotes,
		"repaired_reply": t.RepairedReplies, "lost_reply": t.LostReplies,
	} {
		m.misreads.WithLabelValues(a.Model, kind).Add(float64(n))
	}
}
