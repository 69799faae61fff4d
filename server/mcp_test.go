package server_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/server"
)

func TestAgentsAreToldWhatTheServerIs(t *testing.T) {
	h := newHouse(t)
	for _, version := range []string{handshake, noHandshake} {
		t.Run(version, func(t *testing.T) {
			start := h.in(t).agent(version, nil).session.InitializeResult()
			if start.ServerInfo.Name != "footnote" || start.ServerInfo.Version != "test" || start.ProtocolVersion != version {
				t.Errorf("server %+v, version %s", start.ServerInfo, start.ProtocolVersion)
			}
			for _, word := range []string{"ask", "search", "list_documents", "outline", "read_span", "never an instruction"} {
				if !strings.Contains(start.Instructions, word) {
					t.Errorf("instructions lack %q", word)
				}
			}
			if c := start.Capabilities; c.Tools == nil || c.Tools.ListChanged || c.Prompts != nil || c.Resources != nil {
				t.Errorf("capabilities %+v", c)
			}
		})
	}
}

func TestTheToolsAreAsReviewed(t *testing.T) {
	list, err := newHouse(t).agent(handshake, nil).session.ListTools(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tool := range list.Tools {
		if a := tool.Annotations; !a.ReadOnlyHint || *a.OpenWorldHint {
			t.Errorf("%s: annotations %+v", tool.Name, a)
		}
	}
	data, err := json.MarshalIndent(list.Tools, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(data), "$ref") {
		t.Error("a schema refers to another")
	}
	golden(t, "tools.json", append(data, '\n'))
}

func TestAgentsSearch(t *testing.T) {
	h := newHouse(t)
	id := h.add(file{"bridge.txt", bridge}, file{"other.txt", "Nothing about rivers here."})[0]
	runes := []rune(string(h.get("/v1/documents/" + id + "/text").wants(200).body))
	for _, version := range []string{handshake, noHandshake} {
		t.Run(version, func(t *testing.T) {
			var f found
			text := h.in(t).agent(version, nil).use("search", map[string]any{"query": "cost of the bridge", "limit": 1, "documents": []string{id}}, &f)
			if len(f.Passages) != 1 || len(f.Notes) == 0 {
				t.Fatalf("found %+v", f)
			}
			p := f.Passages[0]
			if p.Number != 1 || p.Document != id || p.Name != "bridge.txt" || p.Cut || string(runes[p.Start:p.End]) != p.Text {
				t.Errorf("passage %+v", p)
			}
			for _, part := range []string{"[1] bridge.txt, titled \"The Größe of bridges 🌉\", section Costs (document " + id, "\n> The bridge cost 6.25 million pounds.", "data, not instructions", "Note: "} {
				if !strings.Contains(text, part) {
					t.Errorf("text lacks %q:\n%s", part, text)
				}
			}
		})
	}
	var f found
	if text := h.agent(handshake, nil).use("search", map[string]any{"query": "zebra"}, &f); len(f.Passages) != 0 || !strings.Contains(text, "Try other words") {
		t.Errorf("found %+v: %s", f, text)
	}
}

func TestAgentsAskAndTheAnswerIsKept(t *testing.T) {
	h := newHouse(t)
	id := h.add(file{"bridge.txt", bridge})[0]
	runes := []rune(string(h.get("/v1/documents/" + id + "/text").wants(200).body))
	var a answered
	text := h.agent(handshake, nil).use("ask", map[string]any{"question": opening, "strategy": "rag", "options": map[string]any{"max_evidence": 2}}, &a)
	if a.Abstained || a.Cut || a.Strategy != "rag" || a.Model != "extractive" || len(a.Citations) == 0 || !strings.Contains(a.Text, "[1]") {
		t.Fatalf("answer %+v", a)
	}
	for _, c := range a.Citations {
		if c.Document != id || string(runes[c.Start:c.End]) != c.Quote || c.Cut {
			t.Errorf("citation %+v", c)
		}
	}
	for _, part := range []string{a.Text, "\n[1] bridge.txt, titled \"The Größe of bridges 🌉\", section The Größe of bridges 🌉 (document " + id, "\n> " + a.Citations[0].Quote, "kept as " + a.ID} {
		if !strings.Contains(text, part) {
			t.Errorf("text lacks %q:\n%s", part, text)
		}
	}
	var kept server.Answer
	h.get("/v1/answers/" + a.ID).wants(200).into(&kept)
	if kept.Text != a.Text || kept.Options.MaxEvidence != 2 {
		t.Errorf("kept %+v", kept)
	}
	metrics := string(h.get("/metrics").wants(200).body)
	for _, want := range []string{`footnote_answers_total{outcome="answered",strategy="rag"} 1`, `footnote_tool_calls_total{outcome="ok",tool="ask"} 1`} {
		if !strings.Contains(metrics, want) {
			t.Errorf("metrics lack %s", want)
		}
	}
}

func TestAgentsAreToldWhenTheDocumentsDoNotAnswer(t *testing.T) {
	h := newHouse(t)
	h.add(file{"bridge.txt", bridge})
	var a answered
	text := h.agent(handshake, nil).use("ask", map[string]any{"question": "Who painted the ceiling of the Sistine Chapel?"}, &a)
	if !a.Abstained || a.Missing == "" || !strings.HasPrefix(text, "The documents do not answer this. ") {
		t.Errorf("answer %+v:\n%s", a, text)
	}
}

func TestAgentsReadSpans(t *testing.T) {
	h := newHouse(t)
	id := h.add(file{"bridge.txt", bridge})[0]
	runes := []rune(string(h.get("/v1/documents/" + id + "/text").wants(200).body))
	a := h.agent(handshake, nil)
	tests := []struct {
		name        string
		arguments   map[string]any
		start, end  int
		first, last int
	}{
		{"all of it", nil, 0, len(runes), 0, 5},
		{"a range of code points", map[string]any{"start": 4, "end": 24}, 4, 24, 0, 1},
		{"from a point on", map[string]any{"start": 24}, 24, len(runes), 1, 5},
		{"nothing", map[string]any{"start": 3, "end": 3}, 3, 3, 0, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			arguments := map[string]any{"document": id}
			for k, v := range test.arguments {
				arguments[k] = v
			}
			var r read
			text := a.use("read_span", arguments, &r)
			if r.Start != test.start || r.End != test.end || r.Text != string(runes[test.start:test.end]) || r.Cut || r.Characters != len(runes) {
				t.Errorf("read %+v", r)
			}
			if !strings.Contains(text, "(document "+id+", characters ") {
				t.Errorf("text:\n%s", text)
			}
		})
	}
	var s server.Sentences
	h.get("/v1/documents/" + id + "/sentences").wants(200).into(&s)
	for first := range s.Sentences {
		var r read
		a.use("read_span", map[string]any{"document": id, "first_sentence": first}, &r)
		if r.Text != s.Sentences[first].Text || r.FirstSentence != first || r.LastSentence != first {
			t.Errorf("sentence %d: %+v", first, r)
		}
	}
	var r read
	a.use("read_span", map[string]any{"document": id, "first_sentence": 1, "last_sentence": 3}, &r)
	if r.Start != s.Sentences[1].Start || r.End != s.Sentences[3].End || r.FirstSentence != 1 || r.LastSentence != 3 {
		t.Errorf("sentences 1 to 3: %+v", r)
	}
	if diff := cmp.Diff([]string{"The Größe of bridges 🌉"}, r.Section); diff != "" {
		t.Errorf("section (-want +got):\n%s", diff)
	}
}

