package server

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"
)

// completion is an answer as the whole reply.
func (c chatCall) completion(a Answer) ChatCompletion {
	return ChatCompletion{
		ID: c.id, Object: "chat.completion", Created: c.created, Model: c.model,
		Choices: []ChatChoice{{
			Message:      ChatReply{Role: "assistant", Content: contentOf(a), Annotations: c.annotations(a, 0)},
			FinishReason: "stop",
		}},
		Usage: usageOf(a), Footnote: c.footnote(a, 0),
	}
}

// contentOf is what a chat shows of an answer: its text, or that there is none
// and why.
func contentOf(a Answer) string {
	if a.Abstained {
		return strings.TrimSpace("The documents do not answer this question. " + a.Missing)
	}
	return a.Text
}

// annotations cite the marks of an answer whose text begins at a code point of
// the content. Code points are what every offset here counts, and what a
// string is made of in Python; UTF-16 units are the same but for signs beyond
// the basic plane, such as 🌉.
func (c chatCall) annotations(a Answer, start int) []ChatAnnotation {
	out := []ChatAnnotation{}
	for _, m := range marksOf(a) {
		if m.number < 1 || m.number > len(a.Citations) {
			continue
		}
		out = append(out, ChatAnnotation{Type: "url_citation", URL: ChatCitation{
			Start: start + m.start, End: start + m.end,
			Title: titleOf(a.Citations[m.number-1]), URL: c.link(m.number),
		}})
	}
	return out
}

// mark is a citation number in brackets, at code points of an answer's text.
type mark struct{ number, start, end int }

// marksOf finds the marks of each statement behind its words: words of a
// document may look like one.
func marksOf(a Answer) []mark {
	var out []mark
	rest, points := a.Text, 0
	pass := func(s string) (found bool) {
		_, after, found := strings.Cut(rest, s)
		points += utf8.RuneCountInString(rest[:len(rest)-len(after)])
		rest = after
		return found
	}
	for _, st := range a.Statements {
		if !pass(st.Text) {
			break
		}
		for _, n := range st.Citations {
			sign := "[" + strconv.Itoa(n) + "]"
			if !pass(sign) {
				break
			}
			out = append(out, mark{n, points - len(sign), points})
		}
	}
	return out
}

// link is the answer on the page, with a footnote open; 0 for none.
func (c chatCall) link(number int) string {
	link := c.base + "/#/answers/" + c.id
	if number > 0 {
		link += "/" + strconv.Itoa(number)
	}
	return link
}

// titleOf names the place that a citation points at.
func titleOf(c Citation) string {
	switch {
	case c.Page > 0:
		return fmt.Sprintf("%s, page %d", c.Name, c.Page)
	case len(c.Section) > 0:
		return c.Name + ", " + c.Section[len(c.Section)-1]
	}
	return c.Name
}

func usageOf(a Answer) ChatUsage {
	u := a.Usage
	return ChatUsage{
		PromptTokens: u.PromptTokens, CompletionTokens: u.CompletionTokens, TotalTokens: u.PromptTokens + u.CompletionTokens,
		PromptDetails: ChatPromptDetails{CachedTokens: u.CachedTokens},
	}
}

func (c chatCall) footnote(a Answer, start int) ChatFootnote {
	return ChatFootnote{
		Answer: a.ID, URL: c.link(0), Question: a.Question, Strategy: a.Strategy, Route: a.Route, Reader: a.Model,
		Abstained: a.Abstained, Missing: a.Missing, Short: a.Short, Start: start,
		Statements: a.Statements, Citations: a.Citations, Notes: a.Trace.Notes,
	}
}

// inChatForm says whether the errors of an address have OpenAI's form.
func inChatForm(path string) bool {
	return path == "/v1/chat/completions" || path == "/v1/models" || strings.HasPrefix(path, "/v1/models/")
}

// chatProblem is a problem in OpenAI's form.
func chatProblem(p *Problem) ChatProblem {
	e := ChatError{Message: p.Detail + " " + p.Fix, Type: "invalid_request_error", Code: p.Code}
	switch {
	case p.Status >= 500:
		e.Type = "server_error"
	case p.Status == http.StatusUnauthorized:
		e.Type = "authentication_error"
	}
	param := ""
	switch {
	case len(p.Errors) > 0:
		param = p.Errors[0].Location
	case p.Code == "model_not_found":
		param = "model"
	case p.Document != "":
		param = "footnote.documents"
	}
	if param != "" {
		e.Param = &param
	}
	return ChatProblem{e}
}

// writeChatProblem writes a problem in OpenAI's form as the whole response.
// OpenAI's libraries repeat a request that ended in a conflict or an error of
// the server, which helps only where the server was busy.
func (s *Server) writeChatProblem(w http.ResponseWriter, p *Problem) {
	h := w.Header()
	for name, values := range p.GetHeaders() {
		h[name] = values
	}
	if p.Status != http.StatusServiceUnavailable {
		h.Set("X-Should-Retry", "false")
	}
	writeJSON(w, p.Status, chatProblem(p))
}
