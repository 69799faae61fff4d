package embed

import "strings"

// prefixes is what a model was trained to see before queries and documents,
// where its card says so. Servers do not add it.
func prefixes(model string) (query, document string) {
	model = strings.ToLower(model)
	const search = "Represent this sentence for searching relevant passages: "
	for _, m := range []struct{ name, query, document string }{
		{"nomic-embed-text", "search_query: ", "search_document: "},
		{"multilingual-e5", "query: ", "passage: "},
		{"e5-base", "query: ", "passage: "},
		{"e5-small", "query: ", "passage: "},
		{"e5-large", "query: ", "passage: "},
		{"mxbai-embed", search, ""},
		{"bge-small-en", search, ""},
		{"bge-base-en", search, ""},
		{"bge-large-en", search, ""},
		{"snowflake-arctic-embed2", "query: ", ""},
		{"snowflake-arctic-embed-l-v2", "query: ", ""},
		{"snowflake-arctic-embed-m-v2", "query: ", ""},
		{"snowflake-arctic-embed", search, ""},
		{"embeddinggemma", "task: search result | query: ", "title: none | text: "},
		{"qwen3-embedding", "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:", ""},
	} {
		if strings.Contains(model, m.name) {
			return m.query, m.document
		}
	}
	return "", ""
}
