package server_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/chunking/structured"
	"footnote/llm"
	"footnote/server"
)

// divider is a model that halves what it is shown, unless that speaks of fog.
type divider struct{ name string }

func (m divider) Name() string     { return m.name }
func (divider) ContextTokens() int { return 32_000 }

func (divider) Generate(_ context.Context, r llm.Request) (llm.Response, error) {
	cost := 0.25
	usage := llm.Usage{Calls: 1, PromptTokens: 90, CompletionTokens: 10, CostUSD: &cost}
	prompt := r.Messages[1].Text
	if strings.Contains(prompt, "fog") {
		return llm.Response{Text: "I would rather not.", Usage: usage}, nil
	}
	var n int
	_, _ = fmt.Sscan(regexp.MustCompile(`Sentences: 1 to (\d+)`).FindStringSubmatch(prompt)[1], &n)
	reply := fmt.Sprintf(`{"scope": "Wading birds", "aspects": [{"name": "Breeding", "first": 1, "last": %d, "parts": [
		{"name": "Nests", "first": 1, "last": 3}, {"name": "Eggs", "first": 4, "last": %d}]}, {"name": "Food", "first": %d, "last": %d, "parts": []}]}`,
		n/2, n/2, n/2+1, n)
	return llm.Response{Text: reply, Usage: usage}, nil
}

// divided is a house whose documents a model divides.
func divided(t *testing.T) *house {
	return newHouse(t, dividedBy("divider"))
}

func dividedBy(model string) change {
	return func(p *server.Parts, _ *server.Options) {
		p.Chunker = structured.New(structured.Options{Model: divider{model}, Memory: p.Documents.(structured.Memory), Key: "k", Target: 60})
	}
}

// herons is a document of two windows; the second speaks of fog.
func herons() string {
	var b strings.Builder
	b.WriteString("# Heröns\n")
	for i := range 150 {
		fmt.Fprintf(&b, "Heron %d stood in the river.\n", i)
	}
	b.WriteString("# Weather\n")
	for i := range 100 {
		fmt.Fprintf(&b, "Day %d had fog.\n", i)
	}
	return b.String()
}

// allChunks asks for the chunks of a document, a few at a time.
func (h *house) allChunks(id string, limit int) (all []server.Chunk, last server.Chunks) {
	h.t.Helper()
	for next := 0; next >= 0; next = last.Next {
		last = server.Chunks{}
		h.get(fmt.Sprintf("/v1/documents/%s/chunks?first=%d&limit=%d", id, next, limit)).wants(200).into(&last)
		all = append(all, last.Chunks...)
	}
	if last.Total != len(all) {
		h.t.Errorf("%d chunks of %d", len(all), last.Total)
	}
	return all, last
}

func TestChunksOfSectionsHaveNoLabels(t *testing.T) {
	h := newHouse(t)
	id := h.add(file{"bridge.txt", bridge})[0]
	all, last := h.allChunks(id, 1)
	if last.Division != nil || last.Chunker != "section/1" || len(all) != 2 {
		t.Fatalf("%d chunks, %+v", len(all), last)
	}
	want := server.Chunk{Number: 1, Section: []string{"Costs"}, Aspects: []string{}, FirstSentence: 3, LastSentence: 5}
	got := all[1]
	runes := []rune(string(h.get("/v1/documents/" + id + "/text").body))
	if words := string(runes[got.Start:got.End]); !strings.HasPrefix(words, "Costs") || !strings.HasSuffix(words, "in 1988.") || got.Tokens == 0 {
		t.Errorf("chunk of %d tokens: %q", got.Tokens, words)
	}
	got.Start, got.End, got.Tokens = 0, 0, 0
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("chunk (-want +got):\n%s", diff)
	}
}

