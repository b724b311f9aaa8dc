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

CREATE TABLE sync_outbox_customers (
  txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  slot smallint NOT NULL DEFAULT (txid_current() >> 14) & 1,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  tenant_id varchar(50) NOT NULL,
  total_customers bigint NOT NULL DEFAULT 0
) PARTITION BY LIST (slot);
CREATE INDEX sync_outbox_customers_txid ON sync_outbox_customers (txid);
CREATE TABLE sync_outbox_customers_0 PARTITION OF sync_outbox_customers FOR VALUES IN (0);
CREATE TABLE sync_outbox_customers_1 PARTITION OF sync_outbox_customers FOR VALUES IN (1);

CREATE TABLE sync_outbox_leads (
  txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  slot smallint NOT NULL DEFAULT (txid_current() >> 14) & 1,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  tenant_id varchar(50) NOT NULL,
  currency varchar(3),
  total_leads bigint NOT NULL DEFAULT 0,
  open_leads bigint NOT NULL DEFAULT 0,
  probability_sum bigint NOT NULL DEFAULT 0,
  probability_count bigint NOT NULL DEFAULT 0,
  pipeline_value numeric NOT NULL DEFAULT 0
) PARTITION BY LIST (slot);
CREATE INDEX sync_outbox_leads_txid ON sync_outbox_leads (txid);
CREATE TABLE sync_outbox_leads_0 PARTITION OF sync_outbox_leads FOR VALUES IN (0);
CREATE TABLE sync_outbox_leads_1 PARTITION OF sync_outbox_leads FOR VALUES IN (1);

CREATE TABLE sync_outbox_deals (
  txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  slot smallint NOT NULL DEFAULT (txid_current() >> 14) & 1,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  tenant_id varchar(50) NOT NULL,
  currency varchar(3),
  open_deals bigint NOT NULL DEFAULT 0,
  deal_value numeric NOT NULL DEFAULT 0,
  won_value numeric NOT NULL DEFAULT 0
) PARTITION BY LIST (slot);
CREATE INDEX sync_outbox_deals_txid ON sync_outbox_deals (txid);
CREATE TABLE sync_outbox_deals_0 PARTITION OF sync_outbox_deals FOR VALUES IN (0);
CREATE TABLE sync_outbox_deals_1 PARTITION OF sync_outbox_deals FOR VALUES IN (1);

CREATE FUNCTION sync_capture_customers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF current_setting('synchronous_commit') = 'off' THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;
  IF TG_OP = 'INSERT' THEN
    PERFORM FROM new_rows OFFSET 1;
    IF NOT FOUND THEN
      INSERT INTO sync_outbox_customers (tenant_id, total_customers)
      SELECT tenant_id, total_customers
      FROM (
        SELECT tenant_id,
          CASE WHEN deleted_at IS NULL THEN 1 ELSE 0 END AS total_customers
        FROM new_rows OFFSET 0
      ) AS changed
      WHERE total_customers <> 0;
      RETURN NULL;
    END IF;
    INSERT INTO sync_outbox_customers (tenant_id, total_customers)
    SELECT tenant_id,
      sum(sign * total_customers)
    FROM (
      SELECT 1 AS sign, tenant_id,
        CASE WHEN deleted_at IS NULL THEN 1 ELSE 0 END AS total_customers
      FROM new_rows
    ) AS changes
    GROUP BY tenant_id
    HAVING sum(sign * total_customers) <> 0;
  ELSIF TG_OP = 'UPDATE' THEN
    INSERT INTO sync_outbox_customers (tenant_id, total_customers)
    SELECT tenant_id,
      sum(sign * total_customers)
    FROM (
      SELECT 1 AS sign, tenant_id,
        CASE WHEN deleted_at IS NULL THEN 1 ELSE 0 END AS total_customers
      FROM new_rows
      UNION ALL
      SELECT -1 AS sign, tenant_id,
        CASE WHEN deleted_at IS NULL THEN 1 ELSE 0 END AS total_customers
      FROM old_rows
    ) AS changes
    GROUP BY tenant_id
    HAVING sum(sign * total_customers) <> 0;
  ELSIF TG_OP = 'DELETE' THEN
    PERFORM FROM old_rows OFFSET 1;
    IF NOT FOUND THEN
      INSERT INTO sync_outbox_customers (tenant_id, total_customers)
      SELECT tenant_id, -total_customers
      FROM (
        SELECT tenant_id,
          CASE WHEN deleted_at IS NULL THEN 1 ELSE 0 END AS total_customers
        FROM old_rows OFFSET 0
      ) AS changed
      WHERE total_customers <> 0;
      RETURN NULL;
    END IF;
    INSERT INTO sync_outbox_customers (tenant_id, total_customers)
    SELECT tenant_id,
      sum(sign * total_customers)
    FROM (
      SELECT -1 AS sign, tenant_id,
        CASE WHEN deleted_at IS NULL THEN 1 ELSE 0 END AS total_customers
      FROM old_rows
    ) AS changes
    GROUP BY tenant_id
    HAVING sum(sign * total_customers) <> 0;
  ELSE
    INSERT INTO sync_outbox_customers (tenant_id) VALUES ('*');
  END IF;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION sync_capture_customers() FROM PUBLIC;

