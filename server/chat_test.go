package server_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/server"
)

const completions = "/v1/chat/completions"

// say is a request whose turns alternate, the user first.
func say(model string, turns ...string) map[string]any {
	var messages []any
	for i, text := range turns {
		messages = append(messages, map[string]any{"role": []string{"user", "assistant"}[i%2], "content": text})
	}
	return map[string]any{"model": model, "messages": messages}
}

func encode(v any) string {
	data, _ := json.Marshal(v)
	return string(data)
}

// chat asks and decodes the completion strictly.
func (h *house) chat(request map[string]any) server.ChatCompletion {
	h.t.Helper()
	var c server.ChatCompletion
	h.post(completions, encode(request)).wants(200).into(&c)
	return c
}

// chatProblem checks that a response is an error in OpenAI's form.
func (r reply) chatProblem(status int, code string) server.ChatError {
	r.h.t.Helper()
	r.wants(status)
	if ct := r.header.Get("Content-Type"); ct != "application/json" {
		r.h.t.Errorf("content type %q", ct)
	}
	var p server.ChatProblem
	if r.into(&p); p.Error.Code != code || p.Error.Message == "" || p.Error.Type == "" {
		r.h.t.Errorf("error %+v, want code %s", p.Error, code)
	}
	return p.Error
}

// checkAnnotations checks that every mark of the content is cited, in order.
func checkAnnotations(t *testing.T, content string, annotations []server.ChatAnnotation, f server.ChatFootnote) {
	t.Helper()
	runes, next := []rune(content), 0
	for _, st := range f.Statements {
		behind := st.Text + " "
		for _, n := range st.Citations {
			if next == len(annotations) {
				t.Fatalf("%d annotations, more marks", next)
			}
			a := annotations[next]
			next++
			got := string(runes[a.URL.Start:a.URL.End])
			if a.Type != "url_citation" || got != "["+itoa(n)+"]" || !strings.HasSuffix(string(runes[:a.URL.Start]), behind) {
				t.Errorf("annotation %d covers %q at %d of %q, want [%d] behind %q", next, got, a.URL.Start, content, n, behind)
			}
			behind += got
			if want := f.URL + "/" + itoa(n); a.URL.URL != want {
				t.Errorf("annotation %d leads to %q, want %q", next, a.URL.URL, want)
			}
		}
	}
	if next != len(annotations) {
		t.Errorf("%d annotations for %d marks", len(annotations), next)
	}
}

func TestAChatCompletionIsTheStoredAnswerInOpenAIsForm(t *testing.T) {
	h := newHouse(t)
	h.add(file{"bridge.txt", bridge}, file{"tunnel.txt", "# 🌉🌉\nThe tunnel [1] beside the old bridge 🌉 was opened by trains in 1843 [2]."})
	for _, question := range []string{opening, "When was the tunnel opened by trains?", "When were the bridge and the tunnel opened?"} {
		t.Run(question, func(t *testing.T) {
			h := h.in(t)
			c := h.chat(say("footnote:alr2", question))
			var a server.Answer
			h.get("/v1/answers/" + c.ID).wants(200).into(&a)
			m := c.Choices[0].Message
			if m.Content != a.Text || m.Content == "" || c.Choices[0].FinishReason != "stop" || c.Model != "footnote:alr2" || c.Created == 0 {
				t.Errorf("completion %+v of answer %q", c, a.Text)
			}
			want := server.ChatFootnote{
				Answer: c.ID, URL: h.url + "/#/answers/" + c.ID, Question: question, Strategy: "alr2", Route: a.Route, Reader: "extractive",
				Short: a.Short, Statements: a.Statements, Citations: a.Citations, Notes: a.Trace.Notes,
			}
			if diff := cmp.Diff(want, c.Footnote); diff != "" {
				t.Errorf("extension (-want +got):\n%s", diff)
			}
			if len(m.Annotations) == 0 {
				t.Error("no annotations")
			}
			checkAnnotations(t, m.Content, m.Annotations, c.Footnote)
		})
	}
}

