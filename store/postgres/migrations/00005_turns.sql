-- +goose Up
-- Who runs an evaluation: one server at a time, under a lease.
ALTER TABLE evaluations
	ADD COLUMN over   boolean NOT NULL DEFAULT false, -- nothing is left to do
	ADD COLUMN token  bigint NOT NULL DEFAULT 0,      -- of the newest lease; earlier holders are fenced off
	ADD COLUMN leased timestamptz;                    -- end of the lease, null before the first
UPDATE evaluations SET over = true WHERE convert_from(head, 'UTF8')::jsonb ->> 'Status' IN ('done', 'cancelled', 'failed');
CREATE INDEX evaluations_unfinished ON evaluations (seq) WHERE NOT over;

-- +goose Down
DROP INDEX evaluations_unfinished;
ALTER TABLE evaluations DROP COLUMN leased, DROP COLUMN token, DROP COLUMN over;
