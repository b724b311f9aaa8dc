-- Domain events are handed to the job queue; what has not been yet is found by this index alone.
ALTER TABLE domain_events ADD COLUMN delivered_at TIMESTAMPTZ(3);
UPDATE domain_events SET delivered_at = now();
CREATE INDEX domain_events_undelivered ON domain_events (at, id) WHERE delivered_at IS NULL;
