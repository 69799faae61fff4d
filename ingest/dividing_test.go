package ingest_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"

	"footnote/chunking/structured"
	"footnote/document"
	"footnote/llm"
	"footnote/retrieval"
)

// divider is a model that calls everything it is shown one thing, when it says
// anything.
type divider struct {
	mu     sync.Mutex
	calls  int
	others int // of calls, those about another part than the third
	fail   func(call int, prompt string) (string, error)
}

func (*divider) Name() string       { return "divider" }
func (*divider) ContextTokens() int { return 32_000 }

func (m *divider) Generate(_ context.Context, r llm.Request) (llm.Response, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls++
	prompt := r.Messages[1].Text
	if !strings.Contains(prompt, "[1] Part 3") {
		m.others++
	}
	usage := llm.Usage{Calls: 1}
	if reply, err := m.fail(m.calls, prompt); reply != "" || err != nil {
		return llm.Response{Text: reply, Usage: usage}, err
	}
	last := regexp.MustCompile(`Sentences: 1 to (\d+)`).FindStringSubmatch(prompt)[1]
	return llm.Response{Text: fmt.Sprintf(`{"scope":"Wading birds","aspects":[{"name":"Breeding","first":1,"last":%s,"parts":[]}]}`, last), Usage: usage}, nil
}

// birds is a document of three windows.
func birds() string {
	var b strings.Builder
	for part := range 3 {
		fmt.Fprintf(&b, "# Part %d\n\n", part+1)
		for i := range 149 {
			fmt.Fprintf(&b, "Heron %d of part %d stood in the river and waited for fish.\n\n", i, part+1)
		}
	}
	return b.String()
}

// divided is a house whose documents are divided by a model.
func divided(t *testing.T, fail func(int, string) (string, error)) (*house, *divider) {
	h, m := newHouse(t), &divider{fail: fail}
	h.parts.Chunker = structured.New(structured.Options{Model: m, Memory: h.store, Key: "k"})
	return h, m
}

func TestAModelDividesADocument(t *testing.T) {
	h, m := divided(t, func(int, string) (string, error) { return "", nil })
	h.run()
	if info := h.until(h.add("birds.md", birds()), document.Ready); len(info.Warnings) != 0 || m.calls != 3 {
		t.Errorf("warnings %q after %d calls", info.Warnings, m.calls)
	}
	ps, err := h.store.Index().Lexical(t.Context(), "wading", retrieval.Filter{}, 10)
	if err != nil || len(ps) == 0 || !strings.HasSuffix(ps[0].Chunk.Header, "\nWading birds > Breeding") {
		t.Errorf("what the model said is not found: %+v, %v", ps, err)
	}
}

func TestOnlyWhatIsLeftIsAskedAfterAFailure(t *testing.T) {
	h, m := divided(t, func(call int, prompt string) (string, error) {
		if strings.Contains(prompt, "[1] Part 3") && call < 8 {
			return "", llm.ErrUnavailable
		}
		return "", nil
	})
	h.opts.MaxAttempts = 20
	h.run()
	h.until(h.add("birds.md", birds()), document.Ready)
	if m.others != 2 { // whatever came of the third meanwhile
		t.Errorf("%d calls, %d of them for the other windows", m.calls, m.others)
	}
}

func TestWhatAModelCouldNotDivideIsAWarning(t *testing.T) {
	h, _ := divided(t, func(_ int, prompt string) (string, error) {
		return map[bool]string{true: `{"scope":"A","aspects":[]}`}[strings.Contains(prompt, "[1] Part 2")], nil
	})
	h.run()
	info := h.until(h.add("birds.md", birds()), document.Ready)
	if len(info.Warnings) != 1 || !strings.Contains(info.Warnings[0], "1 of 3 parts") {
		t.Errorf("warnings %q", info.Warnings)
	}
}

func TestAModelThatIsDownFailsTheDocument(t *testing.T) {
	h, m := divided(t, func(int, string) (string, error) { return "", llm.ErrCredentials })
	h.opts.MaxAttempts = 2
	h.run()
	id := h.add("birds.md", birds())
	if p := h.until(id, document.Failed).Problem; p.Code != "divider" || p.Fix == "" {
		t.Errorf("problem %+v", p)
	}
	m.mu.Lock()
	m.fail = func(int, string) (string, error) { return "", nil }
	m.mu.Unlock()
	if err := h.store.Retry(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	h.until(id, document.Ready)
}
