-- +goose Up
CREATE EXTENSION IF NOT EXISTS vector;

-- Text that people or files bring is bytea where it may hold any byte at all.
-- JSON columns hold what is only ever read whole.
CREATE TABLE documents (
	seq          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- order of arrival; pages of a list are cut by it
	id           text COLLATE "C" NOT NULL UNIQUE,
	name         bytea NOT NULL,
	folded       text COLLATE "C" NOT NULL, -- name and title, case-folded, for List's search
	title        text NOT NULL DEFAULT '',
	media_type   text NOT NULL DEFAULT '',
	language     text NOT NULL DEFAULT '',
	hash         text NOT NULL,
	bytes        bigint NOT NULL,
	status       text NOT NULL,
	done         bigint NOT NULL DEFAULT 0,
	total        bigint NOT NULL DEFAULT 0,
	pages        bigint NOT NULL DEFAULT 0,
	sections     bigint NOT NULL DEFAULT 0,
	sentences    bigint NOT NULL DEFAULT 0,
	chunks       bigint NOT NULL DEFAULT 0,
	characters   bigint NOT NULL DEFAULT 0,
	warnings     text, -- JSON list, of the reader
	cut_warnings text, -- JSON list, of the chunker
	problem      text, -- JSON, set when status is failed
	created      timestamptz NOT NULL DEFAULT clock_timestamp(),
	updated      timestamptz NOT NULL DEFAULT clock_timestamp(),
	deleted      boolean NOT NULL DEFAULT false -- from Delete until Purge
);
CREATE UNIQUE INDEX documents_by_hash ON documents (hash) WHERE NOT deleted;
CREATE INDEX documents_by_change ON documents (updated);

-- Documents that were deleted, also once they are purged: what a worker or an
-- answer still writes for one of them is refused.
CREATE TABLE gone (
	document text COLLATE "C" PRIMARY KEY,
	at       timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX gone_by_time ON gone (at);

-- At most one job a document; deleting a document turns its job into a removal.
CREATE TABLE jobs (
	id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- never reused, so that a token fences
	kind     text NOT NULL,
	document text COLLATE "C" NOT NULL UNIQUE,
	bytes    bigint NOT NULL,
	attempt  integer NOT NULL DEFAULT 0,
	token    bigint NOT NULL DEFAULT 0,
	due      timestamptz NOT NULL DEFAULT clock_timestamp(),
	leased   timestamptz -- end of the lease, null when nobody holds it
);
-- The order in which jobs are taken.
CREATE INDEX jobs_by_turn ON jobs ((kind <> 'remove'), date_trunc('minute', due AT TIME ZONE 'UTC'), bytes, id);

CREATE TABLE originals (
	document text COLLATE "C" NOT NULL,
	part     bigint NOT NULL, -- from 0; all but the last are of equal size
	body     bytea NOT NULL,
	PRIMARY KEY (document, part)
);
ALTER TABLE originals ALTER COLUMN body SET STORAGE EXTERNAL; -- most files are packed already

CREATE SEQUENCE versions;
CREATE TABLE texts (
	document text COLLATE "C" PRIMARY KEY,
	version  bigint NOT NULL DEFAULT nextval('versions'), -- another one after every change
	body     bytea NOT NULL -- the document without words, packed
);
ALTER TABLE texts ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE TABLE words (
	document text COLLATE "C" NOT NULL,
	page     bigint NOT NULL,
	body     bytea NOT NULL,
	PRIMARY KEY (document, page)
);
CREATE TABLE outlines (
	document text COLLATE "C" NOT NULL,
	key      text NOT NULL,
	body     bytea NOT NULL,
	PRIMARY KEY (document, key)
);

-- +goose Down
DROP TABLE outlines;
DROP TABLE words;
DROP TABLE texts;
DROP SEQUENCE versions;
DROP TABLE originals;
DROP TABLE jobs;
DROP TABLE gone;
DROP TABLE documents;
