-- A dead letter is open, is being sent again, and is resolved when that has succeeded; or was dropped.
ALTER TABLE dead_letters DROP CONSTRAINT dead_letters_status_check;
UPDATE dead_letters SET status = 'resolved', resolved_at = coalesce(resolved_at, updated_at) WHERE status = 'retried';
ALTER TABLE dead_letters ADD CONSTRAINT dead_letters_status_check
  CHECK (status IN ('open', 'retrying', 'resolved', 'discarded'));
