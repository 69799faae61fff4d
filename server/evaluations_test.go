package server_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"footnote/eval"
	"footnote/server"
)

const table = "question,answer,document,evidence\n" +
	"When was the bridge opened?,1932,bridge.txt,\n" +
	"How long is the bridge?,1149 metres,bridge.txt,\n" +
	"Who painted the bridge?,,bridge.txt,\n"

func evaluateBody(t *testing.T, fields ...any) string {
	t.Helper()
	m := map[string]any{"name": "table.csv", "questions": table, "strategies": []string{"rag", "full"}}
	for i := 0; i < len(fields); i += 2 {
		m[fields[i].(string)] = fields[i+1]
	}
	data, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// evaluate starts an evaluation and follows its events to the end.
func (h *house) evaluate(fields ...any) server.EvaluationReport {
	h.t.Helper()
	var e server.Evaluation
	h.post("/v1/evaluations", evaluateBody(h.t, fields...)).wants(202).into(&e)
	h.until(e.ID, never)
	var out server.EvaluationReport
	h.get("/v1/evaluations/" + e.ID).wants(200).into(&out)
	return out
}

// until follows an evaluation's events until one is so, or they end, and
// returns the last.
func (h *house) until(id string, so func(server.Evaluation) bool) server.Evaluation {
	h.t.Helper()
	resp := h.open("GET", "/v1/evaluations/"+id+"/events", nil)
	defer resp.Body.Close()
	var last server.Evaluation
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			h.must(json.Unmarshal([]byte(data), &last))
			if so(last) {
				break
			}
		}
	}
	return last
}

func never(server.Evaluation) bool { return false }

func TestAnEvaluationRunsAndIsKept(t *testing.T) {
	h := newHouse(t)
	h.add(file{"bridge.txt", bridge})
	e := h.evaluate()
	if e.Status != "done" || e.Total != 6 || e.Done != 6 || e.Failed != 0 || e.Ended == nil || e.Report == nil {
		t.Fatalf("evaluation %+v", e)
	}
	if len(e.Report.Rows) == 0 || len(e.Report.Rows[0].Scores) != 2 || len(e.Report.Differences) != 1 || len(e.Report.Quality) != 2 || len(e.Report.Depth[0].Tenths) != 10 {
		t.Errorf("report %+v", e.Report)
	}
	var page server.EvaluatedQuestions
	h.get("/v1/evaluations/" + e.ID + "/questions?limit=2").wants(200).into(&page)
	if len(page.Questions) != 2 || page.Next != 3 || len(page.Questions[0].Results) != 2 || page.Questions[0].Results[1].Strategy != "full" {
		t.Errorf("questions %+v", page)
	}
	var one server.EvaluatedRecord
	h.get("/v1/evaluations/" + e.ID + "/questions/1").wants(200).into(&one)
	if one.Number != 1 || one.Gold.Answers[0] != "1932" || len(one.Answers) != 2 || len(one.Answers[0].Found) == 0 || one.Answers[0].Text == "" {
		t.Errorf("record %+v", one)
	}
	var all server.Evaluations
	h.get("/v1/evaluations").wants(200).into(&all)
	if len(all.Evaluations) != 1 || all.Evaluations[0].ID != e.ID {
		t.Errorf("list %+v", all)
	}
	h.do("DELETE", "/v1/evaluations/"+e.ID, nil).wants(204)
	for _, path := range []string{"", "/events", "/questions", "/questions/1"} {
		h.get("/v1/evaluations/"+e.ID+path).problem(404, "evaluation_not_found")
	}
}

func TestRecordsOfADeletedDocumentLoseItsWords(t *testing.T) {
	h := newHouse(t)
	id := h.add(file{"bridge.txt", bridge})[0]
	e := h.evaluate()
	h.do("DELETE", "/v1/documents/"+id, nil).wants(204)
	var one server.EvaluatedRecord
	h.get("/v1/evaluations/" + e.ID + "/questions/1").wants(200).into(&one)
	if one.Answers[0].Text != "" || len(one.Answers[0].Found) != 0 || len(one.Results) != 2 {
		t.Errorf("record %+v", one)
	}
}

