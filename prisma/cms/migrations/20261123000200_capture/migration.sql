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
  DELETE FROM sync_outbox_content_items WHERE ctid = ANY (ARRAY(SELECT ctid FROM sync_outbox_content_items WHERE txid < below LIMIT row_limit));
  GET DIAGNOSTICS deleted = ROW_COUNT;
  total := total + deleted;
  DELETE FROM sync_outbox_content_items_keys WHERE ctid = ANY (ARRAY(SELECT ctid FROM sync_outbox_content_items_keys WHERE txid < below LIMIT row_limit));
  GET DIAGNOSTICS deleted = ROW_COUNT;
  total := total + deleted;
  RETURN total;
END
$$;
REVOKE ALL ON FUNCTION sync_outbox_purge(xid8, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sync_outbox_purge(xid8, integer) TO metatron_cms_sync_rights;

CREATE TABLE sync_outbox_content_items (
  txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  tenant_id varchar(50) NOT NULL,
  total_items bigint NOT NULL DEFAULT 0,
  published_items bigint NOT NULL DEFAULT 0
);
CREATE INDEX sync_outbox_content_items_txid ON sync_outbox_content_items (txid);

CREATE TABLE sync_outbox_content_items_keys (
  txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  tenant_id varchar(50) NOT NULL,
  ids uuid[]
);
CREATE INDEX sync_outbox_content_items_keys_txid ON sync_outbox_content_items_keys (txid);

CREATE FUNCTION sync_capture_content_items() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF current_setting('synchronous_commit') = 'off' THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;
  IF TG_OP = 'INSERT' THEN
    INSERT INTO sync_outbox_content_items (tenant_id, total_items, published_items)
    SELECT tenant_id,
      sum(sign * total_items),
      sum(sign * published_items)
    FROM (
      SELECT 1 AS sign, tenant_id,
        1 AS total_items,
        CASE WHEN status = 'published' THEN 1 ELSE 0 END AS published_items
      FROM new_rows
    ) AS changes
    GROUP BY tenant_id
    HAVING sum(sign * total_items) <> 0 OR sum(sign * published_items) <> 0;
    INSERT INTO sync_outbox_content_items_keys (tenant_id, ids)
    SELECT tenant_id, array_agg(id)
    FROM (SELECT tenant_id, id FROM new_rows) AS changes
    GROUP BY tenant_id;
  ELSIF TG_OP = 'UPDATE' THEN
    INSERT INTO sync_outbox_content_items (tenant_id, total_items, published_items)
    SELECT tenant_id,
      sum(sign * total_items),
      sum(sign * published_items)
    FROM (
      SELECT 1 AS sign, tenant_id,
        1 AS total_items,
        CASE WHEN status = 'published' THEN 1 ELSE 0 END AS published_items
      FROM new_rows
      UNION ALL
      SELECT -1 AS sign, tenant_id,
        1 AS total_items,
        CASE WHEN status = 'published' THEN 1 ELSE 0 END AS published_items
      FROM old_rows
    ) AS changes
    GROUP BY tenant_id
    HAVING sum(sign * total_items) <> 0 OR sum(sign * published_items) <> 0;
    INSERT INTO sync_outbox_content_items_keys (tenant_id, ids)
    SELECT tenant_id, array_agg(id)
    FROM (SELECT tenant_id, id FROM new_rows UNION ALL SELECT tenant_id, id FROM old_rows) AS changes
    GROUP BY tenant_id;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO sync_outbox_content_items (tenant_id, total_items, published_items)
    SELECT tenant_id,
      sum(sign * total_items),
      sum(sign * published_items)
    FROM (
      SELECT -1 AS sign, tenant_id,
        1 AS total_items,
        CASE WHEN status = 'published' THEN 1 ELSE 0 END AS published_items
      FROM old_rows
    ) AS changes
    GROUP BY tenant_id
    HAVING sum(sign * total_items) <> 0 OR sum(sign * published_items) <> 0;
    INSERT INTO sync_outbox_content_items_keys (tenant_id, ids)
    SELECT tenant_id, array_agg(id)
    FROM (SELECT tenant_id, id FROM old_rows) AS changes
    GROUP BY tenant_id;
  ELSE
    INSERT INTO sync_outbox_content_items (tenant_id) VALUES ('*');
    INSERT INTO sync_outbox_content_items_keys (tenant_id) VALUES ('*');
  END IF;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION sync_capture_content_items() FROM PUBLIC;
CREATE TRIGGER sync_capture_insert AFTER INSERT ON content_items REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_content_items();
ALTER TABLE content_items ENABLE ALWAYS TRIGGER sync_capture_insert;
CREATE TRIGGER sync_capture_update AFTER UPDATE ON content_items REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_content_items();
ALTER TABLE content_items ENABLE ALWAYS TRIGGER sync_capture_update;
CREATE TRIGGER sync_capture_delete AFTER DELETE ON content_items REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_content_items();
ALTER TABLE content_items ENABLE ALWAYS TRIGGER sync_capture_delete;
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON content_items
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_content_items();
ALTER TABLE content_items ENABLE ALWAYS TRIGGER sync_capture_truncate;
