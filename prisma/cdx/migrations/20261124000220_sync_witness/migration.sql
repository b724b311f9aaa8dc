-- The last transaction whose change was applied, and when that was written: a source that was put back to
-- an earlier state has another one under this id, or none.
ALTER TABLE sync_checkpoints ADD COLUMN witness TEXT;
-- A checkpoint from before may name transactions that a crash would give out again.
UPDATE sync_checkpoints SET snapshot = NULL;
