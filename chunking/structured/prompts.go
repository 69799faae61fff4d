package structured

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"strings"
	"text/template"

	"footnote/document"
	"footnote/llm"
)

//go:embed *.tmpl
var files embed.FS

// schema is the shape of a reply. Providers that are strict about schemas take
// no recursive ones, so aspects have one level of parts.
const schema = `{"type":"object","additionalProperties":false,"required":["scope","aspects"],"properties":{
"scope":{"type":"string"},
"aspects":{"type":"array","items":{"type":"object","additionalProperties":false,"required":["name","first","last","parts"],
"properties":{"name":{"type":"string"},"first":{"type":"integer"},"last":{"type":"integer"},
"parts":{"type":"array","items":{"type":"object","additionalProperties":false,"required":["name","first","last"],
"properties":{"name":{"type":"string"},"first":{"type":"integer"},"last":{"type":"integer"}}}}}}}}}`

// prompts are what a model is told, with the key that marks data.
type prompts struct {
	key       string
	templates *template.Template
}

func newPrompts(key string) *prompts {
	return &prompts{"data-" + key, template.Must(template.ParseFS(files, "*.tmpl"))}
}

// ask is the conversation about a window.
func (p *prompts) ask(d *document.Document, w window) llm.Request {
	var lines strings.Builder
	for i := w.first; i < w.last; i++ {
		fmt.Fprintf(&lines, "[%d] %s\n", i-w.first+1, p.inside(d.Quote(d.Sentences[i].Span)))
	}
	data := struct {
		Key, Title, Lines string
		Last              int
	}{p.key, p.inside(d.Title), lines.String(), w.last - w.first}
	return llm.Request{
		Messages: []llm.Message{
			{Role: llm.System, Stable: true, Text: p.render("system", data)},
			{Role: llm.User, Text: p.render("outline", data)},
		},
		Schema: &llm.Schema{Name: "outline", JSON: json.RawMessage(schema)},
	}
}

// again goes on after a reply that cannot be used. The problem is a clause.
func (p *prompts) again(r llm.Request, reply, problem string) llm.Request {
	if strings.TrimSpace(reply) == "" {
		reply = "(nothing)"
	}
	r.Messages = append(r.Messages[:len(r.Messages):len(r.Messages)],
		llm.Message{Role: llm.Assistant, Text: reply},
		llm.Message{Role: llm.User, Text: p.render("repair", struct{ Problem string }{problem})})
	return r
}

func (p *prompts) render(name string, data any) string {
	var b bytes.Buffer
	if err := p.templates.ExecuteTemplate(&b, name+".tmpl", data); err != nil {
		panic(fmt.Errorf("structured: %s: %w", name, err)) // a test renders each
	}
	return strings.TrimRight(b.String(), "\n")
}

// inside makes text one line that cannot end the data it stands in.
func (p *prompts) inside(text string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(text), " "), p.key, "data")
}
