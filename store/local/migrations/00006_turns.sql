-- +goose Up
-- The files of questions lie apart: how far an evaluation is, is written with
-- every record, and a row is written whole.
CREATE TABLE questions (
	evaluation TEXT NOT NULL PRIMARY KEY,
	body       TEXT NOT NULL
);
INSERT INTO questions (evaluation, body) SELECT id, questions FROM evaluations;
ALTER TABLE evaluations DROP COLUMN questions;

-- Who runs an evaluation, under a lease.
ALTER TABLE evaluations ADD COLUMN over INTEGER NOT NULL DEFAULT 0;   -- nothing is left to do
ALTER TABLE evaluations ADD COLUMN token INTEGER NOT NULL DEFAULT 0;  -- of the newest lease; earlier holders are fenced off
ALTER TABLE evaluations ADD COLUMN leased INTEGER NOT NULL DEFAULT 0; -- end of the lease, in nanoseconds
UPDATE evaluations SET over = 1 WHERE json_extract(CAST(head AS TEXT), '$.Status') IN ('done', 'cancelled', 'failed');
CREATE INDEX evaluations_unfinished ON evaluations (seq) WHERE over = 0;

-- +goose Down
DROP INDEX evaluations_unfinished;
ALTER TABLE evaluations DROP COLUMN leased;
ALTER TABLE evaluations DROP COLUMN token;
ALTER TABLE evaluations DROP COLUMN over;
ALTER TABLE evaluations ADD COLUMN questions TEXT NOT NULL DEFAULT '';
UPDATE evaluations SET questions = (SELECT body FROM questions WHERE evaluation = id);
DROP TABLE questions;
