-- +goose Up
-- What a model made of documents to show how questions about them are answered.
CREATE TABLE examples (
	document text COLLATE "C" NOT NULL,
	key      text NOT NULL,
	body     bytea NOT NULL,
	PRIMARY KEY (document, key)
);

-- +goose Down
DROP TABLE examples;
