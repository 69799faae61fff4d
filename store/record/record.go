// Package record is what backends that keep documents have in common: how a
// parsed document and its words look when they are stored, ids, the cursors of
// lists, what a stored answer loses when a document is deleted, and a cache of
// parsed documents.
package record
