-- +goose Up
CREATE TABLE evaluations (
	seq       INTEGER PRIMARY KEY AUTOINCREMENT,
	id        TEXT NOT NULL UNIQUE,
	head      BLOB NOT NULL, -- what lists show
	questions TEXT NOT NULL,
	report    BLOB           -- NULL until there is one
);
CREATE TABLE records (
	seq        INTEGER PRIMARY KEY AUTOINCREMENT,
	evaluation TEXT NOT NULL,
	key        TEXT NOT NULL,
	body       BLOB NOT NULL,
	bare       BLOB NOT NULL, -- what body becomes when a document that it quotes is deleted
	UNIQUE (evaluation, key)
);
-- Which documents a record holds words of.
CREATE TABLE quoted (
	document TEXT    NOT NULL,
	record   INTEGER NOT NULL, -- its seq
	PRIMARY KEY (document, record)
) WITHOUT ROWID;
CREATE INDEX quoted_by_record ON quoted (record);

-- +goose Down
DROP TABLE quoted;
DROP TABLE records;
DROP TABLE evaluations;
