-- +goose Up
-- What the index is made with; one row.
CREATE TABLE made (
	one      boolean PRIMARY KEY DEFAULT true CHECK (one),
	embedder text NOT NULL,
	dim      integer NOT NULL,
	chunker  text NOT NULL
);

-- A generation of a document's entries. Searches see the one that is visible;
-- another one may lie beside it until the document's job succeeds.
CREATE TABLE generations (
	id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	document  text COLLATE "C" NOT NULL,
	visible   boolean NOT NULL DEFAULT false,
	chunks    bigint NOT NULL,
	languages text[] NOT NULL,   -- of its chunks
	counts    bigint[] NOT NULL, -- chunks in each of them
	lengths   bigint[] NOT NULL  -- and the terms in those, in quarters
);
CREATE INDEX generations_by_document ON generations (document);
CREATE UNIQUE INDEX generations_visible ON generations (document) WHERE visible;
CREATE INDEX generations_hidden ON generations (id) WHERE NOT visible;

-- The sums of all generations that are visible.
CREATE TABLE totals (
	language text PRIMARY KEY,
	chunks   bigint NOT NULL,
	lengths  bigint NOT NULL
);

CREATE TABLE entries (
	generation bigint NOT NULL,
	ordinal    integer NOT NULL,
	first      integer NOT NULL,
	last       integer NOT NULL,
	start      integer NOT NULL,
	stop       integer NOT NULL,
	section    integer NOT NULL,
	tokens     integer NOT NULL,
	header     bytea NOT NULL,
	vector     vector, -- of unit length; null without an embedder
	PRIMARY KEY (generation, ordinal)
);

-- Where terms stand. A row holds a term's postings in a block of consecutive
-- chunks of one document.
CREATE TABLE postings (
	term       bigint NOT NULL, -- hash of the language and the term
	generation bigint NOT NULL,
	block      integer NOT NULL,
	chunks     integer NOT NULL, -- how many hold the term
	body       bytea NOT NULL,   -- packed
	PRIMARY KEY (term, generation, block)
);
CREATE INDEX postings_by_generation ON postings (generation);

-- +goose Down
DROP TABLE postings;
DROP TABLE entries;
DROP TABLE totals;
DROP TABLE generations;
DROP TABLE made;
