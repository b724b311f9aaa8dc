-- Generated from prisma/<domain>/capture.ts by prisma/capture/generate.ts: change the declaration, not
-- this file. Outboxes are the owner's and the relay's alone, who crosses tenants: no row security.

CREATE TABLE sync_outbox_epoch (
  is_only      boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  epoch        uuid NOT NULL DEFAULT gen_random_uuid(),
  purged_below xid8 NOT NULL DEFAULT '0'
);
INSERT INTO sync_outbox_epoch DEFAULT VALUES;

CREATE FUNCTION sync_outbox_purge(up_to xid8, row_limit integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  below   CONSTANT xid8 := least(up_to, pg_snapshot_xmin(pg_current_snapshot()));
  deleted bigint;
  total   bigint := 0;
BEGIN
  UPDATE sync_outbox_epoch SET purged_below = greatest(purged_below, below);
  DELETE FROM sync_outbox_events WHERE ctid = ANY (ARRAY(SELECT ctid FROM sync_outbox_events WHERE txid < below LIMIT row_limit));
  GET DIAGNOSTICS deleted = ROW_COUNT;
  total := total + deleted;
  RETURN total;
END
$$;
REVOKE ALL ON FUNCTION sync_outbox_purge(xid8, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sync_outbox_purge(xid8, integer) TO metatron_analytics_sync_rights;

CREATE TABLE sync_outbox_events (
  txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  tenant_id varchar(50) NOT NULL,
  total_events bigint NOT NULL DEFAULT 0,
  last_event_at timestamptz,
  last_event_at_lowered boolean NOT NULL DEFAULT false
);
CREATE INDEX sync_outbox_events_txid ON sync_outbox_events (txid);

CREATE FUNCTION sync_capture_events() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF current_setting('synchronous_commit') = 'off' THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;
  IF TG_OP = 'INSERT' THEN
    INSERT INTO sync_outbox_events (tenant_id, total_events, last_event_at, last_event_at_lowered)
    SELECT tenant_id,
      sum(sign * total_events),
      max(last_event_at) FILTER (WHERE sign > 0),
      coalesce(max(last_event_at) FILTER (WHERE sign < 0) > coalesce(max(last_event_at) FILTER (WHERE sign > 0), '-infinity'), false)
    FROM (
      SELECT 1 AS sign, tenant_id,
        1 AS total_events,
        created_at AS last_event_at
      FROM new_rows
    ) AS changes
    GROUP BY tenant_id
    HAVING sum(sign * total_events) <> 0 OR max(last_event_at) FILTER (WHERE sign > 0) IS DISTINCT FROM max(last_event_at) FILTER (WHERE sign < 0);
  ELSIF TG_OP = 'UPDATE' THEN
    INSERT INTO sync_outbox_events (tenant_id, total_events, last_event_at, last_event_at_lowered)
    SELECT tenant_id,
      sum(sign * total_events),
      max(last_event_at) FILTER (WHERE sign > 0),
      coalesce(max(last_event_at) FILTER (WHERE sign < 0) > coalesce(max(last_event_at) FILTER (WHERE sign > 0), '-infinity'), false)
    FROM (
      SELECT 1 AS sign, tenant_id,
        1 AS total_events,
        created_at AS last_event_at
      FROM new_rows
      UNION ALL
      SELECT -1 AS sign, tenant_id,
        1 AS total_events,
        created_at AS last_event_at
      FROM old_rows
    ) AS changes
    GROUP BY tenant_id
    HAVING sum(sign * total_events) <> 0 OR max(last_event_at) FILTER (WHERE sign > 0) IS DISTINCT FROM max(last_event_at) FILTER (WHERE sign < 0);
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO sync_outbox_events (tenant_id, total_events, last_event_at, last_event_at_lowered)
    SELECT tenant_id,
      sum(sign * total_events),
      max(last_event_at) FILTER (WHERE sign > 0),
      coalesce(max(last_event_at) FILTER (WHERE sign < 0) > coalesce(max(last_event_at) FILTER (WHERE sign > 0), '-infinity'), false)
    FROM (
      SELECT -1 AS sign, tenant_id,
        1 AS total_events,
        created_at AS last_event_at
      FROM old_rows
    ) AS changes
    GROUP BY tenant_id
    HAVING sum(sign * total_events) <> 0 OR max(last_event_at) FILTER (WHERE sign > 0) IS DISTINCT FROM max(last_event_at) FILTER (WHERE sign < 0);
  ELSE
    INSERT INTO sync_outbox_events (tenant_id) VALUES ('*');
  END IF;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION sync_capture_events() FROM PUBLIC;
CREATE TRIGGER sync_capture_insert AFTER INSERT ON events REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_events();
ALTER TABLE events ENABLE ALWAYS TRIGGER sync_capture_insert;
CREATE TRIGGER sync_capture_update AFTER UPDATE ON events REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_events();
ALTER TABLE events ENABLE ALWAYS TRIGGER sync_capture_update;
CREATE TRIGGER sync_capture_delete AFTER DELETE ON events REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_events();
ALTER TABLE events ENABLE ALWAYS TRIGGER sync_capture_delete;
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON events
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_events();
ALTER TABLE events ENABLE ALWAYS TRIGGER sync_capture_truncate;
