package server

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// CheckListen refuses to serve beyond this machine without API keys. Addr is
// host:port; an empty host means every address. Insecure is the operator's
// word that something else keeps strangers away.
func CheckListen(addr string, keys []string, insecure bool) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("listen on %q: %w", addr, err)
	}
	for _, k := range keys {
		if len(k) < minKey {
			return fmt.Errorf("an API key has %d characters; use at least %d, for example from openssl rand -hex 24", len(k), minKey)
		}
	}
	if len(keys) > 0 || insecure || loopback(host) {
		return nil
	}
	return fmt.Errorf("listening on %q serves everyone who can reach this machine: set FOOTNOTE_API_KEYS, listen on 127.0.0.1, or set FOOTNOTE_INSECURE=true", addr)
}

// minKey is the fewest characters an API key may have.
const minKey = 16

func loopback(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && ip.Unmap().IsLoopback()
}

func hostSet(names []string) map[string]bool {
	set := map[string]bool{}
	for _, n := range names {
		set[hostName(strings.TrimSpace(n))] = true
	}
	return set
}

// hostName is the lower-case name of a Host header, without its port.
func hostName(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

// hostAllowed keeps other sites from reaching the server under a name of
// theirs that they point at it (DNS rebinding). That takes a name, so IP
// addresses are fine.
func (s *Server) hostAllowed(host string) bool {
	name := hostName(host)
	if s.hosts["*"] || s.hosts[name] || loopback(name) {
		return true
	}
	_, err := netip.ParseAddr(strings.Trim(name, "[]"))
	return err == nil
}

// guardHost refuses host names that are not served.
func (s *Server) guardHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.hostAllowed(r.Host) {
			s.fail(w, r, explain(errHost, fmt.Sprintf("This server does not answer to the name %q.", hostName(r.Host))))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// guardOrigin refuses changes that a browser makes on behalf of another site.
func (s *Server) guardOrigin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := s.origins.Check(r); err != nil {
			s.fail(w, r, explain(errOrigin, "Pages of other sites may not change anything here."))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// guardKey asks for an API key when there are any.
func (s *Server) guardKey(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(s.keys) > 0 && !s.knows(r.Header.Get("Authorization")) {
			s.fail(w, r, explain(errUnauthorized, "This address asks for an API key."))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// knows compares hashes, and all of them, so that the time it takes tells
// nothing about the keys.
func (s *Server) knows(authorization string) bool {
	scheme, key, _ := strings.Cut(authorization, " ")
	given := sha256.Sum256([]byte(strings.TrimSpace(key)))
	match := 0
	for _, k := range s.keys {
		match |= subtle.ConstantTimeCompare(k[:], given[:])
	}
	return match == 1 && strings.EqualFold(scheme, "Bearer")
}

// contentPolicy lets the page load what the server serves and pictures that it
// fetched itself, and nothing else. Text cannot become markup or code at all.
const contentPolicy = "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; " +
	"frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

// protect sets the headers that browsers heed.
func protect(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}
