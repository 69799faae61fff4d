package llmtest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"footnote/llm"
	"footnote/llm/llmtest"
)

// scripted is a model without a provider.
type scripted struct{ llmtest.Script }

func (scripted) Name() string       { return "scripted" }
func (scripted) ContextTokens() int { return 100 }

func (s scripted) Generate(ctx context.Context, r llm.Request) (llm.Response, error) {
	if err := ctx.Err(); err != nil {
		return llm.Response{}, err
	}
	resp := llm.Response{Stop: llm.StopEnd, Usage: llm.Usage{Calls: 1, PromptTokens: 10}}
	var text strings.Builder
	for i, token := range s.Tokens {
		if r.MaxTokens > 0 && i == r.MaxTokens {
			resp.Stop = llm.StopLength
			break
		}
		resp.Usage.CompletionTokens++
		text.WriteString(token)
		if r.OnToken == nil {
			continue
		}
		if err := r.OnToken(token); err != nil {
			return llm.Response{Usage: resp.Usage}, fmt.Errorf("hand on: %w", err)
		}
	}
	if s.Hang {
		<-ctx.Done()
		if s.Left != nil {
			close(s.Left)
		}
		return llm.Response{Usage: resp.Usage}, ctx.Err()
	}
	resp.Text = text.String()
	return resp, nil
}

func TestAModelThatKeepsItsPromisesPasses(t *testing.T) {
	llmtest.TestModel(t, func(_ *testing.T, s llmtest.Script) llm.Model { return scripted{s} })
}
