package qdrant

import "footnote/retrieval/lexical"

// QueryVector is the sparse vector of a query.
func QueryVector(terms []lexical.Weighted) ([]uint32, []float32) {
	return reading{terms: terms}.vector()
}
