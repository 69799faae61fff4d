package provider_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"footnote/llm"
)

func TestReasoningIsNoPartOfTheReply(t *testing.T) {
	for _, tt := range []struct {
		name   string
		model  string
		pieces []string
		want   string
	}{
		{"none", "m", []string{"An", "n"}, "Ann"},
		{"in tags", "m", []string{"<think>", "hm", "</think>", "Ann"}, "Ann"},
		{"in tags that come in pieces", "m", []string{"\n<", "thi", "nk>h</", "m</thi", "nk>", "\n", " \nAnn\n", "was"}, "Ann\nwas"},
		{"in longer tags", "m", []string{"<thinking>hm</thinking> Ann"}, "Ann"},
		{"in Mistral's tags", "m", []string{"[THINK]hm[/THINK]Ann"}, "Ann"},
		{"empty", "m", []string{"<think>\n\n</think>\n\nAnn"}, "Ann"},
		{"what only looks like a tag", "m", []string{"<th", "is>"}, "<this>"},
		{"a tag further on is text", "m", []string{"See <think>", "x</think>"}, "See <think>x</think>"},
		{"the beginning of a tag is all there is", "m", []string{" <thi"}, " <thi"},
		{"tags opened by the prompt", "org/DeepSeek-R1-Distill", []string{"hm, ", "so</th", "ink>", "\nAnn"}, "Ann"},
		{"a reasoning model that did not reason", "QwQ-32B", []string{"An", "n"}, "Ann"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				for _, p := range tt.pieces {
					lines(w, said(p))
				}
				lines(w, finished("stop"))
			})
			var got strings.Builder
			r := question()
			r.OnToken = func(text string) error {
				got.WriteString(text)
				return nil
			}
			resp, err := generate(t, open(t, tt.model, s.URL), r)
			if err != nil || resp.Text != tt.want || got.String() != tt.want {
				t.Errorf("text %q, received %q, error %v; want %q", resp.Text, got.String(), err, tt.want)
			}
		})
	}
}

func TestReasoningThatNeverEndsIsNoReply(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		lines(w, said("<think>and so on"), finished("length"))
	})
	_, err := generate(t, open(t, "m", s.URL), question())
	if !errors.Is(err, llm.ErrEmptyReply) || !strings.Contains(err.Error(), "reasoning") {
		t.Errorf("error %v", err)
	}
}

func TestTextIsNotHeldWhereReasoningComesApart(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		lines(w, `data: {"choices":[{"index":0,"delta":{"reasoning_content":"hm"}}]}`, said("An"), said("n"), finished("stop"))
	})
	var got []string
	r := question()
	r.OnToken = func(text string) error {
		got = append(got, text)
		return nil
	}
	if _, err := generate(t, open(t, "deepseek-r1", s.URL), r); err != nil || len(got) != 2 {
		t.Errorf("received %q, error %v", got, err)
	}
}
