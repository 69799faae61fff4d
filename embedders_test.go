package main

import (
	"strings"
	"testing"

	"footnote/llm/llmtest"
)

func TestAnEmbedderIsConnectedWithItsOwnKey(t *testing.T) {
	s := &llmtest.Embeddings{}
	s.Start(t)
	e, err := embedderAt{spec: "some-model?window=300", url: s.URL, getenv: environment(map[string]string{
		"FOOTNOTE_EMBEDDER_KEY": "mine", "OPENAI_API_KEY": "not for this server",
	})}.open(t.Context())
	if err != nil || e.Name() != "some-model?window=300" || s.Requests()[0].Key != "mine" {
		t.Errorf("requests %+v, error %v", s.Requests(), err)
	}
}

func TestSettingsOfEmbeddersThatCannotBe(t *testing.T) {
	for spec, words := range map[string]string{
		"openai:text-embedding-3-small":  "OPENAI_API_KEY",
		"something":                      "openai:NAME",
		"onnx:/no/such/folder":           "must hold model.onnx",
		"onnx:/no/such?window=large":     "not a number",
		"onnx:/no/such?dimensions=256":   "has no option",
		"onnx:/no/such?%zz":              "window=256&name=value",
		"onnx:testdata/corpus?window=12": "must hold model.onnx",
	} {
		_, err := embedderAt{spec: spec, getenv: environment(nil)}.open(t.Context())
		if err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%s: error %v, want one with %q", spec, err, words)
		}
	}
}
