package main

import (
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"footnote/llm/llmtest"
)

const (
	askedByExample = "Who kept a hand lamp burning during the storm?"
	demonstrate    = `{"demonstrate": true}`
)

// startDemonstrating is a server whose model knows the questions of the corpus.
func startDemonstrating(t *testing.T) *misbehaving {
	t.Helper()
	key, err := llmtest.LoadKey(filepath.Join("testdata", "questions.jsonl"))
	must(t, err)
	return startMisbehaving(t, llmtest.Options{Key: key})
}

// lastAnswer is the last call for an answer.
func lastAnswer(m *misbehaving) llmtest.Call {
	m.t.Helper()
	for _, c := range slices.Backward(m.fake.Calls()) {
		if c.Task == "answer" {
			return c
		}
	}
	m.t.Fatal("no answer was asked for")
	return llmtest.Call{}
}

// TestNoNumberOfAnExampleIsCited has a model cite the examples alone.
func TestNoNumberOfAnExampleIsCited(t *testing.T) {
	m := startDemonstrating(t)
	m.add(corpusFile("lighthouse.md"))
	for _, strategy := range []string{"rag", "alr2", "coa", "full"} {
		m.behave(llmtest.Always(llmtest.None))
		status, a := m.ask(askedByExample, strategy, demonstrate)
		if status != http.StatusOK || !strings.Contains(a.Text, "Penn") || a.Trace.DroppedIDs != 0 {
			t.Fatalf("%s: %d, %+v", strategy, status, a)
		}
		if n := len(lastAnswer(m).Examples); n < 6 {
			t.Errorf("%s: the examples have %d sentences", strategy, n)
		}
		m.behave(llmtest.Plan(llmtest.Step{Task: "answer", Fault: llmtest.IDsNotShown}))
		status, a = m.ask(askedByExample, strategy, demonstrate)
		if reply := lastAnswer(m).Reply; !strings.Contains(reply, "[900001]") {
			t.Fatalf("%s: the model replies %q", strategy, reply)
		}
		if status != http.StatusOK || !a.Abstained || a.Trace.DroppedIDs == 0 {
			t.Errorf("%s: %d, %+v", strategy, status, a)
		}
		m.check(a)
	}
	made := 0
	for _, c := range m.fake.Calls() {
		if c.Task == "demonstrate" {
			made++
		}
	}
	if made != 1 {
		t.Errorf("examples were made %d times", made)
	}
}

// TestWhatIsWrongWithAnExampleDropsIt has a model misbehave where it makes
// examples, each time for documents of their own.
func TestWhatIsWrongWithAnExampleDropsIt(t *testing.T) {
	m := startDemonstrating(t)
	for fault, shown := range map[llmtest.Fault]bool{
		llmtest.None: true, llmtest.RealQuotes: true, llmtest.StringIDs: true, llmtest.TrailingCommas: true, llmtest.ProseAroundJSON: true,
		llmtest.Thinking: true, llmtest.InventedQuotes: false, llmtest.IDsOutOfRange: false, llmtest.IDsNotShown: false,
		llmtest.NoIDs: false, llmtest.Refusal: false, llmtest.Empty: false, llmtest.ServerError: false, llmtest.BadKey: false,
		llmtest.ContextLength: false,
	} {
		t.Run(fault.String(), func(t *testing.T) {
			m.t = t
			id := m.add(corpusFile("lighthouse.md"))[0]
			m.behave(llmtest.Plan(llmtest.Step{Task: "demonstrate", Fault: fault}))
			status, a := m.ask(askedByExample, "rag", demonstrate)
			if status != http.StatusOK || a.Abstained || !strings.Contains(a.Text, "Penn") {
				t.Fatalf("%d, %+v", status, a)
			}
			m.check(a)
			if got := len(lastAnswer(m).Examples) > 0; got != shown {
				t.Errorf("examples shown: %v, want %v; notes %q", got, shown, a.Trace.Notes)
			}
			if status, err := m.do(http.MethodDelete, "/v1/documents/"+id, "", nil); err != nil || status/100 != 2 {
				t.Fatalf("delete: %d, %v", status, err)
			}
		})
	}
}
