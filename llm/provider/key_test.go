package provider_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"footnote/llm"
	"footnote/llm/provider"
)

func TestErrorsDoNotTellTheKey(t *testing.T) {
	for _, tt := range []struct{ name, key, said string }{
		{"whole", testKey, "bad key " + testKey},
		{"in quotes", testKey, `bad key \"` + testKey + `\".`},
		{"as a header", testKey, "got Authorization: Bearer " + testKey},
		{"its beginning", testKey, "bad key " + testKey[:12] + "..."},
		{"its end", testKey, "bad key ***" + testKey[len(testKey)-9:]},
		{"without a usual form", "0f9e8d7c6b5a", "bad key=0f9e8d7c6b5a!"},
		{"short", "tiny5", "bad key (tiny5)"},
		{"of another", testKey, "bad key sk-proj-someoneelse"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, status := range []int{400, 401, 500} {
				s := serve(t, failing(status, 100, nil, `{"error":{"message":"`+tt.said+`"}}`))
				_, err := generate(t, open(t, "m", s.URL, func(o *provider.Options) { o.Key = tt.key }), question())
				if err == nil || !strings.Contains(err.Error(), "[key]") || leaks(err.Error(), tt.key) || strings.Contains(err.Error(), "sk-") {
					t.Errorf("%d: %v", status, err)
				}
			}
			s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				lines(w, said("A"), `data: {"error":{"message":"`+tt.said+`"}}`)
			})
			_, err := generate(t, open(t, "m", s.URL, func(o *provider.Options) { o.Key = tt.key }), question())
			if err == nil || leaks(err.Error(), tt.key) {
				t.Errorf("within a reply: %v", err)
			}
		})
	}
}

// leaks says whether a text holds the key or a longer part of it.
func leaks(text, key string) bool {
	n := min(len(key), 8)
	for i := 0; i+n <= len(key); i++ {
		if strings.Contains(text, key[i:i+n]) {
			return true
		}
	}
	return false
}

func TestOrdinaryWordsStay(t *testing.T) {
	const said = "The task-force at https://example.com/v1/models said: risk-free, 42 % é"
	s := serve(t, failing(400, 100, nil, said))
	_, err := generate(t, open(t, "m", s.URL, func(o *provider.Options) { o.Key = "x" }), question())
	if err == nil || !strings.Contains(err.Error(), said) {
		t.Errorf("error %v", err)
	}
}

func TestErrorsAreShort(t *testing.T) {
	s := serve(t, failing(400, 100, nil, strings.Repeat("wörd\n\x00 ", 2000)))
	_, err := generate(t, open(t, "m", s.URL), question())
	if err == nil || utf8.RuneCountInString(err.Error()) > 400 || strings.ContainsAny(err.Error(), "\n\x00") {
		t.Errorf("error %q", err)
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	other := serve(t, func(http.ResponseWriter, *http.Request) {})
	for _, spec := range []string{"m", "anthropic:m", "ollama:m"} {
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, other.URL+"/elsewhere", http.StatusTemporaryRedirect)
		})
		_, err := generate(t, open(t, spec, s.URL), question())
		_ = open(t, spec, s.URL, func(o *provider.Options) { o.ContextTokens = 0 }) // asks for the window
		if !errors.Is(err, llm.ErrRejected) || !strings.Contains(fmt.Sprint(err), "/elsewhere") {
			t.Errorf("%s: %v", spec, err)
		}
	}
	if other.calls() != 0 {
		t.Error("the key went elsewhere")
	}
}
