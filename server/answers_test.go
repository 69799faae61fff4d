package server_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/document"
	"footnote/reasoning"
	"footnote/reasoning/extractive"
	"footnote/server"
	"footnote/store/local"
)

func ask(question string, more ...string) string {
	body := map[string]any{"question": question}
	for i := 0; i+1 < len(more); i += 2 {
		var v any
		if json.Unmarshal([]byte(more[i+1]), &v) != nil {
			v = more[i+1]
		}
		body[more[i]] = v
	}
	data, _ := json.Marshal(body)
	return string(data)
}

const opening = "When did the Sydney Harbour Bridge open?"

func TestAnAnswerCitesTheExactWords(t *testing.T) {
	h := newHouse(t)
	id := h.add(file{"bridge.txt", bridge})[0]
	runes := []rune(string(h.get("/v1/documents/" + id + "/text").wants(200).body))
	var a server.Answer
	r := h.post("/v1/answers", ask(opening, "strategy", "rag", "documents", `["`+id+`","`+id+`"]`)).wants(200)
	r.into(&a)
	if a.Abstained || len(a.Citations) == 0 || !strings.Contains(a.Text, "[1]") || a.Strategy != "rag" || a.Model != "extractive" {
		t.Fatalf("answer: %s", r.body)
	}
	for i, c := range a.Citations {
		if c.Number != i+1 || c.Document != id || c.Name != "bridge.txt" || string(runes[*c.Start:*c.End]) != c.Quote {
			t.Errorf("citation %d does not quote the text at %d to %d: %q", c.Number, *c.Start, *c.End, c.Quote)
		}
	}
	if diff := cmp.Diff([]string{id}, a.Documents); diff != "" {
		t.Errorf("scope (-want +got):\n%s", diff)
	}
	if got := r.header.Get("Content-Location"); got != "/v1/answers/"+a.ID {
		t.Errorf("Content-Location %q", got)
	}
	var again server.Answer
	h.get("/v1/answers/" + a.ID).wants(200).into(&again)
	if diff := cmp.Diff(a, again); diff != "" {
		t.Errorf("stored answer differs (-given +stored):\n%s", diff)
	}
	var all server.Answers
	h.get("/v1/answers?limit=1").wants(200).into(&all)
	if len(all.Answers) != 1 || all.Answers[0].ID != a.ID || all.Next != "" {
		t.Errorf("list of answers: %+v", all)
	}
}

func TestCitationsAreNumberedByFirstUse(t *testing.T) {
	h := newHouse(t)
	h.add(file{"bridge.txt", bridge})
	var a server.Answer
	h.post("/v1/answers", ask("How many workers built the bridge and what did it cost?")).wants(200).into(&a)
	highest := 0
	for _, s := range a.Statements {
		for _, n := range s.Citations {
			if n > highest+1 || n > len(a.Citations) {
				t.Errorf("citation %d is used before %d, of %d", n, highest+1, len(a.Citations))
			}
			highest = max(highest, n)
		}
	}
}

// forgetful is a store whose documents can vanish while answers stay.
type forgetful struct {
	document.Store
	gone atomic.Bool
}

func (f *forgetful) Get(ctx context.Context, id document.ID) (*document.Document, error) {
	if f.gone.Load() {
		return nil, document.ErrNotFound
	}
	return f.Store.Get(ctx, id)
}

func TestAnswersKeepTheirQuotesWhenTheDocumentIsDeleted(t *testing.T) {
	var store *forgetful
	h := newHouse(t, func(p *server.Parts, _ *server.Options) {
		store = &forgetful{Store: p.Documents}
		p.Documents = store
	})
	h.add(file{"bridge.txt", bridge})
	var a, after server.Answer
	h.post("/v1/answers", ask(opening)).wants(200).into(&a)
	store.gone.Store(true)
	h.get("/v1/answers/" + a.ID).wants(200).into(&after)
	c := after.Citations[0]
	if !c.Deleted || c.Start != nil || c.End != nil || c.Quote != a.Citations[0].Quote || len(c.Boxes) != 0 {
		t.Errorf("citation of a deleted document: %+v", c)
	}
}

func TestDeletingADocumentForgetsTheAnswersThatRestOnIt(t *testing.T) {
	h := newHouse(t)
	id := h.add(file{"bridge.txt", bridge})[0]
	var a server.Answer
	h.post("/v1/answers", ask(opening)).wants(200).into(&a)
	h.do("DELETE", "/v1/documents/"+id, nil).wants(204)
	h.ingestAll()
	h.get("/v1/answers/"+a.ID).problem(404, "answer_not_found")
}

