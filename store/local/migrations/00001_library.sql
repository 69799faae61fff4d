-- +goose Up
-- Times are Unix nanoseconds. JSON columns hold what is only ever read whole.
CREATE TABLE documents (
	seq        INTEGER PRIMARY KEY AUTOINCREMENT, -- order of arrival; pages of a list are cut by it
	id         TEXT    NOT NULL UNIQUE,
	name       TEXT    NOT NULL,
	folded     TEXT    NOT NULL, -- name and title, case-folded, for List's search
	title      TEXT    NOT NULL DEFAULT '',
	media_type TEXT    NOT NULL DEFAULT '',
	language   TEXT    NOT NULL DEFAULT '',
	hash       TEXT    NOT NULL,
	bytes      INTEGER NOT NULL,
	status     TEXT    NOT NULL,
	done       INTEGER NOT NULL DEFAULT 0,
	total      INTEGER NOT NULL DEFAULT 0,
	pages      INTEGER NOT NULL DEFAULT 0,
	sections   INTEGER NOT NULL DEFAULT 0,
	sentences  INTEGER NOT NULL DEFAULT 0,
	chunks     INTEGER NOT NULL DEFAULT 0,
	characters INTEGER NOT NULL DEFAULT 0,
	warnings   TEXT,             -- JSON list
	problem    TEXT,             -- JSON, set when status is failed
	created    INTEGER NOT NULL,
	updated    INTEGER NOT NULL,
	deleted    INTEGER NOT NULL DEFAULT 0 -- 1 from Delete until Purge
);
CREATE UNIQUE INDEX documents_by_hash ON documents (hash) WHERE deleted = 0;

-- At most one job a document; deleting a document turns its job into a removal.
CREATE TABLE jobs (
	id       INTEGER PRIMARY KEY AUTOINCREMENT, -- never reused, so that a token fences
	kind     TEXT    NOT NULL,
	document TEXT    NOT NULL UNIQUE,
	bytes    INTEGER NOT NULL,
	attempt  INTEGER NOT NULL DEFAULT 0,
	token    INTEGER NOT NULL DEFAULT 0,
	due      INTEGER NOT NULL,
	leased   INTEGER NOT NULL DEFAULT 0 -- end of the lease, 0 when nobody holds it
);

CREATE TABLE texts (
	document TEXT PRIMARY KEY,
	body     BLOB NOT NULL -- gob of the document without words, deflated
);
CREATE TABLE words (
	document TEXT    NOT NULL,
	page     INTEGER NOT NULL,
	body     BLOB    NOT NULL,
	PRIMARY KEY (document, page)
);

-- The truth behind the indexes in memory. Entries of a document that is still
-- being ingested lie here unseen.
CREATE TABLE entries (
	document TEXT    NOT NULL,
	ordinal  INTEGER NOT NULL,
	first    INTEGER NOT NULL,
	last     INTEGER NOT NULL,
	start    INTEGER NOT NULL,
	stop     INTEGER NOT NULL,
	section  INTEGER NOT NULL,
	header   TEXT    NOT NULL,
	tokens   INTEGER NOT NULL,
	text     TEXT    NOT NULL,
	language TEXT    NOT NULL,
	vector   BLOB, -- little-endian float32
	PRIMARY KEY (document, ordinal)
);
-- What the entries were made with; one row.
CREATE TABLE made (
	one      INTEGER PRIMARY KEY CHECK (one = 1),
	embedder TEXT    NOT NULL,
	dim      INTEGER NOT NULL,
	chunker  TEXT    NOT NULL
);

CREATE TABLE answers (
	seq  INTEGER PRIMARY KEY AUTOINCREMENT,
	id   TEXT NOT NULL UNIQUE,
	kind TEXT NOT NULL, -- answer or comparison
	body TEXT NOT NULL  -- JSON
);
-- Which documents an answer holds words of, so that a deleted one takes them along.
CREATE TABLE mentions (
	document TEXT NOT NULL,
	answer   TEXT NOT NULL,
	PRIMARY KEY (document, answer)
) WITHOUT ROWID;

-- +goose Down
DROP TABLE mentions;
DROP TABLE answers;
DROP TABLE made;
DROP TABLE entries;
DROP TABLE words;
DROP TABLE texts;
DROP TABLE jobs;
DROP TABLE documents;
