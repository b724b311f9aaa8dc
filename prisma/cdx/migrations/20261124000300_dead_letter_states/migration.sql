-- A dead letter is open, is being sent again, and has been so with success; or it was dropped.
ALTER TABLE dead_letters DROP CONSTRAINT dead_letters_status_check;
ALTER TABLE dead_letters ADD CONSTRAINT dead_letters_status_check
  CHECK (status IN ('open', 'retrying', 'retried', 'discarded'));
