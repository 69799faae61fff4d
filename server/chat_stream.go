package server

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"
)

// withdrawn stands between words that a stream had sent already and the answer
// that does not begin with them.
const withdrawn = "\n\n(The words above were withdrawn. The answer is:)\n\n"

// chatStream turns the events of a run into chunks of a completion. It is used
// by one goroutine.
type chatStream struct {
	s    *Server
	w    http.ResponseWriter
	r    *http.Request
	call chatCall

	out  *stream         // nil until there is something to send
	sent strings.Builder // the content so far
	over bool            // the answer or an error was sent
}

// streamChat answers as a stream. Unlike one of /v1/answers it ends with its
// client, who has no way to come back for the rest.
func (s *Server) streamChat(w http.ResponseWriter, r *http.Request, call chatCall) {
	run := s.runs.start(r.Context(), call.id, func(ctx context.Context, run *run) {
		defer s.asked.Release(1)
		s.answerRun(ctx, run, call.strategy, call.question)
	})
	defer func() { _ = run.stop(context.Canceled) }() // its own work, which cannot fail
	c := &chatStream{s: s, w: w, r: r, call: call}
	defer c.end()
	s.followRun(r.Context(), c, run, 0)
}

// send implements follower. Nothing is sent before the first word of the
// answer, so that an error until then has a status of its own.
func (c *chatStream) send(_, name string, data []byte) error {
	switch name {
	case "token":
		var t TokenEvent
		if err := json.Unmarshal(data, &t); err != nil {
			return fmt.Errorf("decode token: %w", err)
		}
		return c.add(t.Token)
	case "answer":
		var a Answer
		if err := json.Unmarshal(data, &a); err != nil {
			return fmt.Errorf("decode answer: %w", err)
		}
		return c.finish(a)
	case "error":
		var p Problem
		if err := json.Unmarshal(data, &p); err != nil {
			return fmt.Errorf("decode problem: %w", err)
		}
		return c.fail(&p)
	}
	return nil
}

// beat implements follower.
func (c *chatStream) beat() error {
	if err := c.open(); err != nil {
		return err
	}
	return c.out.beat()
}

// open sends the head and the chunk that says who speaks, once.
func (c *chatStream) open() error {
	if c.out != nil {
		return nil
	}
	c.out = c.s.openStream(c.w)
	return c.delta(ChatAddition{Role: "assistant", Content: new(string)})
}

// add sends a piece of the content.
func (c *chatStream) add(text string) error {
	if err := c.open(); err != nil || text == "" {
		return err
	}
	c.sent.WriteString(text)
	return c.delta(ChatAddition{Content: &text})
}

// finish sends what the tokens left out, and the citations. Tokens are how the
// answer's text grows, so what was sent is its beginning. A Reader that thought
// better of it, or one that abstained after all, has made that untrue; then the
// whole answer follows what cannot be taken back, and Start says where.
func (c *chatStream) finish(a Answer) error {
	content, start := contentOf(a), 0
	rest, ok := strings.CutPrefix(content, c.sent.String())
	if !ok {
		rest = withdrawn + content
		start = utf8.RuneCountInString(c.sent.String() + withdrawn)
	}
	if err := c.add(rest); err != nil {
		return err
	}
	footnote, stop := c.call.footnote(a, start), "stop"
	last := c.chunk([]ChatDelta{{Delta: ChatAddition{Annotations: c.call.annotations(a, start)}, FinishReason: &stop}})
	last.Footnote = &footnote
	if err := c.data(line(last)); err != nil {
		return err
	}
	if c.call.usage {
		usage, last := usageOf(a), c.chunk([]ChatDelta{})
		last.Usage = &usage
		if err := c.data(line(last)); err != nil {
			return err
		}
	}
	c.over = true
	return c.data([]byte("[DONE]"))
}

// fail ends the stream with a problem: as the response if nothing was sent.
func (c *chatStream) fail(p *Problem) error {
	c.over = true
	if c.out == nil {
		c.s.writeChatProblem(c.w, p)
		return nil
	}
	return c.data(line(chatProblem(p)))
}

// end closes the stream. One that the server left, since it stops, says so.
func (c *chatStream) end() {
	if !c.over && c.r.Context().Err() == nil {
		_ = c.fail(c.s.problem(c.r.Context(), explain(errStarting, "The server is stopping.")))
	}
	if c.out != nil {
		c.out.end()
	}
}

func (c *chatStream) delta(add ChatAddition) error {
	return c.data(line(c.chunk([]ChatDelta{{Delta: add}})))
}

func (c *chatStream) chunk(choices []ChatDelta) ChatChunk {
	return ChatChunk{
		ID: c.call.id, Object: "chat.completion.chunk", Created: c.call.created, Model: c.call.model, Choices: choices,
	}
}

func (c *chatStream) data(data []byte) error {
	return c.out.write(fmt.Appendf(nil, "data: %s\n\n", data))
}