func TestCitationsOfPagesHaveOneBoxALine(t *testing.T) {
	h := newHouse(t)
	h.add(file{"bridge.txt", bridge}, file{"paged.txt", "Nothing to see.\n\fLorem ipsum.\nThe tunnel under the northern river was finally opened for trains by the old queen herself in 1843."})
	var a server.Answer
	h.post("/v1/answers", ask("When was the tunnel under the northern river opened?", "strategy", "rag")).wants(200).into(&a)
	want := []server.Box{
		{Page: 2, X: 0, Y: 1.0 / 40, Width: 1, Height: 1.0 / 40},
		{Page: 2, X: 0, Y: 2.0 / 40, Width: 0.5, Height: 1.0 / 40},
	}
	if a.Abstained || a.Citations[0].Page != 2 {
		t.Fatalf("answer %+v", a)
	}
	near := cmp.Comparer(func(a, b float32) bool { return a-b < 1e-5 && b-a < 1e-5 })
	if diff := cmp.Diff(want, a.Citations[0].Boxes, near); diff != "" {
		t.Errorf("boxes (-want +got):\n%s", diff)
	}
}

func TestBadQuestions(t *testing.T) {
	h := newHouse(t)
	id := h.add(file{"bridge.txt", bridge})[0]
	tests := []struct {
		name, body string
		status     int
		code       string
	}{
		{"nothing", `{"question": "  "}`, 422, "question_empty"},
		{"no question field", `{}`, 422, "invalid_request"},
		{"20,001 characters", ask(strings.Repeat("ä", 20_001)), 422, "question_too_long"},
		{"100 kB", ask(strings.Repeat("why ", 25_000)), 422, "question_too_long"},
		{"only stop words", `{"question": "what is the of and?"}`, 422, "no_terms"},
		{"a strategy that does not exist", ask(opening, "strategy", "guess"), 422, "unknown_strategy"},
		{"a document that does not exist", ask(opening, "documents", `["doc_x"]`), 404, "document_not_found"},
		{"an empty scope", ask(opening, "documents", `[]`), 422, "invalid_request"},
		{"an option out of range", ask(opening, "options", `{"max_evidence": 51}`), 422, "bad_options"},
		{"an option that does not exist", ask(opening, "options", `{"depth": 1}`), 422, "bad_options"},
		{"a field that does not exist", ask(opening, "colour", "red"), 422, "invalid_request"},
		{"a field of another type", `{"question": 7}`, 422, "invalid_request"},
		{"half a body", `{"question"`, 400, "invalid_json"},
		{"no body", ``, 400, "invalid_json"},
		{"a list", `[]`, 422, "invalid_request"},
		{"a body over the limit", `{"question": "` + strings.Repeat("x", 1<<20) + `"}`, 413, "body_too_large"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h.in(t).post("/v1/answers", test.body).problem(test.status, test.code)
			streamed := strings.Replace(test.body, "{", `{"stream": true, `, 1)
			if !json.Valid([]byte(streamed)) || len(streamed) > 1<<20 {
				return
			}
			resp := h.in(t).open("POST", "/v1/answers", strings.NewReader(streamed), "Content-Type", "application/json")
			defer resp.Body.Close()
			if resp.StatusCode == 200 { // found out only while answering: the stream says so
				events := readSSE(resp.Body).all()
				var p server.Problem
				events[len(events)-1].into(t, &p)
				if p.Code != test.code {
					t.Errorf("stream ended with code %q", p.Code)
				}
			} else if resp.StatusCode != test.status {
				t.Errorf("stream: status %d", resp.StatusCode)
			}
		})
	}
	h.do("POST", "/v1/answers", strings.NewReader("question=why"), "Content-Type", "text/csv").problem(415, "not_json")
	p := h.post("/v1/answers", ask(opening, "colour", "red")).problem(422, "invalid_request")
	if len(p.Errors) != 1 || p.Errors[0].Location != "body.colour" {
		t.Errorf("unknown field is not named: %+v", p.Errors)
	}
	p = h.post("/v1/answers", ask(opening, "options", `{"max_evidence": 51}`)).problem(422, "bad_options")
	if !strings.Contains(p.Detail, "50") || !strings.Contains(p.Detail, "max_evidence") {
		t.Errorf("range is not named: %q", p.Detail)
	}
	p = h.post("/v1/answers", ask(opening, "strategy", "guess")).problem(422, "unknown_strategy")
	if !slices.Contains(p.Allowed, "rag") || !strings.Contains(p.Detail, "rag") {
		t.Errorf("strategies are not named: %+v", p)
	}
	h.do("DELETE", "/v1/documents/"+id, nil).wants(204)
	h.post("/v1/answers", ask(opening)).problem(409, "no_documents")
	h.get("/v1/answers/ans_none").problem(404, "answer_not_found")
	h.get("/v1/answers/ans_none/events").problem(404, "answer_not_found")
	h.get("/v1/answers?cursor=nonsense").problem(422, "bad_cursor")
}

