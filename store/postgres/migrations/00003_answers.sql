-- +goose Up
CREATE TABLE answers (
	seq  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	id   text NOT NULL UNIQUE,
	kind text NOT NULL, -- answer or comparison
	body bytea NOT NULL -- JSON
);
-- Which documents an answer tells of, so that a deleted one takes them along.
CREATE TABLE mentions (
	document text COLLATE "C" NOT NULL,
	answer   text NOT NULL,
	PRIMARY KEY (document, answer)
);
CREATE INDEX mentions_by_answer ON mentions (answer);

CREATE TABLE evaluations (
	seq       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	id        text NOT NULL UNIQUE,
	head      bytea NOT NULL, -- what lists show
	questions bytea NOT NULL,
	report    bytea           -- null until there is one
);
CREATE TABLE records (
	seq        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	evaluation text NOT NULL,
	key        bytea NOT NULL,
	body       bytea NOT NULL,
	bare       bytea NOT NULL, -- what body becomes when a document that it quotes is deleted
	UNIQUE (evaluation, key)
);
-- Which documents a record holds words of.
CREATE TABLE quoted (
	document text COLLATE "C" NOT NULL,
	record   bigint NOT NULL, -- its seq
	PRIMARY KEY (document, record)
);
CREATE INDEX quoted_by_record ON quoted (record);

-- +goose Down
DROP TABLE quoted;
DROP TABLE records;
DROP TABLE evaluations;
DROP TABLE mentions;
DROP TABLE answers;
