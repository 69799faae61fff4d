package qdrant

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Options say where an index is and how its collection is made. Parse fills in
// the defaults that are named; a collection that exists keeps what it was made
// with.
type Options struct {
	Host string // of the gRPC port
	Port int    // 6334
	TLS  bool
	Key  string // "" for none

	Collection       string  // footnote
	Tenant           string  // whose entries these are in the collection; default
	Shards           uint32  // 0 lets the server decide
	Replicas         uint32  // copies of each shard; 1
	WriteConsistency uint32  // copies that must have a change before it counts; all
	Quantization     string  // int8, binary or none; int8
	Rescore          bool    // score what quantized vectors find in full again; true
	Oversampling     float64 // how many times as much quantized vectors find for that; 2
	OnDisk           bool    // full vectors stay on disk; true

	Patience time.Duration // how long a server that does not answer is asked again; 30 s

	// What the index is made with, as Info tells it. Dim is 0 without vectors.
	Embedder string
	Dim      int
	Chunker  string

	Reindex bool         // accept an index that was made with something else; MakeAnew drops its entries
	Log     *slog.Logger // nil for silence
}

// What Options.Quantization may be.
const (
	quantizeInt8   = "int8"
	quantizeBinary = "binary"
	quantizeNone   = "none"
)

// defaults are the options of a URL without any.
func defaults() Options {
	return Options{
		Port: 6334, Collection: "footnote", Tenant: "default", Replicas: 1,
		Quantization: quantizeInt8, Rescore: true, Oversampling: 2, OnDisk: true, Patience: 30 * time.Second,
	}
}

// Parse reads qdrant://host:port?option=value, or qdrants:// for TLS. The key
// is never part of a URL, because URLs are shown and logged.
func Parse(address, key string) (Options, error) {
	o := defaults()
	u, err := url.Parse(address)
	if err != nil {
		return o, errors.New("the address is not of the form qdrant://host:6334?collection=footnote")
	}
	if u.User != nil {
		return o, errors.New("the address holds a password: put the key into FOOTNOTE_QDRANT_KEY instead")
	}
	if u.Scheme != "qdrant" && u.Scheme != "qdrants" || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.Fragment != "" {
		return o, fmt.Errorf("%q is not of the form qdrant://host:6334?collection=footnote", address)
	}
	o.Host, o.TLS, o.Key = u.Hostname(), u.Scheme == "qdrants", key
	if port := u.Port(); port != "" {
		if o.Port, err = strconv.Atoi(port); err != nil || o.Port < 1 || o.Port > 65535 {
			return o, fmt.Errorf("%q is not a port", port)
		}
	}
	plainKey, err := o.read(u)
	if err != nil {
		return o, err
	}
	return o, o.check(plainKey)
}

// read sets what the URL's query says.
func (o *Options) read(u *url.URL) (plainKey bool, err error) {
	values, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return false, errors.New("what follows the ? is not of the form collection=footnote&replicas=2")
	}
	set := map[string]func(string) error{
		"tls": boolean(&o.TLS), "plain_key": boolean(&plainKey), "rescore": boolean(&o.Rescore), "on_disk": boolean(&o.OnDisk),
		"collection": name(&o.Collection), "tenant": name(&o.Tenant), "quantization": text(&o.Quantization),
		"shards": count(&o.Shards), "replicas": count(&o.Replicas), "write_consistency": count(&o.WriteConsistency),
		"oversampling": number(&o.Oversampling), "patience": duration(&o.Patience),
	}
	for option, given := range values {
		f := set[option]
		if f == nil {
			return false, fmt.Errorf("there is no option %q; there are %s", option, strings.Join(sortedNames(set), ", "))
		}
		if len(given) > 1 {
			return false, fmt.Errorf("option %s is given twice", option)
		}
		if err := f(given[0]); err != nil {
			return false, fmt.Errorf("%s=%s: %w", option, given[0], err)
		}
	}
	return plainKey, nil
}

// check refuses what could only do harm.
func (o *Options) check(plainKey bool) error {
	if o.WriteConsistency == 0 {
		o.WriteConsistency = max(o.Replicas, 1)
	}
	switch {
	case !slices.Contains([]string{quantizeInt8, quantizeBinary, quantizeNone}, o.Quantization):
		return fmt.Errorf("quantization=%s: allowed are %s, %s and %s", o.Quantization, quantizeInt8, quantizeBinary, quantizeNone)
	case o.Replicas == 0:
		return errors.New("replicas=0: every shard needs one copy at least")
	case o.WriteConsistency > o.Replicas:
		return fmt.Errorf("write_consistency=%d is more than there are replicas (%d): no change could succeed", o.WriteConsistency, o.Replicas)
	case o.Oversampling < 1 || o.Oversampling > 20:
		return fmt.Errorf("oversampling=%v: allowed is 1 to 20", o.Oversampling)
	case o.Quantization == quantizeBinary && !o.Rescore:
		return errors.New("quantization=binary needs rescore=true: signs alone order vectors too badly")
	case o.Key != "" && !o.TLS && !plainKey && !loopback(o.Host):
		return errors.New("the key would cross the network for all to read: use qdrants:// (TLS), or add plain_key=true on a network that nobody else is on")
	}
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Address is the host and port.
func (o *Options) Address() string { return net.JoinHostPort(o.Host, strconv.Itoa(o.Port)) }

// Place names the entries among all there may be, in a form that stays the same
// while they do: the collection and whose they are.
func (o *Options) Place() string { return "qdrant " + o.Collection + "/" + o.Tenant }

func sortedNames(set map[string]func(string) error) []string {
	var names []string
	for n := range set {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

func boolean(to *bool) func(string) error {
	return func(s string) (err error) {
		if *to, err = strconv.ParseBool(s); err != nil {
			err = errors.New("allowed are true and false")
		}
		return err
	}
}

func text(to *string) func(string) error {
	return func(s string) error { *to = s; return nil }
}

// name takes what can stand in addresses and paths without harm.
func name(to *string) func(string) error {
	return func(s string) error {
		if !regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$`).MatchString(s) {
			return errors.New("allowed are 1 to 100 letters, digits, and after the first of these also _ . -")
		}
		*to = s
		return nil
	}
}

func count(to *uint32) func(string) error {
	return func(s string) error {
		n, err := strconv.ParseUint(s, 10, 32)
		if err != nil || n > 1000 {
			return errors.New("allowed is a number up to 1000")
		}
		*to = uint32(n)
		return nil
	}
}

func number(to *float64) func(string) error {
	return func(s string) (err error) {
		if *to, err = strconv.ParseFloat(s, 64); err != nil {
			err = errors.New("it is not a number")
		}
		return err
	}
}

func duration(to *time.Duration) func(string) error {
	return func(s string) (err error) {
		if *to, err = time.ParseDuration(s); err != nil || *to <= 0 || *to > time.Hour {
			return errors.New("allowed is a time such as 30s, up to 1h")
		}
		return nil
	}
}
