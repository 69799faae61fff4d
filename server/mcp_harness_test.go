package server_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// Versions of the protocol: one of those that begin with initialize, and the
// first without a beginning.
const (
	handshake   = "2025-11-25"
	noHandshake = "2026-07-28"
)

// agent is a client of the protocol, over the network.
type agent struct {
	t       *testing.T
	session *mcp.ClientSession
	outputs map[string]*jsonschema.Resolved
}

// bearer sends a key with every request.
type bearer string

func (b bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+string(b))
	return http.DefaultTransport.RoundTrip(r)
}

func (h *house) dial(version string, o *mcp.ClientOptions, key string) (*mcp.ClientSession, error) {
	transport := &mcp.StreamableClientTransport{Endpoint: h.url + "/mcp", MaxRetries: -1}
	if key != "" {
		transport.HTTPClient = &http.Client{Transport: bearer(key)}
	}
	client := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1"}, o)
	return client.Connect(h.t.Context(), transport, &mcp.ClientSessionOptions{ProtocolVersion: version})
}

func (h *house) agent(version string, o *mcp.ClientOptions) *agent {
	h.t.Helper()
	session, err := h.dial(version, o, "")
	h.must(err)
	h.t.Cleanup(func() {
		if err := session.Close(); err != nil {
			h.t.Errorf("end of session: %v", err)
		}
	})
	a := &agent{h.t, session, map[string]*jsonschema.Resolved{}}
	list, err := session.ListTools(h.t.Context(), nil)
	h.must(err)
	for _, tool := range list.Tools {
		a.outputs[tool.Name] = resolve(h.t, tool.OutputSchema)
		resolve(h.t, tool.InputSchema)
	}
	return a
}

// resolve checks that a schema is one, by another implementation than the one
// that made it.
func resolve(t *testing.T, schema any) *jsonschema.Resolved {
	t.Helper()
	data, err := json.Marshal(schema)
	if err != nil {
		t.Fatal(err)
	}
	var s jsonschema.Schema
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	r, err := s.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (a *agent) call(ctx context.Context, tool string, arguments any, token string) (*mcp.CallToolResult, error) {
	p := &mcp.CallToolParams{Name: tool, Arguments: arguments}
	if token != "" {
		p.SetProgressToken(token)
	}
	return a.session.CallTool(ctx, p)
}

// use calls a tool, checks the result against the tool's schema, fills v with
// it and returns the text.
func (a *agent) use(tool string, arguments map[string]any, v any) string {
	a.t.Helper()
	r, err := a.call(a.t.Context(), tool, arguments, "")
	if err != nil {
		a.t.Fatal(err)
	}
	if r.IsError {
		a.t.Fatalf("%s: %s", tool, textOf(a.t, r))
	}
	if err := a.outputs[tool].Validate(r.StructuredContent); err != nil {
		a.t.Errorf("%s: result does not fit its schema: %v", tool, err)
	}
	data, err := json.Marshal(r.StructuredContent)
	if err != nil {
		a.t.Fatal(err)
	}
	if err := json.Unmarshal(data, v); err != nil {
		a.t.Fatal(err)
	}
	return textOf(a.t, r)
}

// fails calls a tool and expects an error with a code.
func (a *agent) fails(tool string, arguments any, code string) string {
	a.t.Helper()
	r, err := a.call(a.t.Context(), tool, arguments, "")
	if err != nil {
		a.t.Fatal(err)
	}
	text := textOf(a.t, r)
	if !r.IsError || !strings.HasPrefix(text, code+": ") || !strings.Contains(text, "\nHow to fix it: ") || r.StructuredContent != nil {
		a.t.Errorf("%s %v: error %v: %s, want %s", tool, arguments, r.IsError, text, code)
	}
	return text
}

func textOf(t *testing.T, r *mcp.CallToolResult) string {
	t.Helper()
	if len(r.Content) != 1 {
		t.Fatalf("%d pieces of content", len(r.Content))
	}
	text, ok := r.Content[0].(*mcp.TextContent)
	if !ok {
		t.Fatalf("content %T", r.Content[0])
	}
	return text.Text
}

// What tests look at of results.
type (
	place struct {
		Document, Name, Title string
		Page, Start, End      int
		Section               []string
	}
	found struct {
		Passages []struct {
			Number int
			place
			Text string
			Cut  bool
		}
		Notes []string
	}
	answered struct {
		ID, Strategy, Model, Missing, Text, Short string
		Abstained, Cut                            bool
		Citations                                 []struct {
			Number, Sentence int
			place
			Quote, Heads string
			Cut          bool
		}
	}
	read struct {
		place
		Text          string
		Characters    int
		FirstSentence int `json:"first_sentence"`
		LastSentence  int `json:"last_sentence"`
		Cut           bool
		Next          int
	}
	outlined struct {
		Name     string
		Sections []struct {
			Number, Level, Page, Start, End int
			Heading                         string
		}
		Topics []struct {
			Number, Page, Start, End int
			Scope                    string
			Aspects, Section         []string
		}
		By          string
		Total, Next int
	}
	listed struct {
		Documents []struct {
			ID, Name, Status, Problem       string
			Sections, Sentences, Characters int
		}
		Next string
	}
)
