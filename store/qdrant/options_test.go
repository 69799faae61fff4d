package qdrant_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footnote/store/qdrant"
)

func TestAddressesSayWhatIsWanted(t *testing.T) {
	plain := qdrant.Options{
		Host: "host", Port: 6334, Collection: "footnote", Tenant: "default", Replicas: 1, WriteConsistency: 1,
		Quantization: "int8", Rescore: true, Oversampling: 2, OnDisk: true, Patience: 30 * time.Second,
	}
	with := func(f func(*qdrant.Options)) qdrant.Options { o := plain; f(&o); return o }
	for _, c := range []struct {
		name, address, key string
		want               qdrant.Options
	}{
		{"nothing but a host has the defaults", "qdrant://host", "", plain},
		{"TLS by its scheme", "qdrants://host:7000", "k", with(func(o *qdrant.Options) { o.TLS, o.Port, o.Key = true, 7000, "k" })},
		{"TLS by an option", "qdrant://host?tls=true", "", with(func(o *qdrant.Options) { o.TLS = true })},
		{"a cluster", "qdrant://host?shards=6&replicas=3&write_consistency=2&collection=c&tenant=t", "",
			with(func(o *qdrant.Options) {
				o.Shards, o.Replicas, o.WriteConsistency, o.Collection, o.Tenant = 6, 3, 2, "c", "t"
			})},
		{"all copies are waited for unless told otherwise", "qdrant://host?replicas=3", "",
			with(func(o *qdrant.Options) { o.Replicas, o.WriteConsistency = 3, 3 })},
		{"other vectors", "qdrant://host?quantization=binary&oversampling=4&on_disk=false&patience=5s", "",
			with(func(o *qdrant.Options) {
				o.Quantization, o.Oversampling, o.OnDisk, o.Patience = "binary", 4, false, 5*time.Second
			})},
		{"a key on this machine needs no TLS", "qdrant://127.0.0.1", "k", with(func(o *qdrant.Options) { o.Host, o.Key = "127.0.0.1", "k" })},
		{"a key on a network of one's own", "qdrant://host?plain_key=true", "k", with(func(o *qdrant.Options) { o.Key = "k" })},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := qdrant.Parse(c.address, c.key)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestAddressesThatAreRefused(t *testing.T) {
	for _, c := range []struct{ name, address, key, says string }{
		{"another scheme", "http://host", "", "qdrant://"},
		{"no host", "qdrant://", "", "qdrant://"},
		{"a path", "qdrant://host/collection", "", "collection="},
		{"a password", "qdrant://:hunter2@host", "", "FOOTNOTE_QDRANT_KEY"},
		{"a port that is none", "qdrant://host:99999", "", "port"},
		{"an unknown option", "qdrant://host?replica=2", "", "replicas"},
		{"an option twice", "qdrant://host?tenant=a&tenant=b", "", "twice"},
		{"no replica", "qdrant://host?replicas=0", "", "replicas"},
		{"more copies than there are", "qdrant://host?replicas=2&write_consistency=3", "", "write_consistency"},
		{"an unknown quantization", "qdrant://host?quantization=int4", "", "int8"},
		{"signs without rescoring", "qdrant://host?quantization=binary&rescore=false", "", "rescore"},
		{"an oversampling below one", "qdrant://host?oversampling=0.5", "", "oversampling"},
		{"a name with a slash", "qdrant://host?collection=a/b", "", "collection"},
		{"a key that all could read", "qdrant://host", "hunter2", "TLS"},
		{"a patience without a unit", "qdrant://host?patience=5", "", "30s"},
		{"a switch that is none", "qdrant://host?tls=perhaps", "", "true and false"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := qdrant.Parse(c.address, c.key)
			if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("error %v, want one that says %q and no key", err, c.says)
			}
		})
	}
}
