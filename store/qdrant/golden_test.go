package qdrant_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"footnote/document"
	"footnote/retrieval"
	"footnote/store/qdrant"
	"footnote/store/qdrant/qdranttest"
)

var update = flag.Bool("update", false, "rewrite golden files")

// TestRequests compares what is sent to a server, from making the collection to
// removing a document, with what was reviewed.
func TestRequests(t *testing.T) {
	var log requestLog
	s := qdranttest.Start(t, qdranttest.Options{Seen: log.add})
	o, err := qdrant.Parse(s.URL()+"?shards=6&replicas=3&write_consistency=2&tenant=library", "")
	if err != nil {
		t.Fatal(err)
	}
	o.Embedder, o.Dim, o.Chunker = "embedder", 8, "chunker"
	x := open(t, o)
	steps := []func() error{
		func() error { return x.Replace(t.Context(), doc, entries(2, "heron")) },
		func() error {
			_, err := x.Lexical(t.Context(), "the heron's heron", retrieval.Filter{Documents: []document.ID{doc}}, 3)
			return err
		},
		func() error {
			_, err := x.Dense(t.Context(), entries(1, "")[0].Vector, retrieval.Filter{}, 3)
			return err
		},
		func() error { _, err := x.Info(t.Context()); return err },
		func() error { return x.Delete(t.Context(), doc) },
		func() error { return x.Ready(t.Context()) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	got := log.String()
	const file = "testdata/requests.txt"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("requests (-want +got); -update rewrites them:\n%s", d)
	}
}

// requestLog writes requests down in a form that is the same every time.
type requestLog struct {
	mu  sync.Mutex
	buf bytes.Buffer
	err error
}

func (l *requestLog) add(method string, request proto.Message) {
	l.mu.Lock()
	defer l.mu.Unlock()
	raw, err := protojson.Marshal(request)
	var tidy bytes.Buffer
	if err == nil {
		err = json.Compact(&tidy, raw) // protojson varies its spaces
	}
	if err != nil && l.err == nil {
		l.err = err
	}
	fmt.Fprintf(&l.buf, "%s %s\n", method, tidy.Bytes())
}

// String names random ids and generations in order of their appearance. Times
// are not told apart: whether two are equal is chance.
func (l *requestLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return l.err.Error()
	}
	names := map[string]string{}
	varies := regexp.MustCompile(`"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"|"\d{9,}"`)
	text := regexp.MustCompile(`"began":\{"integerValue":"\d+"`).ReplaceAllString(l.buf.String(), `"began":{"integerValue":"a time"`)
	return varies.ReplaceAllStringFunc(text, func(s string) string {
		if names[s] == "" {
			kind := "number"
			if strings.Contains(s, "-") {
				kind = "id"
			}
			names[s] = fmt.Sprintf("%q", fmt.Sprintf("%s %d", kind, len(names)+1))
		}
		return names[s]
	})
}
