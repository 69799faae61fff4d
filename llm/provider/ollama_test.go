package provider_test

import (
	"errors"
	"net/http"
	"testing"

	"footnote/llm"
)

func TestHowOllamaFails(t *testing.T) {
	const some = `{"message":{"role":"assistant","content":"Ann"},"done":false}`
	for _, tt := range []struct {
		name  string
		lines []string
		want  error
	}{
		{"at once", []string{`{"error":"llama runner process has terminated: exit status 2"}`}, llm.ErrUnavailable},
		{"in the middle", []string{some, `{"error":"an error was encountered while running the model: unexpected EOF"}`}, llm.ErrCutShort},
		{"with a line that is broken", []string{some, `{"message":`, `{"done":true}`}, llm.ErrCutShort},
		{"with a page of somebody else's", []string{"<html>"}, llm.ErrCutShort},
		{"by ending while it thinks", []string{`{"message":{"role":"assistant","content":"","thinking":"hm"},"done":false}`}, llm.ErrCutShort},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, _ *http.Request) { lines(w, tt.lines...) })
			resp, err := generate(t, open(t, "ollama:m", s.URL), question())
			if !errors.Is(err, tt.want) || len(kinds(err)) != 1 || resp.Text != "" {
				t.Errorf("%+v, %v", resp, err)
			}
		})
	}
}