func TestAStreamTellsStepsAndEndsWithTheAnswer(t *testing.T) {
	h := newHouse(t)
	h.add(file{"bridge.txt", bridge})
	for name, header := range map[string][]string{"stream field": nil, "Accept header": {"Accept", "text/event-stream"}} {
		t.Run(name, func(t *testing.T) {
			h := h.in(t)
			body := ask(opening, "strategy", "alr2")
			if header == nil {
				body = ask(opening, "strategy", "alr2", "stream", "true")
			}
			resp, r := h.stream("POST", "/v1/answers", body, header...)
			events := r.all()
			checkIDs(t, events, 1)
			got := names(events)
			if got[0] != "retrieved" || got[len(got)-1] != "answer" || !slices.Contains(got, "evidence") || !slices.Contains(got, "token") {
				t.Fatalf("events %v", got)
			}
			var a, stored server.Answer
			events[len(events)-1].into(t, &a)
			if resp.Header.Get("Location") != "/v1/answers/"+a.ID {
				t.Errorf("Location %q, answer %q", resp.Header.Get("Location"), a.ID)
			}
			h.get("/v1/answers/" + a.ID).wants(200).into(&stored)
			if diff := cmp.Diff(a, stored); diff != "" {
				t.Errorf("stored answer differs (-streamed +stored):\n%s", diff)
			}
		})
	}
}

func TestAStreamGoesOnAfterTheLastEventSeen(t *testing.T) {
	h := newHouse(t)
	h.add(file{"bridge.txt", bridge})
	resp, r := h.stream("POST", "/v1/answers", ask(opening, "stream", "true"))
	all := r.all()
	path := resp.Header.Get("Location") + "/events"
	_, r = h.stream("GET", path, "", "Last-Event-ID", "2")
	if diff := cmp.Diff(all[2:], r.all(), cmp.AllowUnexported(sse{})); diff != "" {
		t.Errorf("after event 2 (-want +got):\n%s", diff)
	}
	_, r = h.stream("GET", path, "")
	if diff := cmp.Diff(all, r.all(), cmp.AllowUnexported(sse{})); diff != "" {
		t.Errorf("from the start (-want +got):\n%s", diff)
	}
}

func TestAnswersThatWereNotStreamedCanBeFollowedToo(t *testing.T) {
	h := newHouse(t)
	h.add(file{"bridge.txt", bridge})
	var a, streamed server.Answer
	h.post("/v1/answers", ask(opening)).wants(200).into(&a)
	_, r := h.stream("GET", "/v1/answers/"+a.ID+"/events", "")
	events := r.all()
	if len(events) != 1 || events[0].name != "answer" {
		t.Fatalf("events %v", events)
	}
	if events[0].into(t, &streamed); streamed.ID != a.ID {
		t.Errorf("answer %q, want %q", streamed.ID, a.ID)
	}
}

func TestComparisonsTagEveryEvent(t *testing.T) {
	h := newHouse(t)
	h.add(file{"bridge.txt", bridge})
	body := ask(opening, "strategies", `["rag","alr2","coa"]`)
	var c server.Comparison
	h.post("/v1/comparisons", body).wants(200).into(&c)
	if len(c.Answers) != 3 || len(c.Agreement) != 3 || len(c.Failures) != 0 {
		t.Fatalf("comparison: %+v", c)
	}
	var stored server.Comparison
	h.get("/v1/comparisons/" + c.ID).wants(200).into(&stored)
	if diff := cmp.Diff(c, stored); diff != "" {
		t.Errorf("stored comparison differs (-given +stored):\n%s", diff)
	}
	h.get("/v1/answers/" + c.Answers[1].ID).wants(200)

	resp, r := h.stream("POST", "/v1/comparisons", strings.Replace(body, "{", `{"stream": true, `, 1))
	events := r.all()
	checkIDs(t, events, 1)
	finished := map[string]bool{}
	for _, e := range events[:len(events)-1] {
		var tag struct{ Strategy string }
		e.into(t, &tag)
		if !slices.Contains([]string{"rag", "alr2", "coa"}, tag.Strategy) {
			t.Errorf("event %s has strategy %q", e.name, tag.Strategy)
		}
		finished[tag.Strategy] = finished[tag.Strategy] || e.name == "answer"
	}
	last := events[len(events)-1]
	if last.name != "comparison" || len(finished) != 3 || !finished["rag"] || !finished["alr2"] || !finished["coa"] {
		t.Errorf("last event %s, finished %v", last.name, finished)
	}
	_, r = h.stream("GET", resp.Header.Get("Location")+"/events", "", "Last-Event-ID", itoa(len(events)-1))
	if again := r.all(); len(again) != 1 || again[0] != last {
		t.Errorf("resumed comparison: %v", names(again))
	}
}

