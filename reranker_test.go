package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"footnote/llm/llmtest"
)

// environment is one with a few variables.
func environment(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

func TestARerankerIsAskedAndNeverCostsAnAnswer(t *testing.T) {
	for _, fault := range []llmtest.EmbedFault{"", llmtest.WrongKey} {
		s := &llmtest.Embeddings{Fault: func(int) llmtest.EmbedFault { return fault }}
		s.Start(t)
		cmd := exec.CommandContext(t.Context(), binary(t), "ask", corpusFile("lighthouse.md"), "Who kept a hand lamp burning during the storm?")
		cmd.Env = append(os.Environ(), "FOOTNOTE_RERANKER=judge", "FOOTNOTE_RERANKER_URL="+s.URL,
			"FOOTNOTE_RERANKER_KEY=key-of-the-reranker", "COHERE_API_KEY=another")
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "Josiah Penn") {
			t.Fatalf("%q: error %v, answer %s", fault, err, out)
		}
		asked := s.Requests()
		if len(asked) == 0 || asked[0].Key != "key-of-the-reranker" || asked[0].Body["model"] != "judge" || len(asked[0].Texts) < 2 {
			t.Errorf("%q: asked %+v", fault, asked)
		}
	}
}

func TestARerankerThatCannotBeRightIsSaidAtTheStart(t *testing.T) {
	for _, tt := range []struct {
		c     rerankConfig
		words string
	}{
		{rerankConfig{reranker: "cohere:rerank-v3.5"}, "COHERE_API_KEY"},
		{rerankConfig{url: "http://127.0.0.1:1"}, "FOOTNOTE_RERANKER"},
	} {
		tt.c.getenv = environment(nil)
		if _, err := tt.c.options(); err == nil || !strings.Contains(err.Error(), tt.words) {
			t.Errorf("%+v: error %v", tt.c.reranker, err)
		}
	}
	c := rerankConfig{reranker: "cohere:m", getenv: environment(map[string]string{"CO_API_KEY": "k"})}
	if o, err := c.options(); err != nil || o.Reranker.Name() != "cohere:m" {
		t.Errorf("with a key of its own: %v", err)
	}
}
