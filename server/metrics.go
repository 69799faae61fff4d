package server

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"footnote/document"
)

// metrics has a registry of its own, so that two servers in one process do not
// share counts.
type metrics struct {
	registry *prometheus.Registry
	inFlight prometheus.Gauge
	requests *prometheus.CounterVec
	latency  *prometheus.HistogramVec
	answers  *prometheus.CounterVec
	answered *prometheus.HistogramVec
	ingested *prometheus.HistogramVec
	models   modelMetrics
	tools    *prometheus.CounterVec

	mu      sync.Mutex
	started map[document.ID]time.Time // of documents being ingested
	now     func() time.Time
}

func newMetrics(library document.Library, now func() time.Time) *metrics {
	seconds := []float64{.001, .005, .025, .1, .25, 1, 2.5, 10, 30, 120}
	m := &metrics{
		registry: prometheus.NewRegistry(), started: map[document.ID]time.Time{}, now: now,
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{Name: "footnote_http_requests_in_flight", Help: "Requests being answered."}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "footnote_http_requests_total", Help: "Requests by route."}, []string{"method", "route", "status"}),
		latency:  prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "footnote_http_request_seconds", Help: "Time to answer a request, by route.", Buckets: seconds}, []string{"method", "route"}),
		answers:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "footnote_answers_total", Help: "Answers by strategy and outcome."}, []string{"strategy", "outcome"}),
		answered: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "footnote_answer_seconds", Help: "Time to answer a question, by strategy.", Buckets: seconds}, []string{"strategy"}),
		ingested: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "footnote_ingest_seconds", Help: "Time from upload to the final status.", Buckets: []float64{.1, .5, 1, 5, 15, 60, 300, 1800}}, []string{"status"}),
		tools:    prometheus.NewCounterVec(prometheus.CounterOpts{Name: "footnote_tool_calls_total", Help: "Calls of agents by tool and outcome: ok, or the code of the error."}, []string{"tool", "outcome"}),
	}
	m.registry.MustRegister(m.inFlight, m.requests, m.latency, m.answers, m.answered, m.ingested, m.tools,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		&census{library: library, now: now})
	m.models = newModelMetrics(m.registry)
	return m
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

func (m *metrics) request(method, route string, status int, took time.Duration) {
	method = countedMethod(method)
	m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Inc()
	m.latency.WithLabelValues(method, route).Observe(took.Seconds())
}

// countedMethod keeps made-up methods from having counts of their own, which
// would stay in memory for good.
func countedMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

func (m *metrics) answer(strategy, outcome string, took time.Duration) {
	m.answers.WithLabelValues(strategy, outcome).Inc()
	m.answered.WithLabelValues(strategy).Observe(took.Seconds())
}

// document follows a document from the first change seen to its final status.
func (m *metrics) document(info document.Info) {
	m.mu.Lock()
	defer m.mu.Unlock()
	start, known := m.started[info.ID]
	switch {
	case info.Status == "":
		delete(m.started, info.ID)
	case !final(info.Status) && !known:
		m.started[info.ID] = m.now()
	case final(info.Status) && known:
		delete(m.started, info.ID)
		m.ingested.WithLabelValues(string(info.Status)).Observe(m.now().Sub(start).Seconds())
	}
}

func final(s document.Status) bool { return s == document.Ready || s == document.Failed }

// census counts documents by status when it is asked, at most every ten
// seconds.
type census struct {
	library document.Library
	now     func() time.Time

	mu     sync.Mutex
	at     time.Time
	counts map[document.Status]int
}

// Describe sends nothing: which statuses occur is known only when counting.
func (c *census) Describe(chan<- *prometheus.Desc) {}

// Collect counts the library.
func (c *census) Collect(out chan<- prometheus.Metric) {
	desc := prometheus.NewDesc("footnote_documents", "Documents by status.", []string{"status"}, nil)
	counts, err := c.count()
	if err != nil {
		out <- prometheus.NewInvalidMetric(desc, err)
		return
	}
	for status, n := range counts {
		out <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, float64(n), string(status))
	}
}

func (c *census) count() (map[document.Status]int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.counts != nil && c.now().Sub(c.at) < 10*time.Second {
		return c.counts, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	counts := map[document.Status]int{
		document.Queued: 0, document.Parsing: 0, document.Chunking: 0, document.Embedding: 0,
		document.Indexing: 0, document.Ready: 0, document.Failed: 0,
	}
	err := everyDocument(ctx, c.library, func(i document.Info) { counts[i.Status]++ })
	if err != nil {
		return nil, err
	}
	c.counts, c.at = counts, c.now()
	return counts, nil
}

// everyDocument visits the whole library, page by page.
func everyDocument(ctx context.Context, l document.Library, visit func(document.Info)) error {
	cursor := ""
	for {
		infos, next, err := l.List(ctx, document.ListOptions{Limit: 200, Cursor: cursor})
		if err != nil {
			return err
		}
		for _, i := range infos {
			visit(i)
		}
		if next == "" {
			return nil
		}
		cursor = next
	}
}