func TestBadComparisons(t *testing.T) {
	h := newHouse(t)
	h.add(file{"bridge.txt", bridge})
	tests := []struct {
		name, strategies string
		status           int
		code             string
	}{
		{"no strategy", `[]`, 422, "invalid_request"},
		{"a nameless strategy", `[""]`, 422, "invalid_request"},
		{"one strategy twice", `["rag","rag"]`, 422, "invalid_request"},
		{"a strategy that does not exist", `["rag","guess"]`, 422, "unknown_strategy"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h.in(t).post("/v1/comparisons", ask(opening, "strategies", test.strategies)).problem(test.status, test.code)
		})
	}
	h.get("/v1/comparisons/cmp_none").problem(404, "comparison_not_found")
	h.get("/v1/comparisons/cmp_none/events").problem(404, "comparison_not_found")
	h.post("/v1/comparisons", ask("the of and", "strategies", `["rag"]`)).problem(422, "no_terms")
}

// narrow is the extractive reader with the window of a small model.
type narrow struct{ reasoning.Reader }

func (narrow) Window() int { return 40 }

func TestAStrategyThatCannotAnswerDoesNotSinkTheOthers(t *testing.T) {
	h := newHouse(t, func(p *server.Parts, _ *server.Options) {
		p.Engine = reasoning.NewEngine(reasoning.Parts{
			Library: p.Documents.(*local.Store), Retriever: p.Retriever, Reader: narrow{extractive.New()},
		})
	})
	h.add(file{"bridge.txt", bridge})
	p := h.post("/v1/answers", ask(opening, "strategy", "full")).problem(422, "over_budget")
	if !strings.Contains(p.Fix, "rag") {
		t.Errorf("no alternative is named: %+v", p)
	}
	body := ask(opening, "strategies", `["rag","full"]`)
	var c server.Comparison
	h.post("/v1/comparisons", body).wants(200).into(&c)
	if len(c.Answers) != 1 || len(c.Failures) != 1 || c.Failures[0].Code != "over_budget" || c.Failures[0].Fix == "" {
		t.Errorf("comparison: %+v", c)
	}
	var stored server.Comparison
	h.get("/v1/comparisons/" + c.ID).wants(200).into(&stored)
	if diff := cmp.Diff(c.Failures, stored.Failures); diff != "" {
		t.Errorf("stored failures differ:\n%s", diff)
	}
	_, r := h.stream("POST", "/v1/comparisons", strings.Replace(body, "{", `{"stream": true, `, 1))
	for _, e := range r.all() {
		var failed server.Problem
		if e.name == "error" {
			if e.into(t, &failed); failed.Strategy != "full" || failed.Code != "over_budget" {
				t.Errorf("error event: %s", e.data)
			}
			return
		}
	}
	t.Error("no error event")
}

func TestSearchRanksPassages(t *testing.T) {
	h := newHouse(t)
	id := h.add(file{"bridge.txt", bridge}, file{"other.txt", "Nothing about rivers here."})[0]
	runes := []rune(string(h.get("/v1/documents/" + id + "/text").wants(200).body))
	var found server.SearchResult
	h.post("/v1/search", `{"query": "cost of the bridge", "limit": 1}`).wants(200).into(&found)
	if len(found.Passages) != 1 || found.Passages[0].Rank != 1 || found.Passages[0].Document != id {
		t.Fatalf("passages: %+v", found.Passages)
	}
	p := found.Passages[0]
	if string(runes[p.Start:p.End]) != p.Text || p.Name != "bridge.txt" {
		t.Errorf("passage does not quote the text: %+v", p)
	}
	if len(found.Notes) == 0 {
		t.Error("nothing says that search is lexical only")
	}
	h.post("/v1/search", `{"query": ""}`).problem(422, "question_empty")
	h.post("/v1/search", `{"query": "  "}`).problem(422, "question_empty")
	h.post("/v1/search", `{"query": "x", "limit": 201}`).problem(422, "invalid_request")
	h.post("/v1/search", `{"query": "x", "documents": ["doc_none"]}`).problem(404, "document_not_found")
}
