-- +goose Up
-- Texts are packed in Zstandard frames from here on. What earlier versions
-- packed is read as before; they cannot read frames, so they must not start.
SELECT 1;

-- +goose Down
SELECT 1;
