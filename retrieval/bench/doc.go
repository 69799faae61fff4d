// Package bench compares Footnote's search structures with libraries that do
// the same, in one run on the same data. It is a module of its own, so that
// those libraries never enter the product. See doc/benchmarks/search.md.
package bench
