-- A change of plan that waits for the end of the period, with the version it was agreed under.
ALTER TABLE subscriptions
  ADD COLUMN next_plan_id UUID,
  ADD COLUMN next_plan_version INTEGER,
  ADD COLUMN next_quantity INTEGER,
  ADD CONSTRAINT subscriptions_next_check CHECK (
    (next_plan_id IS NULL) = (next_plan_version IS NULL) AND (next_plan_id IS NULL) = (next_quantity IS NULL)
    AND next_quantity > 0),
  ADD CONSTRAINT subscriptions_next_plan_fkey FOREIGN KEY (next_plan_id, next_plan_version)
    REFERENCES plan_versions (plan_id, version) ON DELETE RESTRICT;
CREATE INDEX subscriptions_next_plan ON subscriptions (next_plan_id, next_plan_version)
  WHERE next_plan_id IS NOT NULL;
