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
  DELETE FROM sync_outbox_subscriptions WHERE ctid = ANY (ARRAY(SELECT ctid FROM sync_outbox_subscriptions WHERE txid < below LIMIT row_limit));
  GET DIAGNOSTICS deleted = ROW_COUNT;
  total := total + deleted;
  DELETE FROM sync_outbox_invoices WHERE ctid = ANY (ARRAY(SELECT ctid FROM sync_outbox_invoices WHERE txid < below LIMIT row_limit));
  GET DIAGNOSTICS deleted = ROW_COUNT;
  total := total + deleted;
  RETURN total;
END
$$;
REVOKE ALL ON FUNCTION sync_outbox_purge(xid8, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sync_outbox_purge(xid8, integer) TO metatron_billing_sync_rights;

CREATE TABLE sync_outbox_subscriptions (
  txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  tenant_id varchar(50) NOT NULL,
  currency varchar(3),
  active_subscriptions bigint NOT NULL DEFAULT 0,
  mrr numeric NOT NULL DEFAULT 0
);
CREATE INDEX sync_outbox_subscriptions_txid ON sync_outbox_subscriptions (txid);

CREATE TABLE sync_outbox_invoices (
  txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  tenant_id varchar(50) NOT NULL,
  currency varchar(3),
  open_invoices bigint NOT NULL DEFAULT 0,
  outstanding numeric NOT NULL DEFAULT 0
);
CREATE INDEX sync_outbox_invoices_txid ON sync_outbox_invoices (txid);

CREATE FUNCTION sync_capture_subscriptions() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF current_setting('synchronous_commit') = 'off' THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;
  IF TG_OP = 'INSERT' THEN
    INSERT INTO sync_outbox_subscriptions (tenant_id, currency, active_subscriptions, mrr)
    SELECT tenant_id,
      currency,
      sum(sign * active_subscriptions),
      sum(sign * mrr)
    FROM (
      SELECT 1 AS sign, tenant_id, currency,
        CASE WHEN status = 'active' THEN 1 ELSE 0 END AS active_subscriptions,
        CASE WHEN status = 'active' THEN coalesce(monthly_amount, 0) ELSE 0 END AS mrr
      FROM new_rows
    ) AS changes
    GROUP BY tenant_id, currency
    HAVING sum(sign * active_subscriptions) <> 0 OR sum(sign * mrr) <> 0;
  ELSIF TG_OP = 'UPDATE' THEN
    INSERT INTO sync_outbox_subscriptions (tenant_id, currency, active_subscriptions, mrr)
    SELECT tenant_id,
      currency,
      sum(sign * active_subscriptions),
      sum(sign * mrr)
    FROM (
      SELECT 1 AS sign, tenant_id, currency,
        CASE WHEN status = 'active' THEN 1 ELSE 0 END AS active_subscriptions,
        CASE WHEN status = 'active' THEN coalesce(monthly_amount, 0) ELSE 0 END AS mrr
      FROM new_rows
      UNION ALL
      SELECT -1 AS sign, tenant_id, currency,
        CASE WHEN status = 'active' THEN 1 ELSE 0 END AS active_subscriptions,
        CASE WHEN status = 'active' THEN coalesce(monthly_amount, 0) ELSE 0 END AS mrr
      FROM old_rows
    ) AS changes
    GROUP BY tenant_id, currency
    HAVING sum(sign * active_subscriptions) <> 0 OR sum(sign * mrr) <> 0;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO sync_outbox_subscriptions (tenant_id, currency, active_subscriptions, mrr)
    SELECT tenant_id,
      currency,
      sum(sign * active_subscriptions),
      sum(sign * mrr)
    FROM (
      SELECT -1 AS sign, tenant_id, currency,
        CASE WHEN status = 'active' THEN 1 ELSE 0 END AS active_subscriptions,
        CASE WHEN status = 'active' THEN coalesce(monthly_amount, 0) ELSE 0 END AS mrr
      FROM old_rows
    ) AS changes
    GROUP BY tenant_id, currency
    HAVING sum(sign * active_subscriptions) <> 0 OR sum(sign * mrr) <> 0;
  ELSE
    INSERT INTO sync_outbox_subscriptions (tenant_id) VALUES ('*');
  END IF;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION sync_capture_subscriptions() FROM PUBLIC;
CREATE TRIGGER sync_capture_insert AFTER INSERT ON subscriptions REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_subscriptions();
ALTER TABLE subscriptions ENABLE ALWAYS TRIGGER sync_capture_insert;
CREATE TRIGGER sync_capture_update AFTER UPDATE ON subscriptions REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_subscriptions();
ALTER TABLE subscriptions ENABLE ALWAYS TRIGGER sync_capture_update;
CREATE TRIGGER sync_capture_delete AFTER DELETE ON subscriptions REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_subscriptions();
ALTER TABLE subscriptions ENABLE ALWAYS TRIGGER sync_capture_delete;
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON subscriptions
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_subscriptions();
ALTER TABLE subscriptions ENABLE ALWAYS TRIGGER sync_capture_truncate;

CREATE FUNCTION sync_capture_invoices() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF current_setting('synchronous_commit') = 'off' THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;
  IF TG_OP = 'INSERT' THEN
    INSERT INTO sync_outbox_invoices (tenant_id, currency, open_invoices, outstanding)
    SELECT tenant_id,
      currency,
      sum(sign * open_invoices),
      sum(sign * outstanding)
    FROM (
      SELECT 1 AS sign, tenant_id, currency,
        CASE WHEN status = 'open' THEN 1 ELSE 0 END AS open_invoices,
        CASE WHEN status = 'open' THEN coalesce(total - amount_paid, 0) ELSE 0 END AS outstanding
      FROM new_rows
    ) AS changes
    GROUP BY tenant_id, currency
    HAVING sum(sign * open_invoices) <> 0 OR sum(sign * outstanding) <> 0;
  ELSIF TG_OP = 'UPDATE' THEN
    INSERT INTO sync_outbox_invoices (tenant_id, currency, open_invoices, outstanding)
    SELECT tenant_id,
      currency,
      sum(sign * open_invoices),
      sum(sign * outstanding)
    FROM (
      SELECT 1 AS sign, tenant_id, currency,
        CASE WHEN status = 'open' THEN 1 ELSE 0 END AS open_invoices,
        CASE WHEN status = 'open' THEN coalesce(total - amount_paid, 0) ELSE 0 END AS outstanding
      FROM new_rows
      UNION ALL
      SELECT -1 AS sign, tenant_id, currency,
        CASE WHEN status = 'open' THEN 1 ELSE 0 END AS open_invoices,
        CASE WHEN status = 'open' THEN coalesce(total - amount_paid, 0) ELSE 0 END AS outstanding
      FROM old_rows
    ) AS changes
    GROUP BY tenant_id, currency
    HAVING sum(sign * open_invoices) <> 0 OR sum(sign * outstanding) <> 0;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO sync_outbox_invoices (tenant_id, currency, open_invoices, outstanding)
    SELECT tenant_id,
      currency,
      sum(sign * open_invoices),
      sum(sign * outstanding)
    FROM (
      SELECT -1 AS sign, tenant_id, currency,
        CASE WHEN status = 'open' THEN 1 ELSE 0 END AS open_invoices,
        CASE WHEN status = 'open' THEN coalesce(total - amount_paid, 0) ELSE 0 END AS outstanding
      FROM old_rows
    ) AS changes
    GROUP BY tenant_id, currency
    HAVING sum(sign * open_invoices) <> 0 OR sum(sign * outstanding) <> 0;
  ELSE
    INSERT INTO sync_outbox_invoices (tenant_id) VALUES ('*');
  END IF;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION sync_capture_invoices() FROM PUBLIC;
CREATE TRIGGER sync_capture_insert AFTER INSERT ON invoices REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_invoices();
ALTER TABLE invoices ENABLE ALWAYS TRIGGER sync_capture_insert;
CREATE TRIGGER sync_capture_update AFTER UPDATE ON invoices REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_invoices();
ALTER TABLE invoices ENABLE ALWAYS TRIGGER sync_capture_update;
CREATE TRIGGER sync_capture_delete AFTER DELETE ON invoices REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_invoices();
ALTER TABLE invoices ENABLE ALWAYS TRIGGER sync_capture_delete;
CREATE TRIGGER sync_capture_truncate AFTER TRUNCATE ON invoices
  FOR EACH STATEMENT EXECUTE FUNCTION sync_capture_invoices();
ALTER TABLE invoices ENABLE ALWAYS TRIGGER sync_capture_truncate;
