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

  RETURN total;
END
$$;
REVOKE ALL ON FUNCTION sync_outbox_purge(xid8, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sync_outbox_purge(xid8, integer) TO metatron_cdx_sync_rights;

-- Appends entries to the audit log, each chained to the one before it. The relay calls this in the
-- statement that moves its checkpoint; one source at a time, or the chain would fork.
--
-- content_hash is the SHA-256 of {"after", "before"}; hash is that of prev_hash followed by
-- [seq, tenant, at, actor, role, on behalf of, action, outcome, object type, object, request,
-- source, content_hash], both as the text of jsonb in UTF-8. The first prev_hash is 32 zero bytes.
CREATE FUNCTION audit_log_append(from_source text, entries jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  entry   record;
  head    record;
  content bytea;
  chained bytea;
  added   bigint := 0;
BEGIN
  IF jsonb_array_length(entries) = 0 THEN
    RETURN 0;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('audit_log', 0));
  -- A new snapshot, taken under the lock: the head is the true one.
  SELECT l.seq, l.hash INTO head FROM audit_log l ORDER BY l.seq DESC LIMIT 1;
  IF NOT FOUND THEN
    SELECT 0::bigint AS seq, decode(repeat('00', 32), 'hex') AS hash INTO head;
  END IF;
  FOR entry IN
    SELECT e.*
    FROM jsonb_to_recordset(entries) AS e (
      tenant_id varchar(50), id uuid, at timestamptz(3), actor_id uuid, actor_role varchar(20),
      on_behalf_of uuid, action varchar(100), object_type varchar(100), object_id varchar(100),
      before jsonb, after jsonb, request_id varchar(100))
    WHERE NOT EXISTS (SELECT FROM audit_log l WHERE l.source = from_source AND l.source_id = e.id)
    ORDER BY e.at, e.id
  LOOP
    content := sha256(convert_to(jsonb_build_object('before', entry.before, 'after', entry.after)::text, 'UTF8'));
    chained := sha256(head.hash || convert_to(jsonb_build_array(
      head.seq + 1, entry.tenant_id, to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      entry.actor_id, entry.actor_role, entry.on_behalf_of, entry.action, 'done', entry.object_type,
      entry.object_id, entry.request_id, from_source, encode(content, 'hex'))::text, 'UTF8'));
    INSERT INTO audit_log (
      tenant_id, id, seq, at, actor_id, actor_role, on_behalf_of, action, object_type, object_id,
      before, after, request_id, source, source_id, content_hash, prev_hash, hash)
    VALUES (
      entry.tenant_id, entry.id, head.seq + 1, entry.at, entry.actor_id, entry.actor_role,
      entry.on_behalf_of, entry.action, entry.object_type, entry.object_id, entry.before,
      entry.after, entry.request_id, from_source, entry.id, content, head.hash, chained);
    SELECT head.seq + 1 AS seq, chained AS hash INTO head;
    added := added + 1;
  END LOOP;
  RETURN added;
END
$$;
REVOKE ALL ON FUNCTION audit_log_append(text, jsonb) FROM PUBLIC;
