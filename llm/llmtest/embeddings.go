package llmtest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
)

// EmbedFault is a way for a server of embeddings to misbehave.
type EmbedFault string

// What a server of embeddings does wrong. The zero value is a good reply.
const (
	Swapped      EmbedFault = "vectors in another order" // with a right index
	Unnumbered   EmbedFault = "vectors without an index" // in order
	TwiceTheSame EmbedFault = "two vectors of one index"
	Short        EmbedFault = "a vector too few"
	Long         EmbedFault = "a vector too many"
	OtherLength  EmbedFault = "vectors of another length"
	WritesNaN    EmbedFault = "NaN in a vector"
	WritesNull   EmbedFault = "null in a vector"
	WritesHuge   EmbedFault = "a number beyond float32"
	WritesZeros  EmbedFault = "a vector of zeros"
	CutsAnyway   EmbedFault = "cuts texts though told not to"
	NoJSON       EmbedFault = "a page instead of JSON"
	TooMany      EmbedFault = "429 with Retry-After"
	Broken       EmbedFault = "500"
	WrongKey     EmbedFault = "401" // its message repeats the key
	Stuck        EmbedFault = "no reply until the client leaves"
)

// EmbedRequest is what a server of embeddings was asked.
type EmbedRequest struct {
	Path  string
	Key   string
	Texts []string
	Body  map[string]any
}

// Embeddings is a server of embeddings and of reranking that has no model: a
// text's vector is the sum of its words' vectors, which follow from how they
// are written. It speaks as OpenAI, Jina, Voyage, Cohere, Ollama and TEI do.
type Embeddings struct {
	URL    string
	Dim    int // of vectors; 0 means 64
	Window int // words that it reads of a text; 0 for all
	// Fault says what is wrong with the nth reply, from 1; nil for nothing.
	Fault func(n int) EmbedFault

	mu       sync.Mutex
	requests []EmbedRequest
}

// Start serves until the test ends.
func (s *Embeddings) Start(t *testing.T) {
	t.Helper()
	server := httptest.NewServer(s)
	s.URL = server.URL
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
}

// Requests are those so far.
func (s *Embeddings) Requests() []EmbedRequest {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]EmbedRequest{}, s.requests...)
}

// ServeHTTP implements http.Handler.
func (s *Embeddings) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(r.Body)
	q := EmbedRequest{Path: r.URL.Path, Key: strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")}
	if err != nil || json.Unmarshal(raw, &q.Body) != nil {
		http.Error(w, `{"error":"no JSON"}`, http.StatusBadRequest)
		return
	}
	q.Texts = textsOf(q.Body)
	s.mu.Lock()
	s.requests = append(s.requests, q)
	n, fault := len(s.requests), EmbedFault("")
	s.mu.Unlock()
	if s.Fault != nil {
		fault = s.Fault(n)
	}
	if refused(w, r, fault, q.Key) {
		return
	}
	switch {
	case strings.HasSuffix(q.Path, "/rerank"):
		s.rerank(w, q, fault)
	case strings.HasSuffix(q.Path, "embed"), strings.HasSuffix(q.Path, "embeddings"):
		s.embed(w, q, fault)
	default:
		http.NotFound(w, r)
	}
}

func refused(w http.ResponseWriter, r *http.Request, fault EmbedFault, key string) bool {
	switch fault {
	case TooMany:
		w.Header().Set("Retry-After", "7")
		http.Error(w, `{"error":{"message":"slow down"}}`, http.StatusTooManyRequests)
	case Broken:
		http.Error(w, `{"error":{"message":"oops"}}`, http.StatusInternalServerError)
	case WrongKey:
		http.Error(w, fmt.Sprintf(`{"error":{"message":"wrong key %s"}}`, key), http.StatusUnauthorized)
	case NoJSON:
		fmt.Fprint(w, "<html>welcome</html>")
	case Stuck:
		<-r.Context().Done()
	default:
		return false
	}
	return true
}