// TestTheFormOfACompletion holds what a client may look for by name.
func TestTheFormOfACompletion(t *testing.T) {
	h := newHouse(t)
	h.add(file{"bridge.txt", bridge})
	var c map[string]any
	h.post(completions, encode(say("footnote", opening))).wants(200).into(&c)
	choice := c["choices"].([]any)[0].(map[string]any)
	message := choice["message"].(map[string]any)
	citation := message["annotations"].([]any)[0].(map[string]any)["url_citation"].(map[string]any)
	keys := func(m map[string]any) string {
		var out []string
		for _, k := range []string{"id", "object", "created", "model", "choices", "usage", "footnote", "index", "message", "logprobs", "finish_reason",
			"role", "content", "refusal", "annotations", "start_index", "end_index", "title", "url", "prompt_tokens", "completion_tokens", "total_tokens"} {
			if _, ok := m[k]; ok {
				out = append(out, k)
			}
		}
		return strings.Join(out, " ")
	}
	for _, test := range []struct {
		name string
		of   map[string]any
		want string
	}{
		{"completion", c, "id object created model choices usage footnote"},
		{"choice", choice, "index message logprobs finish_reason"},
		{"message", message, "role content refusal annotations"},
		{"citation", citation, "start_index end_index title url"},
		{"usage", c["usage"].(map[string]any), "prompt_tokens completion_tokens total_tokens"},
	} {
		if got := keys(test.of); got != test.want {
			t.Errorf("%s has %s, want %s", test.name, got, test.want)
		}
	}
	if c["object"] != "chat.completion" || message["role"] != "assistant" || message["refusal"] != nil || choice["logprobs"] != nil {
		t.Errorf("completion: %v", c)
	}
	if _, ok := c["usage"].(map[string]any)["prompt_tokens_details"].(map[string]any)["cached_tokens"]; !ok {
		t.Error("usage has no cached tokens")
	}
}

func TestAChatThatTheDocumentsDoNotAnswerSaysSo(t *testing.T) {
	h := newHouse(t)
	h.add(file{"bridge.txt", bridge})
	c := h.chat(say("footnote", "Who invented the telephone in Vienna?"))
	m := c.Choices[0].Message
	if !strings.HasPrefix(m.Content, "The documents do not answer this question. ") || !strings.HasSuffix(m.Content, c.Footnote.Missing) ||
		c.Footnote.Missing == "" || !c.Footnote.Abstained || len(m.Annotations) != 0 || m.Refusal != nil {
		t.Errorf("completion: %+v", c)
	}
}

func TestFieldsThatClientsSendAreLetThrough(t *testing.T) {
	h := newHouse(t)
	ids := h.add(file{"bridge.txt", bridge}, file{"tunnel.txt", "The bridge in the other document was never opened to the public."})
	rest := `, "messages": [{"role": "user", "content": "` + opening + `"}]}`
	for name, body := range map[string]string{
		"no model":            `{"stream": false` + rest,
		"tuning":              `{"model": "footnote", "temperature": 0.7, "max_tokens": 5, "top_p": 1, "n": 1, "seed": 7, "stop": ["x"], "logit_bias": {}, "user": "u"` + rest,
		"tools":               `{"model": "footnote", "tools": "[]", "tool_choice": "auto", "response_format": {"type": "text"}` + rest,
		"nulls":               `{"model": "footnote", "stream": null, "stream_options": null, "footnote": null` + rest,
		"a made-up field":     `{"model": "footnote:auto", "session_id": {"deep": [1]}` + rest,
		"parts of text":       `{"messages": [{"role": "user", "name": "u", "content": [{"type": "text", "text": "When did the"}, {"type": "text", "text": "Sydney Harbour Bridge open?"}]}]}`,
		"turns of other kind": `{"messages": [{"role": "system", "content": "Answer in verse."}, {"role": "user", "content": [{"type": "image_url", "image_url": {}}]}, {"role": "assistant", "content": null, "tool_calls": []}, {"role": "tool", "content": "x"}, {"role": "user", "content": "` + opening + `"}, {"role": "assistant", "content": "In"}]}`,
		"a scope and options": `{"footnote": {"documents": ["` + ids[0] + `"], "options": {"max_evidence": 1}}` + rest,
	} {
		t.Run(name, func(t *testing.T) {
			h := h.in(t)
			var c server.ChatCompletion
			h.post(completions, body).wants(200).into(&c)
			if !strings.Contains(c.Choices[0].Message.Content, "19 March 1932") {
				t.Errorf("content %q", c.Choices[0].Message.Content)
			}
			if name == "a scope and options" && (len(c.Footnote.Citations) != 1 || c.Footnote.Citations[0].Document != ids[0]) {
				t.Errorf("citations %+v", c.Footnote.Citations)
			}
			h.post(completions, body, "Content-Type", "text/plain").wants(200)
		})
	}
}

