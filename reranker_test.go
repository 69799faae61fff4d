package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"footnote/llm/llmtest"
	"footnote/llm/onnx/onnxtest"
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
		{rerankConfig{reranker: "onnx:/no/such/folder"}, "must hold model.onnx"},
		{rerankConfig{reranker: "onnx:/no/such?late_chunking"}, "it has window"},
		{rerankConfig{reranker: "onnx:/no/such?window=large"}, "not a number"},
		{rerankConfig{reranker: "onnx:/no/such", url: "http://127.0.0.1:1"}, "FOOTNOTE_RERANKER_URL"},
	} {
		tt.c.getenv = environment(nil)
		if _, err := tt.c.options(t.Context()); err == nil || !strings.Contains(err.Error(), tt.words) {
			t.Errorf("%+v: error %v", tt.c.reranker, err)
		}
	}
	c := rerankConfig{reranker: "cohere:m", getenv: environment(map[string]string{"CO_API_KEY": "k"})}
	if o, err := c.options(t.Context()); err != nil || o.Reranker.Name() != "cohere:m" {
		t.Errorf("with a key of its own: %v", err)
	}
}

func TestACrossEncoderInAFolderIsOpenedAtTheStart(t *testing.T) {
	dir := t.TempDir()
	pieces := onnxtest.Pieces("does", "it", "work", "?", "lamp")
	for name, data := range map[string][]byte{"tokenizer.json": onnxtest.Tokenizer(pieces),
		"model.onnx": onnxtest.BERT{Layers: 1, Hidden: 16, Heads: 2, Positions: 512, Pieces: len(pieces), Scores: true}.File()} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := rerankConfig{reranker: "onnx:" + dir + "?window=64", timeout: time.Minute, getenv: environment(nil)}
	o, err := c.options(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	scores, err := o.Reranker.Rerank(t.Context(), "does it work?", []string{"it does", "lamp"})
	if err != nil || len(scores) != 2 || o.RerankTime != time.Minute || !strings.HasPrefix(o.Reranker.Name(), "onnx:") {
		t.Errorf("%s: scores %v, error %v", o.Reranker.Name(), scores, err)
	}
}
