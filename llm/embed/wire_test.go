package embed_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/llm/embed"
	"footnote/llm/llmtest"
)

func TestRequestsAreInTheProvidersWords(t *testing.T) {
	list := func(s ...any) []any { return s }
	for _, tt := range []struct {
		spec, path      string
		query, document map[string]any
	}{
		{"openai:text-embedding-3-large?dimensions=256", "/v1/embeddings",
			map[string]any{"model": "text-embedding-3-large", "input": list("q"), "encoding_format": "float", "dimensions": 256.0},
			map[string]any{"model": "text-embedding-3-large", "input": list("a", "b"), "encoding_format": "float", "dimensions": 256.0}},
		{"jina:jina-embeddings-v3?late_chunking", "/v1/embeddings",
			map[string]any{"model": "jina-embeddings-v3", "input": list("q"), "embedding_type": "float", "truncate": false, "task": "retrieval.query"},
			map[string]any{"model": "jina-embeddings-v3", "input": list("a", "b"), "embedding_type": "float", "truncate": false, "task": "retrieval.passage", "late_chunking": true}},
		{"jina:jina-embeddings-v2-base-en", "/v1/embeddings",
			map[string]any{"model": "jina-embeddings-v2-base-en", "input": list("q"), "embedding_type": "float", "truncate": false},
			map[string]any{"model": "jina-embeddings-v2-base-en", "input": list("a", "b"), "embedding_type": "float", "truncate": false}},
		{"voyage:voyage-3.5?dimensions=512", "/v1/embeddings",
			map[string]any{"model": "voyage-3.5", "input": list("q"), "input_type": "query", "truncation": false, "output_dimension": 512.0},
			map[string]any{"model": "voyage-3.5", "input": list("a", "b"), "input_type": "document", "truncation": false, "output_dimension": 512.0}},
		{"voyage:voyage-context-3", "/v1/contextualizedembeddings",
			map[string]any{"model": "voyage-context-3", "inputs": list(list("q")), "input_type": "query"},
			map[string]any{"model": "voyage-context-3", "inputs": list(list("a", "b")), "input_type": "document"}},
		{"ollama:nomic-embed-text:v1.5", "/api/embed",
			map[string]any{"model": "nomic-embed-text:v1.5", "input": list("search_query: q"), "truncate": false},
			map[string]any{"model": "nomic-embed-text:v1.5", "input": list("search_document: a", "search_document: b"), "truncate": false}},
		{"some/e5?query=ask%3A+&document=", "/v1/embeddings",
			map[string]any{"model": "some/e5", "input": list("ask: q")},
			map[string]any{"model": "some/e5", "input": list("a", "b")}},
	} {
		s := &llmtest.Embeddings{}
		e := open(t, s, tt.spec)
		if _, err := e.EmbedQuery(t.Context(), "q"); err != nil {
			t.Fatal(err)
		}
		if _, err := e.EmbedDocuments(t.Context(), []string{"a", "b"}); err != nil {
			t.Fatal(err)
		}
		sent := s.Requests()[1:]
		if diff := cmp.Diff([]map[string]any{tt.query, tt.document}, []map[string]any{sent[0].Body, sent[1].Body}); diff != "" {
			t.Errorf("%s: %s", tt.spec, diff)
		}
		if sent[1].Path != tt.path || sent[1].Key != testKey {
			t.Errorf("%s: sent to %s with key %q", tt.spec, sent[1].Path, sent[1].Key)
		}
	}
}

func TestChunksOfADocumentAreEmbeddedWithThoseAroundThem(t *testing.T) {
	for _, spec := range []string{"jina:jina-embeddings-v3?late_chunking", "voyage:voyage-3?contextual", "m?late_chunking"} {
		e := open(t, &llmtest.Embeddings{}, spec)
		var vectors [2][]float32
		for i, other := range []string{"about rivers", "about bread"} {
			vs, err := e.EmbedDocuments(t.Context(), []string{"It is long.", other})
			if err != nil {
				t.Fatal(err)
			}
			vectors[i] = vs[0]
		}
		if cmp.Equal(vectors[0], vectors[1]) {
			t.Errorf("%s: what stands beside a chunk changes nothing", spec)
		}
	}
}

func TestANameSaysWhatChangesVectors(t *testing.T) {
	for spec, want := range map[string]string{
		"ollama:bge-m3":                          "ollama:bge-m3",
		"ollama:bge-m3?window=512&dimensions=64": "ollama:bge-m3?dimensions=64&window=512",
		"jina:j?late_chunking=true":              "jina:j?late_chunking=true",
		"jina:j?late_chunking=false":             "jina:j",
		"jina:j?late_chunking":                   "jina:j?late_chunking",
	} {
		if got := open(t, &llmtest.Embeddings{}, spec).Name(); got != want {
			t.Errorf("%s is called %s, want %s", spec, got, want)
		}
	}
}

func TestASpecThatCannotBeRightSaysWhatWouldBe(t *testing.T) {
	for _, tt := range []struct{ spec, url, key, words string }{
		{"", "", "k", "openai:NAME"},
		{"openai", "", "k", "openai:NAME"},
		{"text-embedding-3-small", "", "k", "beside the URL"},
		{"openai:m", "", "", "OPENAI_API_KEY"},
		{"openai:m?late_chunking", "", "k", "no option"},
		{"openai:m?dimensions=many", "", "k", "not a number"},
		{"openai:m?%zz", "", "k", "dimensions=512"},
		{"m", "localhost:80", "", "http://HOST:PORT/v1"},
		{"m", "http://me:secret@host/v1", "", "no user name"},
		{"openai:m", "", "two words", "no key has"},
	} {
		_, err := embed.Open(t.Context(), embed.Options{Spec: tt.spec, URL: tt.url, Key: tt.key})
		if err == nil || !strings.Contains(err.Error(), tt.words) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q at %q: error %v, want one with %q", tt.spec, tt.url, err, tt.words)
		}
	}
}

func TestAProvidersKeyIsForThatProvider(t *testing.T) {
	if got := embed.KeyVariables("jina:m", ""); !cmp.Equal(got, []string{"FOOTNOTE_EMBEDDER_KEY", "JINA_API_KEY"}) {
		t.Errorf("at its own address: %v", got)
	}
	if got := embed.KeyVariables("jina:m", "http://127.0.0.1:1/v1"); !cmp.Equal(got, []string{"FOOTNOTE_EMBEDDER_KEY"}) {
		t.Errorf("elsewhere: %v", got)
	}
}
