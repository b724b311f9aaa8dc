-- From here on the hash covers every column of an entry, its id and the time of its chaining too, and
-- a service's relay appends in its own name alone. Entries that are there keep the hash they have.
--
-- content_hash is the SHA-256 of {"after", "before"}; hash is that of prev_hash followed by [2, seq,
-- tenant, id, at, actor, role, on behalf of, action, outcome, object type, object, request, source,
-- source id, created at, content_hash], both as the text of jsonb in UTF-8. The first prev_hash is 32
-- zero bytes. The verifier (prisma/cdx/audit) says the same in its own words.
CREATE OR REPLACE FUNCTION audit_log_append(from_source text, entries jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  entry      record;
  head       record;
  content    bytea;
  chained    bytea;
  chained_at timestamptz(3) := now();
  added      bigint := 0;
BEGIN
  -- The login is the caller's own, whatever rights it has taken on.
  IF session_user LIKE 'metatron\_%\_sync' AND session_user <> format('metatron_%s_sync', from_source) THEN
    RAISE EXCEPTION 'a relay appends entries of its own domain alone' USING ERRCODE = 'insufficient_privilege';
  END IF;
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
      2, head.seq + 1, entry.tenant_id, entry.id,
      to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), entry.actor_id, entry.actor_role,
      entry.on_behalf_of, entry.action, 'done', entry.object_type, entry.object_id, entry.request_id, from_source,
      entry.id, to_char(chained_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      encode(content, 'hex'))::text, 'UTF8'));
    INSERT INTO audit_log (
      tenant_id, id, seq, at, actor_id, actor_role, on_behalf_of, action, object_type, object_id,
      before, after, request_id, source, source_id, content_hash, prev_hash, hash, created_at)
    VALUES (
      entry.tenant_id, entry.id, head.seq + 1, entry.at, entry.actor_id, entry.actor_role,
      entry.on_behalf_of, entry.action, entry.object_type, entry.object_id, entry.before,
      entry.after, entry.request_id, from_source, entry.id, content, head.hash, chained, chained_at);
    SELECT head.seq + 1 AS seq, chained AS hash INTO head;
    added := added + 1;
  END LOOP;
  RETURN added;
END
$$;
