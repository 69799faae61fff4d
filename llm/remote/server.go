// Package remote is what calls to servers of models have in common: waiting
// lines, retries, and errors in a provider's words without the key.
package remote

import (
	"errors"
	"net/http"
	"strings"
	"unicode"
)

// Server is where calls go, and as whom.
type Server struct {
	Base         string // URL without a final slash
	Key          string // "" for none; never part of an error
	KeyHeader    string // "" means "Authorization: Bearer"
	KeyVariables []string
	Clock        Clock // complete
}

// Sign sets the headers that say who calls, and removes what others set.
func (s Server) Sign(h http.Header) {
	h.Set("User-Agent", "footnote")
	h.Del("Authorization")
	h.Del("X-Api-Key")
	switch {
	case s.Key == "":
	case s.KeyHeader != "":
		h.Set(s.KeyHeader, s.Key)
	default:
		h.Set("Authorization", "Bearer "+s.Key)
	}
}

// CleanKey is a key as a person gave it, without blanks around it. The error
// does not repeat it.
func CleanKey(key string) (string, error) {
	key = strings.TrimSpace(key)
	if strings.ContainsFunc(key, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsPrint(r) || r == ' ' }) {
		return "", errors.New("the API key has a character that no key has, such as a blank")
	}
	return key, nil
}

// Client is for calls to one server. Redirects are not followed: they would
// carry the key to another host.
func Client(t http.RoundTripper) *http.Client {
	return &http.Client{
		Transport:     t,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Transport is a plain one with the proxies of the environment, for as many
// calls at once.
func Transport(parallel int) *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = parallel
	return t
}