// textsOf finds the texts in every form that they come in.
func textsOf(body map[string]any) []string {
	var out []string
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			out = append(out, v)
		case []any:
			for _, x := range v {
				walk(x)
			}
		}
	}
	for _, name := range []string{"input", "inputs", "documents", "texts"} {
		walk(body[name])
	}
	return out
}

func (s *Embeddings) embed(w http.ResponseWriter, q EmbedRequest, fault EmbedFault) {
	vectors, tokens := make([][]float32, len(q.Texts)), 0
	mayCut := fault == CutsAnyway || q.Body["truncate"] != false && q.Body["truncation"] != false
	for i, t := range q.Texts {
		words := strings.Fields(strings.ToLower(t))
		if s.Window > 0 && len(words) > s.Window {
			if !mayCut {
				http.Error(w, `{"error":"the input length exceeds the context length"}`, http.StatusBadRequest)
				return
			}
			words = words[:s.Window]
		}
		tokens += len(words)
		vectors[i] = s.vector(words, q.Body)
	}
	if q.Body["late_chunking"] == true || q.Body["inputs"] != nil {
		mix(vectors)
	}
	writeVectors(w, q, spoil(vectors, fault), tokens, fault)
}

// vector is of the length that was asked for.
func (s *Embeddings) vector(words []string, body map[string]any) []float32 {
	dim := cmp.Or(s.Dim, 64)
	for _, name := range []string{"dimensions", "output_dimension"} {
		if n, ok := body[name].(float64); ok {
			dim = int(n)
		}
	}
	v := make([]float32, dim)
	for _, word := range words {
		h := fnv.New64a()
		io.WriteString(h, strings.Trim(word, ".,;:?!"))
		r := rand.New(rand.NewPCG(h.Sum64(), 1))
		for k := range v {
			v[k] += float32(r.NormFloat64())
		}
	}
	return v
}

// mix lets every text see the others.
func mix(vectors [][]float32) {
	for k := range vectors[0] {
		sum := float32(0)
		for _, v := range vectors {
			sum += v[k]
		}
		for _, v := range vectors {
			v[k] += sum / float32(2*len(vectors))
		}
	}
}

func spoil(vectors [][]float32, fault EmbedFault) [][]float32 {
	last := len(vectors) - 1
	switch fault {
	case Short:
		return vectors[:last]
	case Long:
		return append(vectors, vectors[last])
	case OtherLength:
		vectors[last] = vectors[last][1:]
	case WritesZeros:
		clear(vectors[last])
	}
	return vectors
}

// writeVectors writes by hand what json.Marshal would not.
func writeVectors(w http.ResponseWriter, q EmbedRequest, vectors [][]float32, tokens int, fault EmbedFault) {
	raw, items := make([]string, len(vectors)), make([]string, len(vectors))
	for i, v := range vectors {
		text, _ := json.Marshal(v)
		first, rest, _ := strings.Cut(string(text), ",")
		first = cmp.Or(map[EmbedFault]string{WritesNaN: "[NaN", WritesNull: "[null", WritesHuge: "[1e300"}[fault], first)
		raw[i] = first + "," + rest
		index := fmt.Sprintf(`"index":%d,`, i)
		switch fault {
		case TwiceTheSame:
			index = `"index":0,`
		case Unnumbered:
			index = ""
		}
		items[i] = "{" + index + `"embedding":` + raw[i] + "}"
	}
	if fault == Swapped {
		slices.Reverse(items)
	}
	if strings.HasSuffix(q.Path, "/embed") {
		fmt.Fprintf(w, `{"embeddings":[%s],"prompt_eval_count":%d}`, strings.Join(raw, ","), tokens)
		return
	}
	data := "[" + strings.Join(items, ",") + "]"
	if q.Body["inputs"] != nil {
		data = `[{"index":0,"data":` + data + `}]`
	}
	fmt.Fprintf(w, `{"data":%s,"usage":{"prompt_tokens":%d,"total_tokens":%d}}`, data, tokens, tokens)
}