func TestChunksHaveWhatAModelSaidOfThem(t *testing.T) {
	h := divided(t)
	id := h.add(file{"herons.txt", herons()})[0]
	all, last := h.allChunks(id, 7)
	next := 0
	about := map[string]bool{}
	for _, c := range all {
		if c.FirstSentence != next || c.LastSentence < c.FirstSentence {
			t.Fatalf("chunk %d has the sentences %d to %d, want it to begin at %d", c.Number, c.FirstSentence, c.LastSentence, next)
		}
		next = c.LastSentence + 1
		about[c.Section[0]+": "+strings.Join(append([]string{c.Scope}, c.Aspects...), " > ")] = true
	}
	want := map[string]bool{
		"Heröns: Wading birds > Breeding > Nests": true, "Heröns: Wading birds > Breeding > Eggs": true,
		"Heröns: Wading birds > Food": true, "Weather: ": true,
	}
	if diff := cmp.Diff(want, about); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
	v := last.Division
	if v == nil || !v.Known || v.Windows != 2 || v.BySection != 1 || v.Why != "its reply is out of form: it has no JSON object" {
		t.Fatalf("division %+v", v)
	}
	if u := v.Usage; u == nil || u.Calls != 3 || u.PromptTokens != 270 || u.CostUSD == nil || *u.CostUSD != 0.75 {
		t.Errorf("usage %+v", u)
	}
}

// TestADivisionThatIsNotKnownIsNoFailure of the model that is asked now.
func TestADivisionThatIsNotKnownIsNoFailure(t *testing.T) {
	h := divided(t)
	id := h.add(file{"herons.txt", herons()})[0]
	other := houseOn(t, h.kept, dividedBy("another"))
	all, last := other.allChunks(id, 10_000)
	if v := last.Division; v == nil || *v != (server.Division{}) {
		t.Errorf("division %+v, want one that is not known", v)
	}
	for _, c := range all {
		if c.Scope != "" || len(c.Aspects) != 0 {
			t.Errorf("chunk %+v has labels", c)
		}
	}
	a := other.agent(handshake, nil)
	if text := a.fails("outline", map[string]any{"document": id, "by": "topic"}, "invalid_request"); !strings.Contains(text, "not known any more how the model divided this document") {
		t.Errorf("an agent is told %q", text)
	}
}

func TestSectionsSayWhetherAModelDividedTheDocument(t *testing.T) {
	for name, c := range map[string]struct {
		house *house
		want  bool
	}{"sections alone": {newHouse(t), false}, "a model": {divided(t), true}} {
		id := c.house.add(file{"herons.txt", herons()})[0]
		var got server.Sections
		c.house.get("/v1/documents/" + id + "/sections").wants(200).into(&got)
		if got.Divided != c.want || len(got.Sections) != 3 {
			t.Errorf("%s: divided %v, %d sections", name, got.Divided, len(got.Sections))
		}
	}
}

func TestChunksOfADocumentThatIsNotReadyAreNotKnown(t *testing.T) {
	h := divided(t)
	body, contentType := form(t, file{"a.txt", "Some text."})
	var up server.Uploaded
	h.do("POST", "/v1/documents", body, "Content-Type", contentType).wants(202).into(&up)
	h.get("/v1/documents/"+up.Documents[0].ID+"/chunks").problem(409, "document_not_ready")
	h.get("/v1/documents/doc_none/chunks").problem(404, "document_not_found")
	h.get("/v1/documents/"+up.Documents[0].ID+"/chunks?limit=10001").problem(422, "invalid_request")
}

func TestAgentsSeeTopics(t *testing.T) {
	h := divided(t)
	id := h.add(file{"herons.txt", herons()})[0]
	a := h.agent(handshake, nil)
	all, _ := h.allChunks(id, 1000)
	seen := 0
	for next := 0; next >= 0; {
		var o outlined
		text := a.use("outline", map[string]any{"document": id, "by": "topic", "first": next, "limit": 40}, &o)
		for _, x := range o.Topics {
			if c := all[seen]; x.Number != seen || x.Scope != c.Scope || x.Start != c.Start || x.End != c.End || strings.Join(x.Aspects, ">") != strings.Join(c.Aspects, ">") {
				t.Errorf("topic %+v, chunk %+v", x, c)
			}
			seen++
		}
		if next == 0 && !strings.Contains(text, "0. Wading birds › Breeding › Nests (characters 0 to ") {
			t.Errorf("text %s", text)
		}
		if o.By != "topic" || len(o.Sections) > 0 || (o.Next >= 0) != strings.Contains(text, "More: call outline by topic with first") ||
			o.Next < 0 && !strings.Contains(text, "(not divided by the model) Weather (") {
			t.Errorf("outline %+v:\n%s", o, text)
		}
		next = o.Next
	}
	if seen != len(all) {
		t.Errorf("saw %d of %d", seen, len(all))
	}
}