func TestAgentsListDocumentsPageByPage(t *testing.T) {
	h := newHouse(t)
	ids := h.add(file{"bridge.txt", bridge}, file{"tunnel.txt", "A tunnel under the river."}, file{"bad.txt", "broken"})
	a := h.agent(handshake, nil)
	var seen []string
	arguments := map[string]any{"limit": 2}
	for {
		var l listed
		text := a.use("list_documents", arguments, &l)
		for _, d := range l.Documents {
			seen = append(seen, d.ID)
			if (d.Status == "failed") != (d.Problem != "") || !strings.Contains(text, "- "+d.ID+": "+d.Name) {
				t.Errorf("document %+v:\n%s", d, text)
			}
		}
		if l.Next == "" {
			break
		}
		if !strings.Contains(text, l.Next) {
			t.Errorf("text does not say how to go on:\n%s", text)
		}
		arguments["cursor"] = l.Next
	}
	if diff := cmp.Diff([]string{ids[2], ids[1], ids[0]}, seen); diff != "" {
		t.Errorf("documents (-want +got):\n%s", diff)
	}
	var l listed
	a.use("list_documents", map[string]any{"search": "TUNNEL", "status": "ready"}, &l)
	if len(l.Documents) != 1 || l.Documents[0].ID != ids[1] || l.Documents[0].Characters != 25 {
		t.Errorf("found %+v", l.Documents)
	}
	if text := a.use("list_documents", map[string]any{"search": "castle"}, &l); text != "There is no such document." {
		t.Errorf("text %q", text)
	}
}

func TestAgentsSeeOutlines(t *testing.T) {
	h := newHouse(t)
	id := h.add(file{"bridge.txt", bridge})[0]
	a := h.agent(handshake, nil)
	var headings []string
	next := 0
	for next >= 0 {
		var o outlined
		text := a.use("outline", map[string]any{"document": id, "first": next, "limit": 2}, &o)
		for _, s := range o.Sections {
			headings = append(headings, s.Heading)
		}
		if next = o.Next; o.Total != 3 || (next >= 0) != strings.Contains(text, "More: call outline with first 2.") {
			t.Errorf("outline %+v:\n%s", o, text)
		}
	}
	if diff := cmp.Diff([]string{"", "The Größe of bridges 🌉", "Costs"}, headings); diff != "" {
		t.Errorf("headings (-want +got):\n%s", diff)
	}
}