CREATE FUNCTION sync_capture_leads() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF current_setting('synchronous_commit') = 'off' THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;
  IF TG_OP = 'INSERT' THEN
    PERFORM FROM new_rows OFFSET 1;
    IF NOT FOUND THEN
      INSERT INTO sync_outbox_leads (tenant_id, currency, total_leads, open_leads, probability_sum, probability_count, pipeline_value)
      SELECT tenant_id, currency, total_leads, open_leads, probability_sum, probability_count, pipeline_value
      FROM (
        SELECT tenant_id,
          currency,
          CASE WHEN deleted_at IS NULL THEN 1 ELSE 0 END AS total_leads,
          CASE WHEN deleted_at IS NULL AND stage_kind = 'open' AND converted_at IS NULL THEN 1 ELSE 0 END AS open_leads,
          CASE WHEN deleted_at IS NULL AND stage_kind = 'open' AND converted_at IS NULL THEN coalesce(probability, 0) ELSE 0 END AS probability_sum,
          CASE WHEN deleted_at IS NULL AND stage_kind = 'open' AND converted_at IS NULL AND probability IS NOT NULL THEN 1 ELSE 0 END AS probability_count,
          CASE WHEN deleted_at IS NULL AND stage_kind = 'open' AND converted_at IS NULL THEN coalesce(value, 0) ELSE 0 END AS pipeline_value
        FROM new_rows OFFSET 0
      ) AS changed
      WHERE total_leads <> 0 OR open_leads <> 0 OR probability_sum <> 0 OR probability_count <> 0 OR pipeline_value <> 0;
      RETURN NULL;
    END IF;
    INSERT INTO sync_outbox_leads (tenant_id, currency, total_leads, open_leads, probability_sum, probability_count, pipeline_value)
    SELECT tenant_id,
      currency,
      sum(sign * total_leads),
      sum(sign * open_leads),
      sum(sign * probability_sum),
      sum(sign * probability_count),
      sum(sign * pipeline_value)
    FROM (
      SELECT 1 AS sign, tenant_id, currency,
        CASE WHEN deleted_at IS NULL THEN 1 ELSE 0 END AS total_leads,
        CASE WHEN deleted_at IS NULL AND stage_kind = 'open' AND converted_at IS NULL THEN 1 ELSE 0 END AS open_leads,
        CASE WHEN deleted_at IS NULL AND stage_kind = 'open' AND converted_at IS NULL THEN coalesce(probability, 0) ELSE 0 END AS probability_sum,
        CASE WHEN deleted_at IS NULL AND stage_kind = 'open' AND converted_at IS NULL AND probability IS NOT NULL THEN 1 ELSE 0 END AS probability_count,
        CASE WHEN deleted_at IS NULL AND stage_kind = 'open' AND converted_at IS NULL THEN coalesce(value, 0) ELSE 0 END AS pipeline_value
      FROM new_rows
    ) AS changes
    GROUP BY tenant_id, currency
    HAVING sum(sign * total_leads) <> 0 OR sum(sign * open_leads) <> 0 OR sum(sign * probability_sum) <> 0 OR sum(sign * probability_count) <> 0 OR sum(sign * pipeline_value) <> 0;
  ELSIF TG_OP = 'UPDATE' THEN
    INSERT INTO sync_outbox_leads (tenant_id, currency, total_leads, open_leads, probability_sum, probability_count, pipeline_value)
    SELECT tenant_id,
      currency,
      sum(sign * total_leads),
      sum(sign * open_leads),
      sum(sign * probability_sum),
      sum(sign * probability_count),
      sum(sign * pipeline_value)
    FROM (
      SELECT 1 AS sign, tenant_id, currency,
        CASE WHEN deleted_at IS NULL THEN 1 ELSE 0 END AS total_leads,
        CASE WHEN deleted_at IS NULL AND stage_kind = 'open' AND converted_at IS NULL THEN 1 ELSE 0 END AS open_leads,
        CASE WHEN deleted_at IS NULL AND stage_kind = 'open' AND converted_at IS NULL THEN coalesce(probability, 0) ELSE 0 END AS probability_sum,
        CASE WHEN deleted_at IS NULL AND stage_kind = 'open' AND converted_at IS NULL AND probability IS NOT NULL THEN 1 ELSE 0 END AS probability_count,
        CASE WHEN deleted_at IS NULL AND stage_kind = 'open' AND converted_at IS NULL THEN coalesce(value, 0) ELSE 0 END AS pipeline_value
      FROM new_rows
      UNION ALL
      SELECT -1 AS sign, tenant_id, currency,
        CASE WHEN deleted_at IS NULL THEN 1 ELSE 0 END AS total_leads,
        CASE WHEN deleted_at IS NULL AND stage_kind = 'open' AND converted_at IS NULL THEN 1 ELSE 0 END AS open_leads,
        CASE WHEN deleted_at IS NULL AND stage_kind = 'open' AND converted_at IS NULL THEN coalesce(probability, 0) ELSE 0 END AS probability_sum,
        CASE WHEN deleted_at IS NULL AND stage_kind = 'open' AND converted_at IS NULL AND probability IS NOT NULL THEN 1 ELSE 0 END AS probability_count,
        CASE WHEN deleted_at IS NULL AND stage_kind = 'open' AND converted_at IS NULL THEN coalesce(value, 0) ELSE 0 END AS pipeline_value
      FROM old_rows
    ) AS changes
    GROUP BY tenant_id, currency
    HAVING sum(sign * total_leads) <> 0 OR sum(sign * open_leads) <> 0 OR sum(sign * probability_sum) <> 0 OR sum(sign * probability_count) <> 0 OR sum(sign * pipeline_value) <> 0;
  ELSIF TG_OP = 'DELETE' THEN
    PERFORM FROM old_rows OFFSET 1;
    IF NOT FOUND THEN
      INSERT INTO sync_outbox_leads (tenant_id, currency, total_leads, open_leads, probability_sum, probability_count, pipeline_value)
      SELECT tenant_id, currency, -total_leads, -open_leads, -probability_sum, -probability_count, -pipeline_value
      FROM (
        SELECT tenant_id,
          currency,
          CASE WHEN deleted_at IS NULL THEN 1 ELSE 0 END AS total_leads,
          CASE WHEN deleted_at IS NULL AND stage_kind = 'open' AND converted_at IS NULL THEN 1 ELSE 0 END AS open_leads,
          CASE WHEN deleted_at IS NULL AND stage_kind = 'open' AND converted_at IS NULL THEN coalesce(probability, 0) ELSE 0 END AS probability_sum,
          CASE WHEN deleted_at IS NULL AND stage_kind = 'open' AND converted_at IS NULL AND probability IS NOT NULL THEN 1 ELSE 0 END AS probability_count,
          CASE WHEN deleted_at IS NULL AND stage_kind = 'open' AND converted_at IS NULL THEN coalesce(value, 0) ELSE 0 END AS pipeline_value
        FROM old_rows OFFSET 0
      ) AS changed
      WHERE total_leads <> 0 OR open_leads <> 0 OR probability_sum <> 0 OR probability_count <> 0 OR pipeline_value <> 0;
      RETURN NULL;
    END IF;
    INSERT INTO sync_outbox_leads (tenant_id, currency, total_leads, open_leads, probability_sum, probability_count, pipeline_value)
    SELECT tenant_id,
      currency,
      sum(sign * total_leads),
      sum(sign * open_leads),
      sum(sign * probability_sum),
      sum(sign * probability_count),
      sum(sign * pipeline_value)
    FROM (
      SELECT -1 AS sign, tenant_id, currency,
        CASE WHEN deleted_at IS NULL THEN 1 ELSE 0 END AS total_leads,
        CASE WHEN deleted_at IS NULL AND stage_kind = 'open' AND converted_at IS NULL THEN 1 ELSE 0 END AS open_leads,
        CASE WHEN deleted_at IS NULL AND stage_kind = 'open' AND converted_at IS NULL THEN coalesce(probability, 0) ELSE 0 END AS probability_sum,
        CASE WHEN deleted_at IS NULL AND stage_kind = 'open' AND converted_at IS NULL AND probability IS NOT NULL THEN 1 ELSE 0 END AS probability_count,
        CASE WHEN deleted_at IS NULL AND stage_kind = 'open' AND converted_at IS NULL THEN coalesce(value, 0) ELSE 0 END AS pipeline_value
      FROM old_rows
    ) AS changes
    GROUP BY tenant_id, currency
    HAVING sum(sign * total_leads) <> 0 OR sum(sign * open_leads) <> 0 OR sum(sign * probability_sum) <> 0 OR sum(sign * probability_count) <> 0 OR sum(sign * pipeline_value) <> 0;
  ELSE
    INSERT INTO sync_outbox_leads (tenant_id) VALUES ('*');
  END IF;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION sync_capture_leads() FROM PUBLIC;