func TestAnEvaluationSaysWhatIsWrongBeforeItRuns(t *testing.T) {
	var g *gated
	h := newHouse(t, gate(&g), func(_ *server.Parts, o *server.Options) { o.Limits.Questions = 3 })
	id := h.add(file{"bridge.txt", bridge}, file{"bad.txt", "broken"})[0]
	tests := []struct {
		name   string
		fields []any
		status int
		code   string
		says   string
	}{
		{"a line out of form", []any{"questions", "question,answer\nq\n"}, 422, "bad_questions", "Line 2"},
		{"a column that is unknown", []any{"questions", "question,reply\nq,a\n"}, 422, "bad_questions", "Line 1"},
		{"JSON Lines that are none", []any{"name", "set.jsonl"}, 422, "bad_questions", "Line 1"},
		{"a document that is not there", []any{"questions", "question,answer,document\nq,a,bridge.txt\nq,a,tunnel.txt\n"}, 422, "bad_questions", "Line 3"},
		{"a document that is not ready", []any{"questions", "question,answer,document\nq,a,bad.txt\n"}, 422, "bad_questions", "failed"},
		{"a question that is too long", []any{"questions", "question,answer\n" + strings.Repeat("q", 20_001) + ",a\n"}, 422, "bad_questions", "Line 2"},
		{"more questions than are allowed", []any{"questions", table + "q,a,,\n"}, 422, "too_many_questions", "4 questions"},
		{"an unknown strategy", []any{"strategies", []string{"guess"}}, 422, "unknown_strategy", "guess"},
		{"a strategy twice", []any{"strategies", []string{"rag", "rag"}}, 422, "invalid_request", ""},
		{"no strategy", []any{"strategies", []string{}}, 422, "invalid_request", ""},
		{"options out of range", []any{"options", map[string]any{"budget": 1}}, 422, "bad_options", ""},
		{"a scope that is not there", []any{"documents", []string{"doc_none"}}, 404, "document_not_found", "doc_none"},
		{"an unknown field", []any{"speed", 1}, 422, "invalid_request", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := h.in(t).post("/v1/evaluations", evaluateBody(t, tt.fields...)).problem(tt.status, tt.code)
			if !strings.Contains(p.Detail, tt.says) {
				t.Errorf("it says %q, want %q in it", p.Detail, tt.says)
			}
		})
	}
	h.do("DELETE", "/v1/documents/"+id, nil).wants(204)
	h.post("/v1/evaluations", evaluateBody(t, "questions", "question,answer\nq,a\n")).problem(409, "no_documents")
	if len(g.begun) != 0 {
		t.Errorf("%d questions were asked", len(g.begun))
	}
	var all server.Evaluations
	h.get("/v1/evaluations").wants(200).into(&all)
	if len(all.Evaluations) != 0 {
		t.Errorf("evaluations were kept: %+v", all)
	}
}

// TestNoMoreEvaluationsWaitThanMay sends many at the same moment.
func TestNoMoreEvaluationsWaitThanMay(t *testing.T) {
	var g *gated
	h := newHouse(t, gate(&g), func(_ *server.Parts, o *server.Options) { o.Limits.Evaluations = 3 })
	h.add(file{"bridge.txt", bridge})
	body := evaluateBody(t)
	var wait sync.WaitGroup
	var taken atomic.Int32
	for range 16 {
		wait.Go(func() {
			if h.post("/v1/evaluations", body).status == http.StatusAccepted {
				taken.Add(1)
			}
		})
	}
	wait.Wait()
	if n := taken.Load(); n != 3 {
		t.Errorf("%d evaluations were taken, want 3", n)
	}
}

func TestACancelledEvaluationKeepsWhatWasAsked(t *testing.T) {
	var g *gated
	h := newHouse(t, gate(&g), func(_ *server.Parts, o *server.Options) { o.Limits.Evaluations = 2 })
	h.add(file{"bridge.txt", bridge})
	var first, second, e server.Evaluation
	h.post("/v1/evaluations", evaluateBody(t)).wants(202).into(&first)
	<-g.begun
	h.post("/v1/evaluations", evaluateBody(t)).wants(202).into(&second)
	h.post("/v1/evaluations", evaluateBody(t)).problem(503, "too_many_evaluations")
	if second.Status != "queued" {
		t.Errorf("the second is %s while the first runs", second.Status)
	}
	h.post("/v1/evaluations/"+second.ID+"/cancel", "").wants(200).into(&e)
	if e.Status != "cancelled" || e.Done != 0 {
		t.Errorf("cancelled while it waited: %+v", e)
	}
	g.open <- struct{}{} // one question is answered
	<-g.ended
	h.post("/v1/evaluations/"+first.ID+"/cancel", "").wants(200).into(&e)
	if e.Status != "cancelled" || e.Ended == nil || e.Done > 2 {
		t.Errorf("cancelled while it ran: %+v", e)
	}
	h.post("/v1/evaluations/"+first.ID+"/cancel", "").problem(409, "evaluation_over")
	if last := h.until(first.ID, never); last.Status != "cancelled" {
		t.Errorf("its events end with %+v", last)
	}
	var page server.EvaluatedQuestions
	h.get("/v1/evaluations/" + first.ID + "/questions").wants(200).into(&page)
	if len(page.Questions) > 2 {
		t.Errorf("%d questions are kept", len(page.Questions))
	}
	h.get("/v1/evaluations/"+first.ID+"/questions/99").problem(404, "question_not_found")
	h.post("/v1/evaluations/evl_none/cancel", "").problem(404, "evaluation_not_found")
	h.do("DELETE", "/v1/evaluations/evl_none", nil).problem(404, "evaluation_not_found")
}

