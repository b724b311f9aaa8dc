-- Domain events are also written into ANALYTICS, by the services that may: what has not been yet is
-- found by this index alone. Apart from delivered_at, so that neither way waits for the other.
ALTER TABLE domain_events ADD COLUMN told_at TIMESTAMPTZ(3);
UPDATE domain_events SET told_at = now();
CREATE INDEX domain_events_untold ON domain_events (at, id) WHERE told_at IS NULL;
