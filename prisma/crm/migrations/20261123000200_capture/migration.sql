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
  DELETE FROM sync_outbox_customers WHERE ctid = ANY (ARRAY(SELECT ctid FROM sync_outbox_customers WHERE txid < below LIMIT row_limit));
  GET DIAGNOSTICS deleted = ROW_COUNT;
  total := total + deleted;
  DELETE FROM sync_outbox_leads WHERE ctid = ANY (ARRAY(SELECT ctid FROM sync_outbox_leads WHERE txid < below LIMIT row_limit));
  GET DIAGNOSTICS deleted = ROW_COUNT;
  total := total + deleted;
  DELETE FROM sync_outbox_deals WHERE ctid = ANY (ARRAY(SELECT ctid FROM sync_outbox_deals WHERE txid < below LIMIT row_limit));
  GET DIAGNOSTICS deleted = ROW_COUNT;
  total := total + deleted;
  RETURN total;
END
$$;
REVOKE ALL ON FUNCTION sync_outbox_purge(xid8, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sync_outbox_purge(xid8, integer) TO metatron_crm_sync_rights;

CREATE TABLE sync_outbox_customers (
  txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  tenant_id varchar(50) NOT NULL,
  total_customers bigint NOT NULL DEFAULT 0
);
CREATE INDEX sync_outbox_customers_txid ON sync_outbox_customers (txid);

CREATE TABLE sync_outbox_leads (
  txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  tenant_id varchar(50) NOT NULL,
  currency varchar(3),
  total_leads bigint NOT NULL DEFAULT 0,
  open_leads bigint NOT NULL DEFAULT 0,
  probability_sum bigint NOT NULL DEFAULT 0,
  probability_count bigint NOT NULL DEFAULT 0,
  pipeline_value numeric NOT NULL DEFAULT 0
);
CREATE INDEX sync_outbox_leads_txid ON sync_outbox_leads (txid);

CREATE TABLE sync_outbox_deals (
  txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  tenant_id varchar(50) NOT NULL,
  currency varchar(3),
  open_deals bigint NOT NULL DEFAULT 0,
  deal_value numeric NOT NULL DEFAULT 0,
  won_value numeric NOT NULL DEFAULT 0
);
CREATE INDEX sync_outbox_deals_txid ON sync_outbox_deals (txid);

CREATE FUNCTION sync_capture_customers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF current_setting('synchronous_commit') = 'off' THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;
  IF TG_OP = 'INSERT' THEN
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
CREATE TRIGGER sync_capture_insert AFTER INSERT ON customers REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_customers();
ALTER TABLE customers ENABLE ALWAYS TRIGGER sync_capture_insert;
CREATE TRIGGER sync_capture_update AFTER UPDATE ON customers REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_customers();
ALTER TABLE customers ENABLE ALWAYS TRIGGER sync_capture_update;
CREATE TRIGGER sync_capture_delete AFTER DELETE ON customers REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_customers();
ALTER TABLE customers ENABLE ALWAYS TRIGGER sync_capture_delete;
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON customers
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_customers();
ALTER TABLE customers ENABLE ALWAYS TRIGGER sync_capture_truncate;

CREATE FUNCTION sync_capture_leads() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF current_setting('synchronous_commit') = 'off' THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;
  IF TG_OP = 'INSERT' THEN
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
CREATE TRIGGER sync_capture_insert AFTER INSERT ON leads REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_leads();
ALTER TABLE leads ENABLE ALWAYS TRIGGER sync_capture_insert;
CREATE TRIGGER sync_capture_update AFTER UPDATE ON leads REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_leads();
ALTER TABLE leads ENABLE ALWAYS TRIGGER sync_capture_update;
CREATE TRIGGER sync_capture_delete AFTER DELETE ON leads REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_leads();
ALTER TABLE leads ENABLE ALWAYS TRIGGER sync_capture_delete;
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON leads
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_leads();
ALTER TABLE leads ENABLE ALWAYS TRIGGER sync_capture_truncate;

CREATE FUNCTION sync_capture_deals() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF current_setting('synchronous_commit') = 'off' THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;
  IF TG_OP = 'INSERT' THEN
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
CREATE TRIGGER sync_capture_insert AFTER INSERT ON deals REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_deals();
ALTER TABLE deals ENABLE ALWAYS TRIGGER sync_capture_insert;
CREATE TRIGGER sync_capture_update AFTER UPDATE ON deals REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_deals();
ALTER TABLE deals ENABLE ALWAYS TRIGGER sync_capture_update;
CREATE TRIGGER sync_capture_delete AFTER DELETE ON deals REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_deals();
ALTER TABLE deals ENABLE ALWAYS TRIGGER sync_capture_delete;
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON deals
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_deals();
ALTER TABLE deals ENABLE ALWAYS TRIGGER sync_capture_truncate;
