-- What the last batch was, all of it: the transaction with the greatest id is not always the one that
-- committed last.
ALTER TABLE sync_checkpoints ALTER COLUMN witness TYPE jsonb USING NULL;
-- What vouches for a checkpoint from before is gone with the old form: the sources are taken anew once.
UPDATE sync_checkpoints SET snapshot = NULL;
