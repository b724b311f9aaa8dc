-- Which tenants' projections a drain has still to take anew, at a snapshot of its own: the backfill of a
-- source, a resync, a reconciliation, what was set aside. They stand beside the checkpoint because each
-- is begun and ended in the transaction that moves it.
CREATE TABLE sync_loads (
  source     VARCHAR(50) NOT NULL,
  tenant_id  VARCHAR(50) NOT NULL,
  kind       VARCHAR(50) NOT NULL,
  run_id     UUID REFERENCES sync_runs (id) ON DELETE SET NULL,
  -- What cdx has of the tenant is not what it should be: until its totals are taken, no delta counts.
  is_behind  BOOLEAN NOT NULL,
  -- The totals are taken, and of this table of cdx the rows up to last_id; null: the totals are not.
  target     VARCHAR(63),
  last_id    UUID,
  -- When the totals were taken.
  begun_at   TIMESTAMPTZ(6),
  attempts   INTEGER NOT NULL DEFAULT 0,
  not_before TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, source),
  CONSTRAINT sync_loads_kind_check CHECK (kind IN ('rebuild', 'seed', 'set_aside', 'reconcile'))
);
CREATE INDEX sync_loads_source ON sync_loads (source, not_before);
CREATE INDEX sync_loads_run ON sync_loads (run_id);
SELECT protect_tenant_table('sync_loads');

-- How many tenants a run concerns: those that have no load any more are done.
ALTER TABLE sync_runs ADD COLUMN tenants INTEGER;

-- What a source's outboxes take on its disk, as last measured.
ALTER TABLE sync_checkpoints ADD COLUMN outbox_bytes BIGINT NOT NULL DEFAULT 0;