func TestDeletingARunningEvaluationEndsIt(t *testing.T) {
	var g *gated
	h := newHouse(t, gate(&g))
	h.add(file{"bridge.txt", bridge})
	var e server.Evaluation
	h.post("/v1/evaluations", evaluateBody(t)).wants(202).into(&e)
	<-g.begun
	h.do("DELETE", "/v1/evaluations/"+e.ID, nil).wants(204)
	if err := <-g.ended; err == nil {
		t.Error("the question was answered")
	}
	h.get("/v1/evaluations/"+e.ID).problem(404, "evaluation_not_found")
}

// TestAnEvaluationGoesOnWithTheNextServer closes a server in the middle.
func TestAnEvaluationGoesOnWithTheNextServer(t *testing.T) {
	var g *gated
	h := newHouse(t, gate(&g))
	h.add(file{"bridge.txt", bridge})
	var e server.Evaluation
	h.post("/v1/evaluations", evaluateBody(t)).wants(202).into(&e)
	for range 3 { // of 6
		g.open <- struct{}{}
		<-g.ended
	}
	kept := h.until(e.ID, func(e server.Evaluation) bool { return e.Done >= 2 }).Done
	h.srv.Close()
	var later *gated
	next := houseOn(t, h.kept, gate(&later), func(*server.Parts, *server.Options) { close(later.open) })
	if last := next.until(e.ID, never); last.Status != "done" || last.Done != 6 {
		t.Errorf("it ended with %+v", last)
	}
	if n := len(later.begun); n > 6-kept || n < 1 {
		t.Errorf("the next server asked %d of 6, of which %d were asked before", n, kept)
	}
}

func TestAReportIsDownloaded(t *testing.T) {
	h := newHouse(t)
	h.add(file{"bridge.txt", bridge})
	e := h.evaluate()
	path := "/v1/evaluations/" + e.ID + "/report?format="
	page := h.get(path + "html").wants(200)
	if text := string(page.body); !strings.Contains(text, "<svg") || !strings.Contains(text, "abstain accuracy") {
		t.Errorf("page %.300s", text)
	}
	if got := page.header.Get("Content-Disposition"); !strings.Contains(got, `attachment; filename="table-report.html"`) {
		t.Errorf("Content-Disposition %q", got)
	}
	if got := page.header.Get("Content-Security-Policy"); !strings.Contains(got, "default-src 'none'") || !strings.Contains(got, "sandbox") {
		t.Errorf("Content-Security-Policy %q", got)
	}
	if lines := strings.Count(string(h.get(path+"csv").wants(200).body), "\n"); lines != 7 {
		t.Errorf("%d lines, want a head and 3 questions of 2 strategies", lines)
	}
	var r eval.Report
	h.get(path + "json").wants(200).into(&r)
	if len(r.Questions) != 6 || len(r.Strategies) != 2 {
		t.Errorf("report of %d records and %d strategies", len(r.Questions), len(r.Strategies))
	}
	h.get(path+"pdf").problem(422, "invalid_request")
	h.get("/v1/evaluations/evl_none/report?format=csv").problem(404, "evaluation_not_found")
}

func TestEvaluationsAreGuarded(t *testing.T) {
	h := newHouse(t, withKeys)
	for _, path := range []string{"", "/x", "/x/events", "/x/questions", "/x/questions/1"} {
		h.get("/v1/evaluations"+path).problem(401, "unauthorized")
	}
	h.post("/v1/evaluations", evaluateBody(t)).problem(401, "unauthorized")
	h.post("/v1/evaluations/x/cancel", "").problem(401, "unauthorized")
	h.do("DELETE", "/v1/evaluations/x", nil).problem(401, "unauthorized")
	h.do("POST", "/v1/evaluations", strings.NewReader(evaluateBody(t)), "Authorization", "Bearer "+key, "Content-Type", "application/json", "Origin", "https://evil.example").
		problem(403, "origin_not_allowed")
	h.do("POST", "/v1/evaluations", strings.NewReader(strings.Repeat(" ", 16<<20+1)), "Authorization", "Bearer "+key, "Content-Type", "application/json").
		problem(413, "body_too_large")
}
