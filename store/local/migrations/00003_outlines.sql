-- +goose Up
-- What a model said that parts of documents are about. A part's key has its
-- words and the chunker in it, so a row never has to change.
CREATE TABLE outlines (
	document TEXT NOT NULL,
	key      TEXT NOT NULL,
	body     TEXT NOT NULL, -- JSON
	PRIMARY KEY (document, key)
);
-- Warnings about how a document was cut, beside those of its reader.
ALTER TABLE documents ADD COLUMN cut_warnings TEXT; -- JSON list
