package server_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"footnote/server"
)

// chunks reads a streamed completion line by line.
type chunks struct {
	t     *testing.T
	lines *bufio.Scanner
}

// next returns the data of the next event, "" at the end of the stream.
func (c *chunks) next() string {
	for c.lines.Scan() {
		line := c.lines.Text()
		data, ok := strings.CutPrefix(line, "data: ")
		if ok {
			return data
		}
		if line != "" && !strings.HasPrefix(line, ":") {
			c.t.Errorf("line %q is no data", line)
		}
	}
	return ""
}

// beat waits for a heartbeat, which must come before any data.
func (c *chunks) beat() {
	for c.lines.Scan() {
		if line := c.lines.Text(); strings.HasPrefix(line, ":") {
			return
		} else if line != "" {
			break
		}
	}
	c.t.Error("no heartbeat")
}

// rest reads to the end and returns what was streamed, put together.
func (c *chunks) rest() streamed {
	c.t.Helper()
	var s streamed
	for data := c.next(); data != ""; data = c.next() {
		s.take(c.t, data)
	}
	return s
}

// streamed is a completion put together from its chunks, as clients do it.
type streamed struct {
	id, content string
	deltas      int // chunks with content
	annotations []server.ChatAnnotation
	footnote    *server.ChatFootnote
	usage       *server.ChatUsage
	err         *server.ChatError
	finished    bool
	done        bool // [DONE] came
}

func (s *streamed) take(t *testing.T, data string) {
	t.Helper()
	if data == "[DONE]" {
		s.done = true
		return
	}
	var p server.ChatProblem
	if json.Unmarshal([]byte(data), &p) == nil && p.Error.Code != "" {
		s.err = &p.Error
		return
	}
	var c server.ChatChunk
	d := json.NewDecoder(strings.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		t.Fatalf("decode %s: %v", data, err)
	}
	if s.err != nil || s.done || s.usage != nil || c.Object != "chat.completion.chunk" || s.id != "" && c.ID != s.id {
		t.Errorf("chunk %s in the wrong place", data)
	}
	first := s.id == ""
	if s.id, s.usage = c.ID, c.Usage; len(c.Choices) == 0 {
		return
	}
	delta := c.Choices[0].Delta
	if first != (delta.Role == "assistant") || s.finished {
		t.Errorf("chunk %s in the wrong place", data)
	}
	if delta.Content != nil && *delta.Content != "" {
		s.content += *delta.Content
		s.deltas++
	}
	s.annotations = append(s.annotations, delta.Annotations...)
	if reason := c.Choices[0].FinishReason; reason != nil {
		s.finished, s.footnote = *reason == "stop", c.Footnote
	}
}

// chatStream opens a streamed completion and checks its head.
func (h *house) chatStream(request map[string]any) (*http.Response, *chunks) {
	h.t.Helper()
	request["stream"] = true
	resp := h.open("POST", completions, strings.NewReader(encode(request)), "Content-Type", "application/json", "Accept-Encoding", "gzip")
	h.t.Cleanup(func() { resp.Body.Close() })
	if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "text/event-stream" || resp.Header.Get("Content-Encoding") != "" {
		data, _ := io.ReadAll(resp.Body)
		h.t.Fatalf("stream: status %d, headers %v: %s", resp.StatusCode, resp.Header, data)
	}
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<24)
	return resp, &chunks{t: h.t, lines: lines}
}
