package embed

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// fields is the body of a request.
type fields map[string]any

func common(r request) fields {
	f := fields{"model": r.model.id, "input": r.texts}
	if r.model.dimensions > 0 {
		f["dimensions"] = r.model.dimensions
	}
	return f
}

func writeOpenAI(r request) (string, any) {
	f := common(r)
	f["encoding_format"] = "float"
	return "/embeddings", f
}

// writeServed adds late chunking for servers that copy Jina's way.
func writeServed(r request) (string, any) {
	f := common(r)
	if r.model.together {
		f["late_chunking"] = !r.query
	}
	return "/embeddings", f
}

// writeJina asks for an error where a text is too long. Older models know no
// tasks.
func writeJina(r request) (string, any) {
	f := common(r)
	f["embedding_type"] = "float"
	f["truncate"] = false
	if !strings.Contains(r.model.id, "-v2") && !strings.Contains(r.model.id, "clip") {
		f["task"] = "retrieval.passage"
		if r.query {
			f["task"] = "retrieval.query"
		}
	}
	if r.model.together && !r.query {
		f["late_chunking"] = true
	}
	return "/embeddings", f
}

// writeVoyage has an endpoint of its own for chunks of one document.
func writeVoyage(r request) (string, any) {
	f := common(r)
	delete(f, "dimensions")
	if r.model.dimensions > 0 {
		f["output_dimension"] = r.model.dimensions
	}
	f["input_type"] = "document"
	if r.query {
		f["input_type"] = "query"
	}
	if r.model.together {
		delete(f, "input")
		f["inputs"] = [][]string{r.texts}
		return "/contextualizedembeddings", f
	}
	f["truncation"] = false
	return "/embeddings", f
}

func writeOllama(r request) (string, any) {
	f := common(r)
	f["truncate"] = false
	return "/api/embed", f
}

// numbers is a vector. null is no number, though encoding/json would take it
// for 0.
type numbers []float32

// UnmarshalJSON implements json.Unmarshaler.
func (n *numbers) UnmarshalJSON(raw []byte) error {
	var list []*float32
	if err := json.Unmarshal(raw, &list); err != nil {
		return errors.New("a vector is not a list of numbers")
	}
	*n = make(numbers, len(list))
	for i, x := range list {
		if x == nil {
			return errors.New("a vector has null where a number belongs, which is how some servers write NaN")
		}
		(*n)[i] = *x
	}
	return nil
}

// item is a vector and which text it is of, or a list of such.
type item struct {
	Index     *int    `json:"index"`
	Embedding numbers `json:"embedding"`
	Data      []item  `json:"data"` // Voyage, for the chunks of one document
}

func readOpenAI(raw []byte, n int) (reply, error) {
	var r struct {
		Data  []item
		Usage struct {
			PromptTokens int `json:"prompt_tokens"`
			TotalTokens  int `json:"total_tokens"`
		}
	}
	if err := json.Unmarshal(raw, &r); err != nil {
		return reply{}, err
	}
	if len(r.Data) == 1 && len(r.Data[0].Data) > 0 {
		r.Data = r.Data[0].Data
	}
	vectors, err := inOrder(r.Data, n)
	return reply{vectors, max(r.Usage.PromptTokens, r.Usage.TotalTokens)}, err
}

// inOrder puts vectors where their index says. A server that writes none keeps
// the order.
func inOrder(items []item, n int) ([][]float32, error) {
	if len(items) != n {
		return nil, counted(len(items), n)
	}
	out := make([][]float32, n)
	for i, it := range items {
		at := i
		if it.Index != nil {
			at = *it.Index
		}
		if at < 0 || at >= n || out[at] != nil {
			return nil, fmt.Errorf("vector %d is numbered %d, which is out of range or there twice", i, at)
		}
		if len(it.Embedding) == 0 {
			return nil, fmt.Errorf("vector %d is empty", at)
		}
		out[at] = it.Embedding
	}
	return out, nil
}

func readOllama(raw []byte, n int) (reply, error) {
	var r struct {
		Embeddings []numbers
		Tokens     int `json:"prompt_eval_count"`
	}
	if err := json.Unmarshal(raw, &r); err != nil {
		return reply{}, err
	}
	if len(r.Embeddings) != n {
		return reply{}, counted(len(r.Embeddings), n)
	}
	out := make([][]float32, n)
	for i, v := range r.Embeddings {
		if len(v) == 0 {
			return reply{}, fmt.Errorf("vector %d is empty", i)
		}
		out[i] = v
	}
	return reply{out, r.Tokens}, nil
}

func counted(got, want int) error {
	return fmt.Errorf("%d vectors for %d texts; is this a server of embeddings, and does it take so many at once?", got, want)
}
