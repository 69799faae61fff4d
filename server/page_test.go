package server_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"footnote/server"
)

func withPage(script string) change {
	return func(p *server.Parts, _ *server.Options) {
		p.Page = fstest.MapFS{
			"index.html":   {Data: []byte(`<!doctype html><link rel="stylesheet" href="css/page.css"><script type="module" src="js/main.js"></script>`)},
			"css/page.css": {Data: []byte("body { color: black }")},
			"js/main.js":   {Data: []byte(script)},
		}
	}
}

// versionOf is the folder that the page refers to.
func versionOf(t *testing.T, h *house) string {
	t.Helper()
	m := regexp.MustCompile(`src="(v-[0-9a-f]+)/js/all\.js"`).FindSubmatch(h.get("/").wants(200).body)
	if m == nil {
		t.Fatal("the page does not refer to a version of its script")
	}
	return "/" + string(m[1])
}

func TestThePagesFilesAreKeptByBrowsers(t *testing.T) {
	h := newHouse(t, withPage("const a = 1;"))
	version := versionOf(t, h)
	for path, cache := range map[string]string{
		"/": "no-cache", "/index.html": "no-cache", "/js/main.js": "no-cache", version + "/js/main.js": "immutable", version + "/css/page.css": "immutable",
	} {
		r := h.get(path).wants(200)
		if !strings.Contains(r.header.Get("Cache-Control"), cache) {
			t.Errorf("%s: Cache-Control %q, want %s", path, r.header.Get("Cache-Control"), cache)
		}
		h.get(path, "If-None-Match", r.header.Get("ETag")).wants(304)
	}
	if got := h.get(version + "/js/main.js").header.Get("Content-Type"); got != "text/javascript; charset=utf-8" {
		t.Errorf("a script has the type %q", got)
	}
	h.get(version+"/js/other.js").problem(404, "no_such_address")
	if other := versionOf(t, newHouse(t, withPage("const a = 2;"))); other == version {
		t.Error("another script has the same version")
	}
}

func TestThePageIsSentCompressed(t *testing.T) {
	h := newHouse(t, withPage(strings.Repeat("{} ", 500)))
	path := versionOf(t, h) + "/js/main.js"
	plain := h.get(path, "Accept-Encoding", "identity").wants(200)
	packed := h.get(path, "Accept-Encoding", "gzip, br").wants(200)
	if packed.header.Get("Content-Encoding") != "gzip" || plain.header.Get("Content-Encoding") != "" || len(packed.body) >= len(plain.body) {
		t.Fatalf("%d bytes as %q, %d as %q", len(packed.body), packed.header.Get("Content-Encoding"), len(plain.body), plain.header.Get("Content-Encoding"))
	}
	z, err := gzip.NewReader(bytes.NewReader(packed.body))
	h.must(err)
	back, err := io.ReadAll(z)
	h.must(err)
	if !bytes.Equal(back, plain.body) {
		t.Error("unpacked it is another file")
	}
}

func TestStylesAreServedAsOne(t *testing.T) {
	h := newHouse(t, func(p *server.Parts, _ *server.Options) {
		p.Page = fstest.MapFS{
			"index.html": {Data: []byte(`<head>
  <link rel="stylesheet" href="css/base.css">
  <link rel="stylesheet" href="css/page.css">
  <link rel="stylesheet" href="css/print.css" media="print">
  <link rel="modulepreload" href="js/main.js">
  <script type="module" src="js/main.js"></script>
</head>
`)},
			"css/base.css":  {Data: []byte("body { color: black }")},
			"css/page.css":  {Data: []byte("body { color: blue }\n")},
			"css/print.css": {Data: []byte("body { color: grey }")},
			"js/main.js":    {Data: []byte("const a = 1;\n")},
		}
	})
	version := versionOf(t, h)
	want := strings.ReplaceAll(`<head>
  <link rel="stylesheet" href="V/css/all.css">
  <link rel="stylesheet" href="V/css/print.css" media="print">
  <link rel="modulepreload" href="V/js/main.js">
  <script type="module" src="V/js/all.js"></script>
</head>
`, "V/", version[1:]+"/")
	if diff := cmp.Diff(want, string(h.get("/").wants(200).body)); diff != "" {
		t.Errorf("the page (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("body { color: black }\nbody { color: blue }\n\n", string(h.get(version+"/css/all.css").wants(200).body)); diff != "" {
		t.Errorf("its styles (-want +got):\n%s", diff)
	}
	h.get("/css/base.css").wants(200)
}
