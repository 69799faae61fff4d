-- +goose Up
-- Answers and comparisons that are being given, for followers at other servers.
-- A crash of the database may lose them.
CREATE UNLOGGED TABLE runs (
	id    text PRIMARY KEY,
	until timestamptz NOT NULL, -- when its server counts as gone; once it is done, when it may be forgotten
	done  boolean NOT NULL,
	stop  boolean NOT NULL DEFAULT false -- somebody asked for its end
);
CREATE UNLOGGED TABLE run_events (
	run   text NOT NULL REFERENCES runs ON DELETE CASCADE,
	first bigint NOT NULL, -- number of the first event, from 1
	last  bigint NOT NULL,
	body  bytea NOT NULL,
	PRIMARY KEY (run, first)
);

-- +goose Down
DROP TABLE run_events;
DROP TABLE runs;
