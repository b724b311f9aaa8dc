-- ── Capture ── Generated from prisma/<domain>/capture.ts by prisma/capture/generate.ts: change the
-- declaration, not this. It takes the place of all that an earlier declaration left. The outboxes begin
-- another life, so that the relay takes every tenant anew; they are the owner's and the relay's alone,
-- who crosses tenants: no row security.

DO $$
DECLARE
  name text;
BEGIN
  FOR name IN SELECT oid::regprocedure FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND proname ~ '^sync_(capture|outbox)_' LOOP
    EXECUTE format('DROP FUNCTION %s CASCADE', name);
  END LOOP;
  FOR name IN SELECT oid::regclass FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
      AND relname ~ '^sync_(capture|outbox)_' LOOP
    EXECUTE format('DROP TABLE %s', name);
  END LOOP;
END
$$;

CREATE TABLE sync_outbox_epoch (
  is_only      boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  epoch        uuid NOT NULL DEFAULT gen_random_uuid(),
  purged_below xid8 NOT NULL DEFAULT '0'
);
INSERT INTO sync_outbox_epoch DEFAULT VALUES;

CREATE TABLE sync_outbox_content_items (
  txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  slot smallint NOT NULL DEFAULT (txid_current() >> 14) & 1,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  tenant_id varchar(50) NOT NULL,
  total_items bigint NOT NULL DEFAULT 0,
  published_items bigint NOT NULL DEFAULT 0
) PARTITION BY LIST (slot);
CREATE INDEX sync_outbox_content_items_txid ON sync_outbox_content_items (txid);
CREATE TABLE sync_outbox_content_items_0 PARTITION OF sync_outbox_content_items FOR VALUES IN (0);
CREATE TABLE sync_outbox_content_items_1 PARTITION OF sync_outbox_content_items FOR VALUES IN (1);

CREATE TABLE sync_outbox_content_items_keys (
  txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  slot smallint NOT NULL DEFAULT (txid_current() >> 14) & 1,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  tenant_id varchar(50) NOT NULL,
  ids uuid[],
  followed uuid[]
) PARTITION BY LIST (slot);
CREATE INDEX sync_outbox_content_items_keys_txid ON sync_outbox_content_items_keys (txid);
CREATE TABLE sync_outbox_content_items_keys_0 PARTITION OF sync_outbox_content_items_keys FOR VALUES IN (0);
CREATE TABLE sync_outbox_content_items_keys_1 PARTITION OF sync_outbox_content_items_keys FOR VALUES IN (1);

CREATE FUNCTION sync_capture_content_items() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF current_setting('synchronous_commit') = 'off' THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;
  IF TG_OP = 'INSERT' THEN
    PERFORM FROM new_rows OFFSET 1;
    IF NOT FOUND THEN
      INSERT INTO sync_outbox_content_items (tenant_id, total_items, published_items)
      SELECT tenant_id, total_items, published_items
      FROM (
        SELECT tenant_id,
          1 AS total_items,
          CASE WHEN status = 'published' THEN 1 ELSE 0 END AS published_items
        FROM new_rows OFFSET 0
      ) AS changed
      WHERE total_items <> 0 OR published_items <> 0;
      INSERT INTO sync_outbox_content_items_keys (tenant_id, ids)
      SELECT tenant_id, ARRAY[id] FROM new_rows;
      RETURN NULL;
    END IF;
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
    PERFORM FROM old_rows OFFSET 1;
    IF NOT FOUND THEN
      INSERT INTO sync_outbox_content_items (tenant_id, total_items, published_items)
      SELECT tenant_id, -total_items, -published_items
      FROM (
        SELECT tenant_id,
          1 AS total_items,
          CASE WHEN status = 'published' THEN 1 ELSE 0 END AS published_items
        FROM old_rows OFFSET 0
      ) AS changed
      WHERE total_items <> 0 OR published_items <> 0;
      INSERT INTO sync_outbox_content_items_keys (tenant_id, ids)
      SELECT tenant_id, ARRAY[id] FROM old_rows;
      RETURN NULL;
    END IF;
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

CREATE FUNCTION sync_capture_content_types() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF current_setting('synchronous_commit') = 'off' THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;
  IF TG_OP = 'INSERT' THEN
    NULL;
  ELSIF TG_OP = 'UPDATE' THEN
    INSERT INTO sync_outbox_content_items_keys (tenant_id, followed)
    SELECT tenant_id, array_agg(id)
    FROM (
      SELECT tenant_id, id FROM (
        SELECT tenant_id, id, name FROM new_rows UNION ALL SELECT tenant_id, id, name FROM old_rows
      ) AS changes
      GROUP BY tenant_id, id HAVING min(name) IS DISTINCT FROM max(name)
    ) AS changed
    GROUP BY tenant_id;
  ELSIF TG_OP = 'DELETE' THEN
    NULL;
  ELSE
    INSERT INTO sync_outbox_content_items_keys (tenant_id) VALUES ('*');
  END IF;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION sync_capture_content_types() FROM PUBLIC;

CREATE FUNCTION sync_outbox_rotate(up_to xid8) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  outbox  text;
  slot    text;
  newest  xid8;
  emptied integer := 0;
