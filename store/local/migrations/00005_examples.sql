-- +goose Up
-- What a model made of documents to show how questions about them are answered.
-- The key has the model, its prompts and what it was shown in it, so a row never
-- has to change.
CREATE TABLE examples (
	document TEXT NOT NULL,
	key      TEXT NOT NULL,
	body     TEXT NOT NULL, -- JSON
	PRIMARY KEY (document, key)
);
