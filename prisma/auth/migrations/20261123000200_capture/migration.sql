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
  DELETE FROM sync_outbox_users WHERE ctid = ANY (ARRAY(SELECT ctid FROM sync_outbox_users WHERE txid < below LIMIT row_limit));
  GET DIAGNOSTICS deleted = ROW_COUNT;
  total := total + deleted;
  DELETE FROM sync_outbox_auth_events_keys WHERE ctid = ANY (ARRAY(SELECT ctid FROM sync_outbox_auth_events_keys WHERE txid < below LIMIT row_limit));
  GET DIAGNOSTICS deleted = ROW_COUNT;
  total := total + deleted;
  DELETE FROM sync_outbox_users_keys WHERE ctid = ANY (ARRAY(SELECT ctid FROM sync_outbox_users_keys WHERE txid < below LIMIT row_limit));
  GET DIAGNOSTICS deleted = ROW_COUNT;
  total := total + deleted;
  RETURN total;
END
$$;
REVOKE ALL ON FUNCTION sync_outbox_purge(xid8, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sync_outbox_purge(xid8, integer) TO metatron_auth_sync_rights;

CREATE TABLE sync_outbox_users (
  txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  tenant_id varchar(50) NOT NULL,
  total_users bigint NOT NULL DEFAULT 0,
  active_users bigint NOT NULL DEFAULT 0,
  last_activity timestamptz,
  last_activity_lowered boolean NOT NULL DEFAULT false
);
CREATE INDEX sync_outbox_users_txid ON sync_outbox_users (txid);

CREATE TABLE sync_outbox_auth_events_keys (
  txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  tenant_id varchar(50) NOT NULL,
  ids uuid[]
);
CREATE INDEX sync_outbox_auth_events_keys_txid ON sync_outbox_auth_events_keys (txid);

CREATE TABLE sync_outbox_users_keys (
  txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  tenant_id varchar(50) NOT NULL,
  ids uuid[]
);
CREATE INDEX sync_outbox_users_keys_txid ON sync_outbox_users_keys (txid);

CREATE FUNCTION sync_capture_users() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF current_setting('synchronous_commit') = 'off' THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;
  IF TG_OP = 'INSERT' THEN
    INSERT INTO sync_outbox_users (tenant_id, total_users, active_users, last_activity, last_activity_lowered)
    SELECT tenant_id,
      sum(sign * total_users),
      sum(sign * active_users),
      max(last_activity) FILTER (WHERE sign > 0),
      coalesce(max(last_activity) FILTER (WHERE sign < 0) > coalesce(max(last_activity) FILTER (WHERE sign > 0), '-infinity'), false)
    FROM (
      SELECT 1 AS sign, tenant_id,
        1 AS total_users,
        CASE WHEN is_active THEN 1 ELSE 0 END AS active_users,
        last_login AS last_activity
      FROM new_rows
    ) AS changes
    GROUP BY tenant_id
    HAVING sum(sign * total_users) <> 0 OR sum(sign * active_users) <> 0 OR max(last_activity) FILTER (WHERE sign > 0) IS DISTINCT FROM max(last_activity) FILTER (WHERE sign < 0);
    INSERT INTO sync_outbox_users_keys (tenant_id, ids)
    SELECT tenant_id, array_agg(id)
    FROM (SELECT tenant_id, id FROM new_rows WHERE tenant_id = 'platform') AS changes
    GROUP BY tenant_id;
  ELSIF TG_OP = 'UPDATE' THEN
    INSERT INTO sync_outbox_users (tenant_id, total_users, active_users, last_activity, last_activity_lowered)
    SELECT tenant_id,
      sum(sign * total_users),
      sum(sign * active_users),
      max(last_activity) FILTER (WHERE sign > 0),
      coalesce(max(last_activity) FILTER (WHERE sign < 0) > coalesce(max(last_activity) FILTER (WHERE sign > 0), '-infinity'), false)
    FROM (
      SELECT 1 AS sign, tenant_id,
        1 AS total_users,
        CASE WHEN is_active THEN 1 ELSE 0 END AS active_users,
        last_login AS last_activity
      FROM new_rows
      UNION ALL
      SELECT -1 AS sign, tenant_id,
        1 AS total_users,
        CASE WHEN is_active THEN 1 ELSE 0 END AS active_users,
        last_login AS last_activity
      FROM old_rows
    ) AS changes
    GROUP BY tenant_id
    HAVING sum(sign * total_users) <> 0 OR sum(sign * active_users) <> 0 OR max(last_activity) FILTER (WHERE sign > 0) IS DISTINCT FROM max(last_activity) FILTER (WHERE sign < 0);
    INSERT INTO sync_outbox_users_keys (tenant_id, ids)
    SELECT tenant_id, array_agg(id)
    FROM (SELECT tenant_id, id FROM new_rows WHERE tenant_id = 'platform' UNION ALL SELECT tenant_id, id FROM old_rows WHERE tenant_id = 'platform') AS changes
    GROUP BY tenant_id;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO sync_outbox_users (tenant_id, total_users, active_users, last_activity, last_activity_lowered)
    SELECT tenant_id,
      sum(sign * total_users),
      sum(sign * active_users),
      max(last_activity) FILTER (WHERE sign > 0),
      coalesce(max(last_activity) FILTER (WHERE sign < 0) > coalesce(max(last_activity) FILTER (WHERE sign > 0), '-infinity'), false)
    FROM (
      SELECT -1 AS sign, tenant_id,
        1 AS total_users,
        CASE WHEN is_active THEN 1 ELSE 0 END AS active_users,
        last_login AS last_activity
      FROM old_rows
    ) AS changes
    GROUP BY tenant_id
    HAVING sum(sign * total_users) <> 0 OR sum(sign * active_users) <> 0 OR max(last_activity) FILTER (WHERE sign > 0) IS DISTINCT FROM max(last_activity) FILTER (WHERE sign < 0);
    INSERT INTO sync_outbox_users_keys (tenant_id, ids)
    SELECT tenant_id, array_agg(id)
    FROM (SELECT tenant_id, id FROM old_rows WHERE tenant_id = 'platform') AS changes
    GROUP BY tenant_id;
  ELSE
    INSERT INTO sync_outbox_users (tenant_id) VALUES ('*');
    INSERT INTO sync_outbox_users_keys (tenant_id) VALUES ('*');
  END IF;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION sync_capture_users() FROM PUBLIC;
CREATE TRIGGER sync_capture_insert AFTER INSERT ON users REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_users();
ALTER TABLE users ENABLE ALWAYS TRIGGER sync_capture_insert;
CREATE TRIGGER sync_capture_update AFTER UPDATE ON users REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_users();
ALTER TABLE users ENABLE ALWAYS TRIGGER sync_capture_update;
CREATE TRIGGER sync_capture_delete AFTER DELETE ON users REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_users();
ALTER TABLE users ENABLE ALWAYS TRIGGER sync_capture_delete;
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON users
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_users();
ALTER TABLE users ENABLE ALWAYS TRIGGER sync_capture_truncate;

CREATE FUNCTION sync_capture_auth_events() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF current_setting('synchronous_commit') = 'off' THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;
  IF TG_OP = 'INSERT' THEN
    INSERT INTO sync_outbox_auth_events_keys (tenant_id, ids)
    SELECT tenant_id, array_agg(id)
    FROM (SELECT tenant_id, id FROM new_rows) AS changes
    GROUP BY tenant_id;
  ELSIF TG_OP = 'UPDATE' THEN
    INSERT INTO sync_outbox_auth_events_keys (tenant_id, ids)
    SELECT tenant_id, array_agg(id)
    FROM (SELECT tenant_id, id FROM new_rows UNION ALL SELECT tenant_id, id FROM old_rows) AS changes
    GROUP BY tenant_id;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO sync_outbox_auth_events_keys (tenant_id, ids)
    SELECT tenant_id, array_agg(id)
    FROM (SELECT tenant_id, id FROM old_rows) AS changes
    GROUP BY tenant_id;
  ELSE
    INSERT INTO sync_outbox_auth_events_keys (tenant_id) VALUES ('*');
  END IF;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION sync_capture_auth_events() FROM PUBLIC;
CREATE TRIGGER sync_capture_insert AFTER INSERT ON auth_events REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_auth_events();
ALTER TABLE auth_events ENABLE ALWAYS TRIGGER sync_capture_insert;
CREATE TRIGGER sync_capture_update AFTER UPDATE ON auth_events REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_auth_events();
ALTER TABLE auth_events ENABLE ALWAYS TRIGGER sync_capture_update;
CREATE TRIGGER sync_capture_delete AFTER DELETE ON auth_events REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_auth_events();
ALTER TABLE auth_events ENABLE ALWAYS TRIGGER sync_capture_delete;
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON auth_events
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_auth_events();
ALTER TABLE auth_events ENABLE ALWAYS TRIGGER sync_capture_truncate;
