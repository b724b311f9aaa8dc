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
  DELETE FROM sync_outbox_notifications WHERE ctid = ANY (ARRAY(SELECT ctid FROM sync_outbox_notifications WHERE txid < below LIMIT row_limit));
  GET DIAGNOSTICS deleted = ROW_COUNT;
  total := total + deleted;
  DELETE FROM sync_outbox_notifications_keys WHERE ctid = ANY (ARRAY(SELECT ctid FROM sync_outbox_notifications_keys WHERE txid < below LIMIT row_limit));
  GET DIAGNOSTICS deleted = ROW_COUNT;
  total := total + deleted;
  RETURN total;
END
$$;
REVOKE ALL ON FUNCTION sync_outbox_purge(xid8, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sync_outbox_purge(xid8, integer) TO metatron_notifications_sync_rights;

CREATE TABLE sync_outbox_notifications (
  txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  tenant_id varchar(50) NOT NULL,
  sent bigint NOT NULL DEFAULT 0,
  failed bigint NOT NULL DEFAULT 0
);
CREATE INDEX sync_outbox_notifications_txid ON sync_outbox_notifications (txid);

CREATE TABLE sync_outbox_notifications_keys (
  txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  tenant_id varchar(50) NOT NULL,
  ids uuid[]
);
CREATE INDEX sync_outbox_notifications_keys_txid ON sync_outbox_notifications_keys (txid);

CREATE FUNCTION sync_capture_notifications() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF current_setting('synchronous_commit') = 'off' THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;
  IF TG_OP = 'INSERT' THEN
    INSERT INTO sync_outbox_notifications (tenant_id, sent, failed)
    SELECT tenant_id,
      sum(sign * sent),
      sum(sign * failed)
    FROM (
      SELECT 1 AS sign, tenant_id,
        CASE WHEN status IN ('sent', 'delivered') THEN 1 ELSE 0 END AS sent,
        CASE WHEN status IN ('failed', 'bounced') THEN 1 ELSE 0 END AS failed
      FROM new_rows
    ) AS changes
    GROUP BY tenant_id
    HAVING sum(sign * sent) <> 0 OR sum(sign * failed) <> 0;
    INSERT INTO sync_outbox_notifications_keys (tenant_id, ids)
    SELECT tenant_id, array_agg(id)
    FROM (SELECT tenant_id, id FROM new_rows) AS changes
    GROUP BY tenant_id;
  ELSIF TG_OP = 'UPDATE' THEN
    INSERT INTO sync_outbox_notifications (tenant_id, sent, failed)
    SELECT tenant_id,
      sum(sign * sent),
      sum(sign * failed)
    FROM (
      SELECT 1 AS sign, tenant_id,
        CASE WHEN status IN ('sent', 'delivered') THEN 1 ELSE 0 END AS sent,
        CASE WHEN status IN ('failed', 'bounced') THEN 1 ELSE 0 END AS failed
      FROM new_rows
      UNION ALL
      SELECT -1 AS sign, tenant_id,
        CASE WHEN status IN ('sent', 'delivered') THEN 1 ELSE 0 END AS sent,
        CASE WHEN status IN ('failed', 'bounced') THEN 1 ELSE 0 END AS failed
      FROM old_rows
    ) AS changes
    GROUP BY tenant_id
    HAVING sum(sign * sent) <> 0 OR sum(sign * failed) <> 0;
    INSERT INTO sync_outbox_notifications_keys (tenant_id, ids)
    SELECT tenant_id, array_agg(id)
    FROM (SELECT tenant_id, id FROM new_rows UNION ALL SELECT tenant_id, id FROM old_rows) AS changes
    GROUP BY tenant_id;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO sync_outbox_notifications (tenant_id, sent, failed)
    SELECT tenant_id,
      sum(sign * sent),
      sum(sign * failed)
    FROM (
      SELECT -1 AS sign, tenant_id,
        CASE WHEN status IN ('sent', 'delivered') THEN 1 ELSE 0 END AS sent,
        CASE WHEN status IN ('failed', 'bounced') THEN 1 ELSE 0 END AS failed
      FROM old_rows
    ) AS changes
    GROUP BY tenant_id
    HAVING sum(sign * sent) <> 0 OR sum(sign * failed) <> 0;
    INSERT INTO sync_outbox_notifications_keys (tenant_id, ids)
    SELECT tenant_id, array_agg(id)
    FROM (SELECT tenant_id, id FROM old_rows) AS changes
    GROUP BY tenant_id;
  ELSE
    INSERT INTO sync_outbox_notifications (tenant_id) VALUES ('*');
    INSERT INTO sync_outbox_notifications_keys (tenant_id) VALUES ('*');
  END IF;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION sync_capture_notifications() FROM PUBLIC;
CREATE TRIGGER sync_capture_insert AFTER INSERT ON notifications REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_notifications();
ALTER TABLE notifications ENABLE ALWAYS TRIGGER sync_capture_insert;
CREATE TRIGGER sync_capture_update AFTER UPDATE ON notifications REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_notifications();
ALTER TABLE notifications ENABLE ALWAYS TRIGGER sync_capture_update;
CREATE TRIGGER sync_capture_delete AFTER DELETE ON notifications REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_notifications();
ALTER TABLE notifications ENABLE ALWAYS TRIGGER sync_capture_delete;
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON notifications
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_notifications();
ALTER TABLE notifications ENABLE ALWAYS TRIGGER sync_capture_truncate;
