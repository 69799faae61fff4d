package remote

import (
	"fmt"
	"net/url"
	"strings"
)

// ParseURL reads the base of a server as people write it, without slashes at
// its end. What is served there ("model") and the variable of its key are for
// the error, which does not repeat the URL: it may hold a password.
func ParseURL(raw, what, keyVariable string) (*url.URL, error) {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("the %s's URL is not of the form http://HOST:PORT/v1 or https://HOST/v1", what)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("the %s's URL must have no user name, query or fragment; give the key by %s", what, keyVariable)
	}
	u.Path = strings.TrimRight(u.Path, "/")
	return u, nil
}