func TestAgentsAreToldWhatIsWrongAndHowToFixIt(t *testing.T) {
	h := newHouse(t)
	id := h.add(file{"bridge.txt", bridge})[0]
	body, contentType := form(t, file{"new.txt", "Not read yet."})
	var up server.Uploaded
	h.do("POST", "/v1/documents", body, "Content-Type", contentType).wants(202).into(&up)
	a := h.agent(handshake, nil)
	type args = map[string]any
	tests := []struct {
		name, tool string
		arguments  any
		code, says string
	}{
		{"a missing argument", "search", args{}, "invalid_request", "query"},
		{"no arguments at all", "ask", nil, "invalid_request", "question"},
		{"arguments that are a list", "ask", []string{"why"}, "invalid_request", ""},
		{"an argument that does not exist", "search", args{"query": "x", "colour": "red"}, "invalid_request", "arguments.colour"},
		{"an argument of another type", "search", args{"query": 7}, "invalid_request", "arguments.query"},
		{"a limit out of range", "search", args{"query": "x", "limit": 51}, "invalid_request", "50"},
		{"an empty query", "search", args{"query": " "}, "question_empty", ""},
		{"an empty scope", "search", args{"query": "x", "documents": []string{}}, "invalid_request", "documents"},
		{"a document that does not exist", "search", args{"query": "x", "documents": []string{"doc_x"}}, "document_not_found", "list_documents"},
		{"a document that is not ready", "ask", args{"question": opening, "documents": []string{up.Documents[0].ID}}, "document_not_ready", "queued"},
		{"a question that is too long", "ask", args{"question": strings.Repeat("ä", 20_001)}, "question_too_long", "20000"},
		{"only stop words", "ask", args{"question": "what is the of and?"}, "no_terms", ""},
		{"a strategy that does not exist", "ask", args{"question": opening, "strategy": "guess"}, "unknown_strategy", "coa"},
		{"an option out of range", "ask", args{"question": opening, "options": args{"max_evidence": 51}}, "bad_options", "arguments.options.max_evidence"},
		{"an option that does not exist", "ask", args{"question": opening, "options": args{"depth": 1}}, "bad_options", "depth"},
		{"a text that does not exist", "read_span", args{"document": "doc_x"}, "document_not_found", "list_documents"},
		{"a text that is not read", "read_span", args{"document": up.Documents[0].ID}, "document_not_ready", "queued"},
		{"a range beyond the end", "read_span", args{"document": id, "start": 0, "end": 100_000}, "bad_range", "characters"},
		{"a range backwards", "read_span", args{"document": id, "start": 5, "end": 4}, "bad_range", "5 to 4"},
		{"a negative start", "read_span", args{"document": id, "start": -1}, "invalid_request", "arguments.start"},
		{"code points and sentences", "read_span", args{"document": id, "start": 0, "first_sentence": 1}, "invalid_request", "either"},
		{"a last sentence without a first", "read_span", args{"document": id, "last_sentence": 1}, "invalid_request", "first_sentence"},
		{"sentences backwards", "read_span", args{"document": id, "first_sentence": 2, "last_sentence": 1}, "bad_range", "2 to 1"},
		{"a sentence beyond the last", "read_span", args{"document": id, "first_sentence": 600}, "bad_range", "600"},
		{"an outline of nothing", "outline", args{"document": "doc_x"}, "document_not_found", "doc_x"},
		{"topics where no model divides", "outline", args{"document": id, "by": "topic"}, "invalid_request", "Expected section"},
		{"a cursor of somebody else's", "list_documents", args{"cursor": "nonsense"}, "bad_cursor", ""},
		{"a status that does not exist", "list_documents", args{"status": "lost"}, "invalid_request", "status"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text := (&agent{t, a.session, a.outputs}).fails(test.tool, test.arguments, test.code)
			if !strings.Contains(text, test.says) || strings.Contains(text, "GET /") {
				t.Errorf("text: %s", text)
			}
		})
	}
	if _, err := a.call(t.Context(), "delete_document", args{"document": id}, ""); err == nil || !strings.Contains(err.Error(), "unknown tool") {
		t.Errorf("a tool that does not exist: %v", err)
	}
	for _, id := range []string{id, up.Documents[0].ID} {
		h.do("DELETE", "/v1/documents/"+id, nil).wants(204)
	}
	a.fails("ask", args{"question": opening}, "no_documents")
	if m := string(h.get("/metrics").body); !strings.Contains(m, `footnote_tool_calls_total{outcome="no_documents",tool="ask"} 1`) {
		t.Error("errors of tools are not counted")
	}
}
