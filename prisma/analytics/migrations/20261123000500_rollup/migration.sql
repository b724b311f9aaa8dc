-- What the rollup of events into metrics needs, and months made ahead by the service that takes events in.

-- Finds what came in since the last rollup. Rows lie in nearly that order: the index is a few pages.
CREATE INDEX events_received ON events USING brin (received_at);

-- Up to which time of arrival events are rolled up; the platform's own, no tenant's.
CREATE TABLE rollup_marks (
  name    VARCHAR(50) PRIMARY KEY,
  through TIMESTAMPTZ(3) NOT NULL
);

-- This month and the next three, which only the owner can make.
CREATE FUNCTION events_make_months_ahead() RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT events_ensure_partitions((date_trunc('month', now() AT TIME ZONE 'UTC'))::date, 4)
$$;
REVOKE ALL ON FUNCTION events_make_months_ahead() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION events_make_months_ahead() TO metatron_analytics_service_rights;
REVOKE ALL ON FUNCTION events_ensure_partitions(date, integer) FROM PUBLIC;