func TestChatsThatAreRefused(t *testing.T) {
	h := newHouse(t)
	id := h.add(file{"bridge.txt", bridge})[0]
	rest := `, "messages": [{"role": "user", "content": "` + opening + `"}]}`
	tests := []struct {
		name, body  string
		status      int
		code, param string
	}{
		{"no body", ``, 400, "invalid_json", ""},
		{"half a body", `{"messages"`, 400, "invalid_json", ""},
		{"a list", `[]`, 422, "invalid_request", "body"},
		{"no messages", `{}`, 422, "invalid_request", "messages"},
		{"only the system speaks", `{"messages": [{"role": "system", "content": "Be kind."}]}`, 422, "invalid_request", "messages"},
		{"messages of another type", `{"messages": "hello"}`, 422, "invalid_request", "messages"},
		{"content of another type", `{"messages": [{"role": "user", "content": 7}]}`, 422, "invalid_request", "messages[0].content"},
		{"a picture", `{"messages": [{"role": "user", "content": [{"type": "text", "text": "What is this?"}, {"type": "image_url", "image_url": {"url": "data:x"}}]}]}`, 422, "content_not_text", "messages[0].content[1].type"},
		{"no text", `{"messages": [{"role": "user", "content": "  "}]}`, 422, "question_empty", ""},
		{"no text at all", `{"messages": [{"role": "user"}]}`, 422, "question_empty", ""},
		{"20,001 characters", encode(say("footnote", strings.Repeat("ä", 20_001))), 422, "question_too_long", ""},
		{"only stop words", encode(say("footnote", "what is the of?")), 422, "no_terms", ""},
		{"a stream that is no yes or no", `{"stream": "yes"` + rest, 422, "invalid_request", "stream"},
		{"a model that does not exist", `{"model": "gpt-4o"` + rest, 404, "model_not_found", "model"},
		{"a strategy that does not exist", `{"model": "footnote:guess"` + rest, 404, "model_not_found", "model"},
		{"no strategy", `{"model": "footnote:"` + rest, 404, "model_not_found", "model"},
		{"a document that does not exist", `{"footnote": {"documents": ["` + id + `", "doc_x"]}` + rest, 404, "document_not_found", "footnote.documents"},
		{"an empty scope", `{"footnote": {"documents": []}` + rest, 422, "invalid_request", "footnote.documents"},
		{"an option out of range", `{"footnote": {"options": {"max_evidence": 51}}` + rest, 422, "bad_options", "footnote.options.max_evidence"},
		{"an option that does not exist", `{"footnote": {"options": {"depth": 1}}` + rest, 422, "bad_options", "footnote.options.depth"},
		{"an extension that does not exist", `{"footnote": {"colour": "red"}` + rest, 422, "invalid_request", "footnote.colour"},
		{"a body over the limit", `{"x": "` + strings.Repeat("x", 1<<20) + `"}`, 413, "body_too_large", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			bodies := []string{test.body}
			if strings.HasPrefix(test.body, "{\"") && !strings.Contains(test.body, `"stream"`) {
				bodies = append(bodies, strings.Replace(test.body, "{", `{"stream": true, `, 1))
			}
			for _, body := range bodies {
				e := h.in(t).post(completions, body).chatProblem(test.status, test.code)
				if param := ""; e.Param != nil && *e.Param != test.param || e.Param == nil && param != test.param {
					t.Errorf("param %v, want %q", e.Param, test.param)
				}
				if e.Type != "invalid_request_error" {
					t.Errorf("type %q", e.Type)
				}
			}
		})
	}
	h.do("POST", completions, strings.NewReader("--b"), "Content-Type", "multipart/form-data; boundary=b").chatProblem(415, "not_json")
	if e := h.post(completions, `{"model": "gpt-4o"`+rest).chatProblem(404, "model_not_found"); !strings.Contains(e.Message, "footnote, footnote:rag") {
		t.Errorf("the models are not named: %s", e.Message)
	}
}

func TestModelsAreTheStrategies(t *testing.T) {
	h := newHouse(t)
	var models server.ChatModels
	h.get("/v1/models").wants(200).into(&models)
	var names []string
	for _, m := range models.Data {
		names = append(names, m.ID)
		if m.Object != "model" || m.Created == 0 || m.OwnedBy == "" {
			t.Errorf("model %+v", m)
		}
		for _, name := range []string{m.ID, strings.ReplaceAll(m.ID, ":", "%3A")} {
			var one server.ChatModel
			if h.get("/v1/models/" + name).wants(200).into(&one); one != m {
				t.Errorf("%s is %+v alone", name, one)
			}
		}
	}
	if diff := cmp.Diff([]string{"footnote", "footnote:rag", "footnote:alr2", "footnote:coa", "footnote:full"}, names); diff != "" || models.Object != "list" {
		t.Errorf("models (-want +got):\n%s", diff)
	}
	h.get("/v1/models/gpt-4o").chatProblem(404, "model_not_found")
}