CREATE FUNCTION sync_capture_deals() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF current_setting('synchronous_commit') = 'off' THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;
  IF TG_OP = 'INSERT' THEN
    PERFORM FROM new_rows OFFSET 1;
    IF NOT FOUND THEN
      INSERT INTO sync_outbox_deals (tenant_id, currency, open_deals, deal_value, won_value)
      SELECT tenant_id, currency, open_deals, deal_value, won_value
      FROM (
        SELECT tenant_id,
          currency,
          CASE WHEN deleted_at IS NULL AND stage_kind = 'open' THEN 1 ELSE 0 END AS open_deals,
          CASE WHEN deleted_at IS NULL AND stage_kind = 'open' THEN coalesce(value, 0) ELSE 0 END AS deal_value,
          CASE WHEN deleted_at IS NULL AND stage_kind = 'won' THEN coalesce(value, 0) ELSE 0 END AS won_value
        FROM new_rows OFFSET 0
      ) AS changed
      WHERE open_deals <> 0 OR deal_value <> 0 OR won_value <> 0;
      RETURN NULL;
    END IF;
    INSERT INTO sync_outbox_deals (tenant_id, currency, open_deals, deal_value, won_value)
    SELECT tenant_id,
      currency,
      sum(sign * open_deals),
      sum(sign * deal_value),
      sum(sign * won_value)
    FROM (
      SELECT 1 AS sign, tenant_id, currency,
        CASE WHEN deleted_at IS NULL AND stage_kind = 'open' THEN 1 ELSE 0 END AS open_deals,
        CASE WHEN deleted_at IS NULL AND stage_kind = 'open' THEN coalesce(value, 0) ELSE 0 END AS deal_value,
        CASE WHEN deleted_at IS NULL AND stage_kind = 'won' THEN coalesce(value, 0) ELSE 0 END AS won_value
      FROM new_rows
    ) AS changes
    GROUP BY tenant_id, currency
    HAVING sum(sign * open_deals) <> 0 OR sum(sign * deal_value) <> 0 OR sum(sign * won_value) <> 0;
  ELSIF TG_OP = 'UPDATE' THEN
    INSERT INTO sync_outbox_deals (tenant_id, currency, open_deals, deal_value, won_value)
    SELECT tenant_id,
      currency,
      sum(sign * open_deals),
      sum(sign * deal_value),
      sum(sign * won_value)
    FROM (
      SELECT 1 AS sign, tenant_id, currency,
        CASE WHEN deleted_at IS NULL AND stage_kind = 'open' THEN 1 ELSE 0 END AS open_deals,
        CASE WHEN deleted_at IS NULL AND stage_kind = 'open' THEN coalesce(value, 0) ELSE 0 END AS deal_value,
        CASE WHEN deleted_at IS NULL AND stage_kind = 'won' THEN coalesce(value, 0) ELSE 0 END AS won_value
      FROM new_rows
      UNION ALL
      SELECT -1 AS sign, tenant_id, currency,
        CASE WHEN deleted_at IS NULL AND stage_kind = 'open' THEN 1 ELSE 0 END AS open_deals,
        CASE WHEN deleted_at IS NULL AND stage_kind = 'open' THEN coalesce(value, 0) ELSE 0 END AS deal_value,
        CASE WHEN deleted_at IS NULL AND stage_kind = 'won' THEN coalesce(value, 0) ELSE 0 END AS won_value
      FROM old_rows
    ) AS changes
    GROUP BY tenant_id, currency
    HAVING sum(sign * open_deals) <> 0 OR sum(sign * deal_value) <> 0 OR sum(sign * won_value) <> 0;
  ELSIF TG_OP = 'DELETE' THEN
    PERFORM FROM old_rows OFFSET 1;
    IF NOT FOUND THEN
      INSERT INTO sync_outbox_deals (tenant_id, currency, open_deals, deal_value, won_value)
      SELECT tenant_id, currency, -open_deals, -deal_value, -won_value
      FROM (
        SELECT tenant_id,
          currency,
          CASE WHEN deleted_at IS NULL AND stage_kind = 'open' THEN 1 ELSE 0 END AS open_deals,
          CASE WHEN deleted_at IS NULL AND stage_kind = 'open' THEN coalesce(value, 0) ELSE 0 END AS deal_value,
          CASE WHEN deleted_at IS NULL AND stage_kind = 'won' THEN coalesce(value, 0) ELSE 0 END AS won_value
        FROM old_rows OFFSET 0
      ) AS changed
      WHERE open_deals <> 0 OR deal_value <> 0 OR won_value <> 0;
      RETURN NULL;
    END IF;
    INSERT INTO sync_outbox_deals (tenant_id, currency, open_deals, deal_value, won_value)
    SELECT tenant_id,
      currency,
      sum(sign * open_deals),
      sum(sign * deal_value),
      sum(sign * won_value)
    FROM (
      SELECT -1 AS sign, tenant_id, currency,
        CASE WHEN deleted_at IS NULL AND stage_kind = 'open' THEN 1 ELSE 0 END AS open_deals,
        CASE WHEN deleted_at IS NULL AND stage_kind = 'open' THEN coalesce(value, 0) ELSE 0 END AS deal_value,
        CASE WHEN deleted_at IS NULL AND stage_kind = 'won' THEN coalesce(value, 0) ELSE 0 END AS won_value
      FROM old_rows
    ) AS changes
    GROUP BY tenant_id, currency
    HAVING sum(sign * open_deals) <> 0 OR sum(sign * deal_value) <> 0 OR sum(sign * won_value) <> 0;
  ELSE
    INSERT INTO sync_outbox_deals (tenant_id) VALUES ('*');
  END IF;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION sync_capture_deals() FROM PUBLIC;

CREATE FUNCTION sync_outbox_rotate(up_to xid8) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  outbox  text;
  slot    text;
  newest  xid8;
  emptied integer := 0;
BEGIN
  FOREACH outbox IN ARRAY ARRAY['sync_outbox_customers', 'sync_outbox_leads', 'sync_outbox_deals']::text[] LOOP
    EXECUTE format('DELETE FROM %I WHERE txid >= pg_snapshot_xmax(pg_current_snapshot())', outbox);
  END LOOP;
  FOREACH slot IN ARRAY ARRAY['sync_outbox_customers_0', 'sync_outbox_customers_1', 'sync_outbox_leads_0', 'sync_outbox_leads_1', 'sync_outbox_deals_0', 'sync_outbox_deals_1']::text[] LOOP
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
    ('customers', 'sync_capture_customers()', ARRAY['sync_outbox_customers']),
    ('leads', 'sync_capture_leads()', ARRAY['sync_outbox_leads']),
    ('deals', 'sync_capture_deals()', ARRAY['sync_outbox_deals'])) AS s (source, capture, outboxes)
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