BEGIN
  FOREACH outbox IN ARRAY ARRAY['sync_outbox_content_items', 'sync_outbox_content_items_keys']::text[] LOOP
    EXECUTE format('DELETE FROM %I WHERE txid >= pg_snapshot_xmax(pg_current_snapshot())', outbox);
  END LOOP;
  FOREACH slot IN ARRAY ARRAY['sync_outbox_content_items_0', 'sync_outbox_content_items_1', 'sync_outbox_content_items_keys_0', 'sync_outbox_content_items_keys_1']::text[] LOOP
    EXECUTE format('SELECT max(txid) FROM %I', slot) INTO newest;
    CONTINUE WHEN newest IS NULL OR newest >= up_to;
    BEGIN
      EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE NOWAIT', slot);
    EXCEPTION WHEN lock_not_available THEN
      CONTINUE;
    END;
    EXECUTE format('SELECT max(txid) FROM %I', slot) INTO newest;
    CONTINUE WHEN newest >= up_to;
    UPDATE sync_outbox_epoch SET purged_below = greatest(purged_below, (newest::text::bigint + 1)::text::xid8);
    EXECUTE format('TRUNCATE %I', slot);
    emptied := emptied + 1;
  END LOOP;
  RETURN emptied;
END
$$;
REVOKE ALL ON FUNCTION sync_outbox_rotate(xid8) FROM PUBLIC;

CREATE TABLE sync_capture_relations (
  relation oid PRIMARY KEY,
  source   varchar(63) NOT NULL
);

-- Whether any of the relation's triggers was missing, disabled or another.
CREATE FUNCTION sync_capture_install(relation regclass, capture regprocedure) RETURNS boolean
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  wanted     record;
  is_changed boolean := false;
BEGIN
  FOR wanted IN SELECT * FROM (VALUES
      ('insert', 'INSERT', 'REFERENCING NEW TABLE AS new_rows'),
      ('update', 'UPDATE', 'REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows'),
      ('delete', 'DELETE', 'REFERENCING OLD TABLE AS old_rows'),
      ('truncate', 'TRUNCATE', '')) AS t (suffix, operation, transitions) LOOP
    CONTINUE WHEN EXISTS (
      SELECT FROM pg_trigger WHERE tgrelid = relation AND tgname = 'sync_capture_' || wanted.suffix
        AND tgenabled = 'A' AND tgfoid = capture);
    EXECUTE format('DROP TRIGGER IF EXISTS sync_capture_%s ON %s', wanted.suffix, relation);
    EXECUTE format('CREATE TRIGGER sync_capture_%s AFTER %s ON %s %s FOR EACH STATEMENT EXECUTE FUNCTION %s',
      wanted.suffix, wanted.operation, relation, wanted.transitions, capture);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER sync_capture_%s', relation, wanted.suffix);
    is_changed := true;
  END LOOP;
  RETURN is_changed;
END
$$;
REVOKE ALL ON FUNCTION sync_capture_install(regclass, regprocedure) FROM PUBLIC;

CREATE FUNCTION sync_capture_repair() RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  captured   record;
  part       regclass;
  outbox     text;
  is_changed boolean;
  has_rows   boolean;
BEGIN
  -- Two workers may come at once; the second then finds the work done.
  PERFORM pg_advisory_xact_lock(hashtextextended('sync_capture_repair', 0));
  FOR captured IN SELECT * FROM (VALUES
    ('content_items', 'sync_capture_content_items()', ARRAY['sync_outbox_content_items', 'sync_outbox_content_items_keys']),
    ('content_types', 'sync_capture_content_types()', ARRAY['sync_outbox_content_items_keys'])) AS s (source, capture, outboxes)
  LOOP
    is_changed := false;
    FOR part IN
      DELETE FROM sync_capture_relations r WHERE r.source = captured.source AND r.relation <> captured.source::regclass
        AND r.relation NOT IN (SELECT relid FROM pg_partition_tree(captured.source)) RETURNING relation
    LOOP
      is_changed := true;
      CONTINUE WHEN NOT EXISTS (SELECT FROM pg_class WHERE oid = part);
      EXECUTE format('DROP TRIGGER IF EXISTS sync_capture_insert ON %1$s; DROP TRIGGER IF EXISTS sync_capture_update ON %1$s;
        DROP TRIGGER IF EXISTS sync_capture_delete ON %1$s; DROP TRIGGER IF EXISTS sync_capture_truncate ON %1$s', part);
    END LOOP;
    FOR part IN SELECT captured.source::regclass UNION SELECT relid FROM pg_partition_tree(captured.source) LOOP
      CONTINUE WHEN NOT sync_capture_install(part, captured.capture::regprocedure);
      EXECUTE format('SELECT EXISTS (SELECT FROM %s)', part) INTO has_rows;
      INSERT INTO sync_capture_relations VALUES (part, captured.source) ON CONFLICT DO NOTHING;
      -- A new partition without rows has nothing that could be missed.
      is_changed := is_changed OR has_rows OR NOT FOUND;
    END LOOP;
    CONTINUE WHEN NOT is_changed;
    FOREACH outbox IN ARRAY captured.outboxes LOOP
      EXECUTE format('INSERT INTO %I (tenant_id) VALUES (%L)', outbox, '*');
    END LOOP;
    RETURN NEXT captured.source;
  END LOOP;
END
$$;
REVOKE ALL ON FUNCTION sync_capture_repair() FROM PUBLIC;
SELECT sync_capture_repair();
