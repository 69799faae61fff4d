package llmtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// rerank scores a text by how many of the query's words it has.
func (s *Embeddings) rerank(w http.ResponseWriter, q EmbedRequest, fault EmbedFault) {
	type scored struct {
		Index int `json:"index"`
		score float64
	}
	query, _ := q.Body["query"].(string)
	results := make([]scored, len(q.Texts))
	for i, t := range q.Texts {
		results[i].Index = i
		for _, word := range strings.Fields(strings.ToLower(query)) {
			results[i].score += float64(strings.Count(strings.ToLower(t), strings.Trim(word, "?.,")))
		}
	}
	slices.SortStableFunc(results, func(a, b scored) int { return int(b.score - a.score) })
	switch fault {
	case Short:
		results = results[1:]
	case TwiceTheSame:
		results[1].Index = results[0].Index
	case Long:
		results[0].Index = len(results)
	}
	name := "relevance_score"
	if q.Body["texts"] != nil { // TEI
		name = "score"
	}
	var items []string
	for i, r := range results {
		score := fmt.Sprint(r.score)
		if fault == WritesNull && i == 0 {
			score = "null"
		}
		items = append(items, fmt.Sprintf(`{"index":%d,"%s":%s}`, r.Index, name, score))
	}
	list := "[" + strings.Join(items, ",") + "]"
	if q.Body["texts"] == nil {
		field := "results"
		if q.Body["top_k"] != nil { // Voyage
			field = "data"
		}
		list = fmt.Sprintf(`{%q:%s}`, field, list)
	}
	if !json.Valid([]byte(list)) {
		http.Error(w, list, http.StatusInternalServerError)
		return
	}
	fmt.Fprint(w, list)
}
