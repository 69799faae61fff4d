package main

import (
	"hash/fnv"
	"strings"
)

// assign gives every item a fold such that items that share a document, a
// question or a gold section are held out together.
func assign(items []*item, folds int) {
	parent := map[string]string{}
	var find func(string) string
	find = func(k string) string {
		p, ok := parent[k]
		if !ok || p == k {
			parent[k] = k
			return k
		}
		root := find(p)
		parent[k] = root
		return root
	}
	for _, it := range items {
		first := ""
		for _, k := range keys(it) {
			if first == "" {
				first = find(k)
			}
			a, b := find(first), find(k)
			if a > b {
				a, b = b, a
			}
			parent[b] = a
		}
	}
	for _, it := range items {
		h := fnv.New32a()
		h.Write([]byte(find(keys(it)[0])))
		it.fold = int(h.Sum32()>>8) % folds
	}
}

// keys names what an item must not share with one of another fold.
func keys(it *item) []string {
	ks := []string{"question " + fold(it.Text)}
	for _, d := range it.Documents {
		name := strings.TrimSuffix(d.Name, ".md")
		ks = append(ks, "document "+strings.ReplaceAll(fold(name), "_", " "))
	}
	for _, e := range it.Evidence {
		if e.Section != "" && !strings.HasPrefix(it.set, "needle") {
			ks = append(ks, "section "+fold(e.Section))
		}
	}
	return ks
}
