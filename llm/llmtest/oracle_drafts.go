package llmtest

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// draft is a reply before it is written down.
type draft interface{ say(v voice) string }

// voice is how a reply is written down.
type voice struct {
	point   func(number int) json.RawMessage // what stands where a number should; nil for nothing
	bare    bool                             // every second item of a list is what it points at alone
	foreign bool                             // in another language
}

// plain is the voice of a model that does as it is told.
func plain() voice {
	return voice{point: func(n int) json.RawMessage { return json.RawMessage(strconv.Itoa(n)) }}
}

// words are a model's own.
func (v voice) words(text string) string {
	if v.foreign && text != "" {
		return "答案在上面的句子里。"
	}
	return text
}

func (v voice) all(texts []string) []string {
	out := []string{}
	for _, t := range texts {
		out = append(out, v.words(t))
	}
	return out
}

func (v voice) points(numbers []int) []json.RawMessage {
	out := []json.RawMessage{}
	for _, n := range numbers {
		out = append(out, v.point(n))
	}
	return out
}

// selection replies to select.
type selection struct {
	picks   []pick
	enough  bool
	missing string
	queries []string
}

type pick struct {
	id  int
	why string
}

func (d selection) say(v voice) string {
	type item struct {
		ID  json.RawMessage `json:"id"`
		Why string          `json:"why"`
	}
	items := []any{}
	for i, p := range d.picks {
		if at := v.point(p.id); v.bare && i%2 == 1 {
			items = append(items, at)
		} else {
			items = append(items, item{at, v.words(p.why)})
		}
	}
	return encode(struct {
		Sentences []any    `json:"sentences"`
		Enough    bool     `json:"enough"`
		Missing   string   `json:"missing"`
		Queries   []string `json:"queries"`
	}{items, d.enough, v.words(d.missing), v.all(d.queries)})
}

// communication replies to note.
type communication struct {
	facts  []fact
	open   []string
	answer string
}

type fact struct {
	claim string
	ids   []int
}

func (d communication) say(v voice) string {
	type item struct {
		Claim string            `json:"claim"`
		IDs   []json.RawMessage `json:"ids"`
	}
	items := []item{}
	for _, f := range d.facts {
		items = append(items, item{v.words(f.claim), v.points(f.ids)})
	}
	return encode(struct {
		Facts  []item   `json:"facts"`
		Open   []string `json:"open"`
		Answer string   `json:"answer"`
	}{items, v.all(d.open), v.words(d.answer)})
}

// reply replies to answer: statements and a short answer, or what is missing.
type reply struct {
	statements []statement
	short      string
	missing    string
}

type statement struct {
	text string
	ids  []int
}

func (d reply) say(v voice) string {
	found, notFound := "SHORT: ", "NOT FOUND: "
	if v.foreign {
		found, notFound = "简答：", "未找到："
	}
	if d.statements == nil {
		return notFound + v.words(d.missing)
	}
	var b strings.Builder
	for i, s := range d.statements {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(v.words(s.text))
		if v.point != nil && len(s.ids) > 0 {
			b.WriteByte(' ')
			for _, id := range s.ids {
				b.WriteString("[" + inBrackets(v.point(id)) + "]")
			}
		}
	}
	if d.short != "" {
		b.WriteString("\n" + found + d.short)
	}
	return b.String()
}

// inBrackets is what points at a sentence in running text, where a range needs
// no quotation marks.
func inBrackets(point json.RawMessage) string {
	if inner := strings.Trim(string(point), `"`); strings.Trim(inner, "0123456789") == "-" {
		return inner
	}
	return string(point)
}

// json is the reply of a model that has seen too many other prompts.
func (d reply) json() string {
	type item struct {
		Text string `json:"text"`
		IDs  []int  `json:"ids"`
	}
	items := []item{}
	for _, s := range d.statements {
		items = append(items, item{s.text, s.ids})
	}
	return encode(struct {
		Answer []item `json:"answer"`
		Short  string `json:"short"`
		Reason string `json:"not_found"`
	}{items, d.short, d.missing})
}

// verdicts reply to verify.
type verdicts []verdict

type verdict struct {
	statement    int
	support, why string
}

func (d verdicts) say(v voice) string {
	type item struct {
		Statement json.RawMessage `json:"statement"`
		Support   string          `json:"support"`
		Why       string          `json:"why"`
	}
	items := []item{}
	for _, x := range d {
		items = append(items, item{v.point(x.statement), x.support, v.words(x.why)})
	}
	return encode(struct {
		Verdicts []item `json:"verdicts"`
	}{items})
}

// choice replies to choose.
type choice int

func (d choice) say(v voice) string {
	return encode(struct {
		Best json.RawMessage `json:"best"`
	}{v.point(int(d))})
}

// aside replies to imagine and clarify: one text under a name.
type aside struct{ name, text string }

func (d aside) say(v voice) string { return encode(map[string]string{d.name: v.words(d.text)}) }

// encode writes JSON on one line, without the escapes that HTML needs.
func encode(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // strings, numbers and raw JSON made here
	}
	return strings.TrimSpace(b.String())
}
