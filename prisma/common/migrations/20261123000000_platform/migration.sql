-- What every domain's database holds beside its own tables: the tools of tenancy, and the three
-- records that a mutation writes in its own transaction (audit, domain events, idempotency).

REVOKE ALL ON SCHEMA public FROM PUBLIC;

-- Row security for one table whose rows belong to tenants. The owner sees all rows, so that a data
-- migration is not silently empty (forced row security holds for owners too); everyone else sees
-- the tenant of the context, which is '' and not NULL after a SET LOCAL has ended.
-- Policies for callers that may cross tenants are generated from the access matrix.
CREATE FUNCTION protect_tenant_table(target regclass, shared_rows boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
  EXECUTE format('CREATE POLICY owner ON %s TO CURRENT_USER USING (true) WITH CHECK (true)', target);
  EXECUTE format(
    'CREATE POLICY tenant ON %s USING (tenant_id = nullif(current_setting(''app.tenant_id'', true), ''''))',
    target);
  IF shared_rows THEN
    EXECUTE format('CREATE POLICY shared ON %s FOR SELECT USING (tenant_id IS NULL)', target);
  END IF;
END
$$;

-- One row per successful mutation. The relay carries it into cdx.audit_log, where it is chained.
CREATE TABLE audit_entries (
  tenant_id    VARCHAR(50) NOT NULL,
  id           UUID NOT NULL,
  at           TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
  actor_id     UUID,
  actor_role   VARCHAR(20) NOT NULL,
  on_behalf_of UUID,
  action       VARCHAR(100) NOT NULL,
  object_type  VARCHAR(100) NOT NULL,
  object_id    VARCHAR(100) NOT NULL,
  before       JSONB,
  after        JSONB,
  request_id   VARCHAR(100) NOT NULL,
  txid         XID8 NOT NULL DEFAULT pg_current_xact_id(),
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX audit_entries_txid ON audit_entries (txid);
SELECT protect_tenant_table('audit_entries');

-- What happened, in the domain's words, for whoever listens.
CREATE TABLE domain_events (
  tenant_id  VARCHAR(50) NOT NULL,
  id         UUID NOT NULL,
  at         TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
  type       VARCHAR(100) NOT NULL,
  version    INTEGER NOT NULL DEFAULT 1,
  payload    JSONB NOT NULL,
  request_id VARCHAR(100),
  txid       XID8 NOT NULL DEFAULT pg_current_xact_id(),
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX domain_events_txid ON domain_events (txid);
SELECT protect_tenant_table('domain_events');

-- The answer to a creating mutation by its key: the same key and input give the same object again.
CREATE TABLE idempotency_keys (
  tenant_id  VARCHAR(50) NOT NULL,
  actor_id   UUID NOT NULL,
  key        VARCHAR(255) NOT NULL,
  action     VARCHAR(100) NOT NULL,
  input_hash BYTEA NOT NULL,
  object_id  VARCHAR(100) NOT NULL,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, actor_id, key)
);
CREATE INDEX idempotency_keys_created_at ON idempotency_keys (tenant_id, created_at);
SELECT protect_tenant_table('idempotency_keys');
