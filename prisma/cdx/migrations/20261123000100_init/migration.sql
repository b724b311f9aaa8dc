-- CDX, the master database: what the platform itself knows, and projections of the services'
-- data that the sync jobs keep. Only superadmins and the sync jobs come here.
--
-- Projections have no foreign keys and no CHECK on what they copy, and measures may be written in
-- any order: a source has already validated its rows, and refusing one here would stop the drain
-- for every tenant. Reconciliation finds and mends drift instead.

-- ── Core ────────────────────────────────────────────────────────────────────────────────────

-- Business customers; each owns one or more tenants.
CREATE TABLE clients (
  id            UUID PRIMARY KEY,
  name          VARCHAR(255) NOT NULL,
  contact_email VARCHAR(255),
  status        VARCHAR(50) NOT NULL DEFAULT 'active',
  metadata      JSONB NOT NULL DEFAULT '{}',
  version       INTEGER NOT NULL DEFAULT 1,
  created_at    TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at    TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT clients_status_check CHECK (status IN ('active', 'suspended', 'closed')),
  CONSTRAINT clients_contact_email_check CHECK (contact_email = lower(contact_email)),
  CONSTRAINT clients_metadata_check CHECK (jsonb_typeof(metadata) = 'object')
);
CREATE INDEX clients_staff_list ON clients (created_at DESC, id DESC);
CREATE INDEX clients_name ON clients (name, id);

-- Applications and environments; auth's tenant directory is fed from here.
CREATE TABLE tenants (
  id         VARCHAR(50) PRIMARY KEY,
  name       VARCHAR(255) NOT NULL,
  client_id  UUID REFERENCES clients (id) ON DELETE RESTRICT,
  status     VARCHAR(50) NOT NULL DEFAULT 'active',
  settings   JSONB NOT NULL DEFAULT '{}',
  version    INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT tenants_id_check CHECK (id ~ '^[a-z0-9][a-z0-9-]{0,49}$'),
  CONSTRAINT tenants_status_check CHECK (status IN ('active', 'suspended')),
  -- Every tenant has an owner but the staff's own.
  CONSTRAINT tenants_client_id_check CHECK (client_id IS NOT NULL OR id = 'platform'),
  CONSTRAINT tenants_settings_check CHECK (jsonb_typeof(settings) = 'object')
);
CREATE INDEX tenants_staff_list ON tenants (created_at DESC, id DESC);
CREATE INDEX tenants_client_id ON tenants (client_id, created_at DESC, id DESC);
CREATE INDEX tenants_status ON tenants (status, created_at DESC, id DESC);
CREATE INDEX tenants_name ON tenants (name, id);

-- Platform staff, projected from auth's users of the tenant `platform`. The address is not unique
-- here: two renames in auth may arrive in the order that clashes.
CREATE TABLE admins (
  id         UUID PRIMARY KEY,
  email      VARCHAR(255) NOT NULL,
  first_name VARCHAR(100),
  last_name  VARCHAR(100),
  role       VARCHAR(50) NOT NULL,
  is_active  BOOLEAN NOT NULL DEFAULT true,
  last_login TIMESTAMPTZ(3),
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  synced_at  TIMESTAMPTZ(3) NOT NULL DEFAULT now()
);
CREATE INDEX admins_staff_list ON admins (created_at DESC, id DESC);
CREATE INDEX admins_email ON admins (email);

-- The registry of microservices; each process reports itself by name.
CREATE TABLE services (
  id           UUID PRIMARY KEY,
  name         VARCHAR(50) NOT NULL,
  kind         VARCHAR(50) NOT NULL,
  description  TEXT,
  address      TEXT,
  release      VARCHAR(100),
  status       VARCHAR(50) NOT NULL DEFAULT 'unknown',
  details      JSONB NOT NULL DEFAULT '{}',
  last_seen_at TIMESTAMPTZ(3),
  created_at   TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at   TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT services_name_key UNIQUE (name),
  CONSTRAINT services_kind_check CHECK (kind IN ('gateway', 'subgraph', 'worker')),
  CONSTRAINT services_status_check CHECK (status IN ('up', 'degraded', 'down', 'unknown')),
  CONSTRAINT services_details_check CHECK (jsonb_typeof(details) = 'object')
);
CREATE INDEX services_staff_list ON services (created_at DESC, id DESC);

-- Platform configuration. A secret's value is an envelope that the application has encrypted.
CREATE TABLE system_config (
  id          UUID PRIMARY KEY,
  key         VARCHAR(200) NOT NULL,
  value       JSONB NOT NULL,
  is_secret   BOOLEAN NOT NULL DEFAULT false,
  description TEXT,
  version     INTEGER NOT NULL DEFAULT 1,
  updated_by  UUID,
  created_at  TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at  TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT system_config_key_key UNIQUE (key),
  CONSTRAINT system_config_key_check CHECK (key ~ '^[a-z][a-zA-Z0-9_.-]*$'),
  CONSTRAINT system_config_version_check CHECK (version > 0)
);
CREATE INDEX system_config_staff_list ON system_config (created_at DESC, id DESC);

-- Every value that a key has had. is_secret stands in each: a key may become secret later.
CREATE TABLE system_config_versions (
  config_id  UUID NOT NULL REFERENCES system_config (id) ON DELETE CASCADE,
  version    INTEGER NOT NULL,
  value      JSONB NOT NULL,
  is_secret  BOOLEAN NOT NULL,
  changed_by UUID,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (config_id, version),
  CONSTRAINT system_config_versions_version_check CHECK (version > 0)
);

-- ── Projections, row by row ─────────────────────────────────────────────────────────────────

-- auth.auth_events of all tenants.
CREATE TABLE auth_events (
  tenant_id  VARCHAR(50) NOT NULL,
  id         UUID NOT NULL,
  user_id    UUID,
  event_type VARCHAR(50) NOT NULL,
  ip_address INET,
  user_agent TEXT,
  metadata   JSONB NOT NULL DEFAULT '{}',
  created_at TIMESTAMPTZ(3) NOT NULL,
  synced_at  TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX auth_events_id ON auth_events (id);
CREATE INDEX auth_events_list ON auth_events (tenant_id, created_at DESC, id DESC);
CREATE INDEX auth_events_staff_list ON auth_events (created_at DESC, id DESC);
CREATE INDEX auth_events_user ON auth_events (tenant_id, user_id, created_at DESC, id DESC);
CREATE INDEX auth_events_type ON auth_events (tenant_id, event_type, created_at DESC, id DESC);

-- What content exists, without the content itself.
CREATE TABLE cms_content_index (
  tenant_id       VARCHAR(50) NOT NULL,
  id              UUID NOT NULL,
  content_type_id UUID NOT NULL,
  content_type    VARCHAR(100),
  title           VARCHAR(255) NOT NULL,
  slug            VARCHAR(255) NOT NULL,
  status          VARCHAR(50) NOT NULL,
  author_id       UUID,
  version         INTEGER NOT NULL,
  published_at    TIMESTAMPTZ(3),
  created_at      TIMESTAMPTZ(3) NOT NULL,
  updated_at      TIMESTAMPTZ(3) NOT NULL,
  synced_at       TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX cms_content_index_id ON cms_content_index (id);
CREATE INDEX cms_content_index_list ON cms_content_index (tenant_id, created_at DESC, id DESC);
CREATE INDEX cms_content_index_staff_list ON cms_content_index (created_at DESC, id DESC);
CREATE INDEX cms_content_index_type
  ON cms_content_index (tenant_id, content_type_id, created_at DESC, id DESC);
CREATE INDEX cms_content_index_status
  ON cms_content_index (tenant_id, status, created_at DESC, id DESC);

-- Who was notified of what, and how it went; never the body, never the address.
CREATE TABLE notifications_global (
  tenant_id    VARCHAR(50) NOT NULL,
  id           UUID NOT NULL,
  user_id      UUID,
  channel      VARCHAR(50) NOT NULL,
  category     VARCHAR(50),
  template_key VARCHAR(100),
  status       VARCHAR(50) NOT NULL,
  error_code   VARCHAR(100),
  sent_at      TIMESTAMPTZ(3),
  created_at   TIMESTAMPTZ(3) NOT NULL,
  updated_at   TIMESTAMPTZ(3) NOT NULL,
  synced_at    TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX notifications_global_id ON notifications_global (id);
CREATE INDEX notifications_global_list
  ON notifications_global (tenant_id, created_at DESC, id DESC);
CREATE INDEX notifications_global_staff_list ON notifications_global (created_at DESC, id DESC);
CREATE INDEX notifications_global_status
  ON notifications_global (tenant_id, status, created_at DESC, id DESC);
CREATE INDEX notifications_global_user
  ON notifications_global (tenant_id, user_id, created_at DESC, id DESC);

-- ── Projections, one row per tenant ─────────────────────────────────────────────────────────
-- These few rows change all the time: pages are left part empty and measures unindexed, so that
-- updates stay on their page (HOT). Sorting the tenants by a measure is cheap without an index.

-- complete_through is the source's time up to which nothing is missing.
CREATE TABLE auth_summary (
  tenant_id        VARCHAR(50) PRIMARY KEY,
  total_users      BIGINT NOT NULL DEFAULT 0,
  active_users     BIGINT NOT NULL DEFAULT 0,
  last_activity    TIMESTAMPTZ(3),
  complete_through TIMESTAMPTZ(3),
  last_change_at   TIMESTAMPTZ(3)
) WITH (fillfactor = 70);

-- The sum and the count of open leads' probabilities: an average cannot be kept by deltas.
CREATE TABLE crm_summary (
  tenant_id         VARCHAR(50) PRIMARY KEY,
  total_customers   BIGINT NOT NULL DEFAULT 0,
  total_leads       BIGINT NOT NULL DEFAULT 0,
  open_leads        BIGINT NOT NULL DEFAULT 0,
  probability_sum   BIGINT NOT NULL DEFAULT 0,
  probability_count BIGINT NOT NULL DEFAULT 0,
  open_deals        BIGINT NOT NULL DEFAULT 0,
  complete_through  TIMESTAMPTZ(3),
  last_change_at    TIMESTAMPTZ(3)
) WITH (fillfactor = 70);

-- Sums of crm's money, which mean something only within one currency.
CREATE TABLE crm_summary_money (
  tenant_id      VARCHAR(50) NOT NULL,
  currency       VARCHAR(3) NOT NULL,
  pipeline_value NUMERIC(38, 4) NOT NULL DEFAULT 0,
  deal_value     NUMERIC(38, 4) NOT NULL DEFAULT 0,
  won_value      NUMERIC(38, 4) NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, currency)
) WITH (fillfactor = 70);

CREATE TABLE cms_summary (
  tenant_id        VARCHAR(50) PRIMARY KEY,
  total_items      BIGINT NOT NULL DEFAULT 0,
  published_items  BIGINT NOT NULL DEFAULT 0,
  complete_through TIMESTAMPTZ(3),
  last_change_at   TIMESTAMPTZ(3)
) WITH (fillfactor = 70);

CREATE TABLE billing_overview (
  tenant_id            VARCHAR(50) PRIMARY KEY,
  active_subscriptions BIGINT NOT NULL DEFAULT 0,
  open_invoices        BIGINT NOT NULL DEFAULT 0,
  complete_through     TIMESTAMPTZ(3),
  last_change_at       TIMESTAMPTZ(3)
) WITH (fillfactor = 70);

-- Sums of billing's money, per currency.
CREATE TABLE billing_overview_money (
  tenant_id   VARCHAR(50) NOT NULL,
  currency    VARCHAR(3) NOT NULL,
  mrr         NUMERIC(38, 4) NOT NULL DEFAULT 0,
  outstanding NUMERIC(38, 4) NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, currency)
) WITH (fillfactor = 70);

CREATE TABLE analytics_summary (
  tenant_id        VARCHAR(50) PRIMARY KEY,
  total_events     BIGINT NOT NULL DEFAULT 0,
  last_event_at    TIMESTAMPTZ(3),
  complete_through TIMESTAMPTZ(3),
  last_change_at   TIMESTAMPTZ(3)
) WITH (fillfactor = 70);

CREATE TABLE notification_summary (
  tenant_id        VARCHAR(50) PRIMARY KEY,
  sent             BIGINT NOT NULL DEFAULT 0,
  failed           BIGINT NOT NULL DEFAULT 0,
  complete_through TIMESTAMPTZ(3),
  last_change_at   TIMESTAMPTZ(3)
) WITH (fillfactor = 70);

-- ── Audit and compliance ────────────────────────────────────────────────────────────────────

-- Every mutation and every denial, chained: hash covers prev_hash and the entry, with content_hash
-- in the place of before and after, so that personal data can be erased and the chain still holds.
-- seq has no sequence behind it: a rolled-back number would look like a deleted entry.
CREATE TABLE audit_log (
  tenant_id    VARCHAR(50) NOT NULL,
  id           UUID NOT NULL,
  seq          BIGINT NOT NULL,
  at           TIMESTAMPTZ(3) NOT NULL,
  actor_id     UUID,
  actor_role   VARCHAR(20) NOT NULL,
  on_behalf_of UUID,
  action       VARCHAR(100) NOT NULL,
  outcome      VARCHAR(20) NOT NULL DEFAULT 'done',
  object_type  VARCHAR(100) NOT NULL,
  object_id    VARCHAR(100) NOT NULL,
  before       JSONB,
  after        JSONB,
  request_id   VARCHAR(100) NOT NULL,
  source       VARCHAR(50) NOT NULL,
  source_id    UUID NOT NULL,
  content_hash BYTEA,
  prev_hash    BYTEA NOT NULL,
  hash         BYTEA NOT NULL,
  created_at   TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT audit_log_seq_key UNIQUE (seq),
  -- The relay may deliver an entry twice; it is chained once.
  CONSTRAINT audit_log_source_key UNIQUE (source, source_id),
  -- Two entries after the same one would fork the chain.
  CONSTRAINT audit_log_prev_hash_key UNIQUE (prev_hash),
  CONSTRAINT audit_log_seq_check CHECK (seq > 0),
  CONSTRAINT audit_log_outcome_check CHECK (outcome IN ('done', 'denied', 'failed')),
  CONSTRAINT audit_log_hashes_check CHECK (
    octet_length(hash) = 32 AND octet_length(prev_hash) = 32 AND octet_length(content_hash) = 32)
);
CREATE INDEX audit_log_id ON audit_log (id);
CREATE INDEX audit_log_list ON audit_log (tenant_id, at DESC, id DESC);
CREATE INDEX audit_log_staff_list ON audit_log (at DESC, id DESC);
CREATE INDEX audit_log_actor ON audit_log (tenant_id, actor_id, at DESC, id DESC);
CREATE INDEX audit_log_object ON audit_log (tenant_id, object_type, object_id, at DESC, id DESC);
CREATE INDEX audit_log_request ON audit_log (request_id);

-- Incidents to triage; repeats of one incident count up instead of filling the list. What concerns
-- no tenant stands under `platform`.
CREATE TABLE security_events (
  tenant_id   VARCHAR(50) NOT NULL,
  id          UUID NOT NULL,
  kind        VARCHAR(100) NOT NULL,
  severity    VARCHAR(50) NOT NULL,
  status      VARCHAR(50) NOT NULL DEFAULT 'open',
  dedupe_key  VARCHAR(255) NOT NULL,
  actor_id    UUID,
  ip_address  INET,
  details     JSONB NOT NULL DEFAULT '{}',
  count       INTEGER NOT NULL DEFAULT 1,
  first_at    TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  last_at     TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  assigned_to UUID,
  resolution  TEXT,
  version     INTEGER NOT NULL DEFAULT 1,
  created_at  TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at  TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT security_events_severity_check
    CHECK (severity IN ('low', 'medium', 'high', 'critical')),
  CONSTRAINT security_events_status_check
    CHECK (status IN ('open', 'acknowledged', 'resolved', 'dismissed')),
  CONSTRAINT security_events_count_check CHECK (count > 0),
  CONSTRAINT security_events_period_check CHECK (last_at >= first_at),
  CONSTRAINT security_events_details_check CHECK (jsonb_typeof(details) = 'object')
);
-- One incident stays one row until it is closed; its return then opens a new one.
CREATE UNIQUE INDEX security_events_live_key ON security_events (tenant_id, kind, dedupe_key)
  WHERE status IN ('open', 'acknowledged');
CREATE INDEX security_events_id ON security_events (id);
CREATE INDEX security_events_list ON security_events (tenant_id, created_at DESC, id DESC);
CREATE INDEX security_events_staff_list ON security_events (created_at DESC, id DESC);
CREATE INDEX security_events_status
  ON security_events (tenant_id, status, created_at DESC, id DESC);
-- What waits for triage, over all tenants: few rows of many.
CREATE INDEX security_events_triage ON security_events (severity, last_at DESC, id DESC)
  WHERE status IN ('open', 'acknowledged');

-- A report with the evidence it rests on, and its hash. Tenant `platform` means all tenants.
CREATE TABLE compliance_reports (
  tenant_id    VARCHAR(50) NOT NULL,
  id           UUID NOT NULL,
  kind         VARCHAR(100) NOT NULL,
  status       VARCHAR(50) NOT NULL DEFAULT 'pending',
  period_start TIMESTAMPTZ(3) NOT NULL,
  period_end   TIMESTAMPTZ(3) NOT NULL,
  evidence     JSONB NOT NULL DEFAULT '{}',
  hash         BYTEA,
  requested_by UUID,
  completed_at TIMESTAMPTZ(3),
  created_at   TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at   TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT compliance_reports_status_check
    CHECK (status IN ('pending', 'running', 'ready', 'failed')),
  CONSTRAINT compliance_reports_period_check CHECK (period_end > period_start),
  CONSTRAINT compliance_reports_evidence_check CHECK (jsonb_typeof(evidence) = 'object'),
  CONSTRAINT compliance_reports_hash_check CHECK (octet_length(hash) = 32),
  -- A finished report can be checked against its hash.
  CONSTRAINT compliance_reports_ready_check
    CHECK (status <> 'ready' OR (hash IS NOT NULL AND completed_at IS NOT NULL))
);
CREATE INDEX compliance_reports_id ON compliance_reports (id);
CREATE INDEX compliance_reports_list ON compliance_reports (tenant_id, created_at DESC, id DESC);
CREATE INDEX compliance_reports_staff_list ON compliance_reports (created_at DESC, id DESC);
CREATE INDEX compliance_reports_kind
  ON compliance_reports (tenant_id, kind, period_start DESC, id DESC);

-- ── Sync ────────────────────────────────────────────────────────────────────────────────────

-- How far each source has been applied. It is written in the transaction that applies the deltas,
-- by compare-and-swap on generation: a worker that lost its lease applies nothing.
CREATE TABLE sync_checkpoints (
  source             VARCHAR(50) PRIMARY KEY,
  service            VARCHAR(50) NOT NULL,
  -- The cluster and the life of the outbox that the snapshot belongs to: transaction ids mean
  -- something else after a restore, so a change of either starts from a seed.
  system_identifier  VARCHAR(20) NOT NULL,
  epoch              VARCHAR(50) NOT NULL,
  generation         BIGINT NOT NULL DEFAULT 0,
  snapshot           TEXT,
  position           BIGINT NOT NULL DEFAULT 0,
  drained_at         TIMESTAMPTZ(3),
  complete_through   TIMESTAMPTZ(3),
  last_error         TEXT,
  last_reconciled_at TIMESTAMPTZ(3),
  drift              BIGINT NOT NULL DEFAULT 0,
  backlog            BIGINT NOT NULL DEFAULT 0,
  lag_ms             BIGINT NOT NULL DEFAULT 0,
  created_at         TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at         TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  -- The text of a pg_snapshot: xmin:xmax:xip_list.
  CONSTRAINT sync_checkpoints_snapshot_check CHECK (snapshot ~ '^\d+:\d+:(\d+(,\d+)*)?$'),
  CONSTRAINT sync_checkpoints_numbers_check
    CHECK (generation >= 0 AND drift >= 0 AND backlog >= 0 AND lag_ms >= 0)
) WITH (fillfactor = 50);

-- Runs worth remembering: seeds, reconciliations, rebuilds, rollups (not every drained batch).
CREATE TABLE sync_runs (
  id           UUID PRIMARY KEY,
  source       VARCHAR(50) NOT NULL,
  kind         VARCHAR(50) NOT NULL,
  only_tenant  VARCHAR(50), -- null: every tenant
  status       VARCHAR(50) NOT NULL DEFAULT 'pending',
  requested_by UUID,
  rows_read    BIGINT NOT NULL DEFAULT 0,
  rows_written BIGINT NOT NULL DEFAULT 0,
  drift        BIGINT NOT NULL DEFAULT 0,
  error        TEXT,
  details      JSONB NOT NULL DEFAULT '{}',
  started_at   TIMESTAMPTZ(3),
  finished_at  TIMESTAMPTZ(3),
  created_at   TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT sync_runs_kind_check
    CHECK (kind IN ('drain', 'seed', 'reconcile', 'rebuild', 'rollup')),
  CONSTRAINT sync_runs_status_check
    CHECK (status IN ('pending', 'running', 'succeeded', 'failed')),
  CONSTRAINT sync_runs_period_check CHECK (finished_at >= started_at),
  CONSTRAINT sync_runs_details_check CHECK (jsonb_typeof(details) = 'object')
);
CREATE INDEX sync_runs_staff_list ON sync_runs (created_at DESC, id DESC);
CREATE INDEX sync_runs_source ON sync_runs (source, created_at DESC, id DESC);

-- What could not be applied and was set aside so that the rest goes on. It holds ids and deltas,
-- no personal data. What concerns no tenant stands under `platform`.
CREATE TABLE dead_letters (
  tenant_id   VARCHAR(50) NOT NULL,
  id          UUID NOT NULL,
  source      VARCHAR(50) NOT NULL,
  source_ref  VARCHAR(200),
  job         VARCHAR(100),
  payload     JSONB NOT NULL,
  error       TEXT NOT NULL,
  attempts    INTEGER NOT NULL DEFAULT 1,
  status      VARCHAR(50) NOT NULL DEFAULT 'open',
  resolved_by UUID,
  resolved_at TIMESTAMPTZ(3),
  created_at  TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at  TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT dead_letters_source_ref_key UNIQUE (tenant_id, source, source_ref),
  CONSTRAINT dead_letters_attempts_check CHECK (attempts > 0),
  CONSTRAINT dead_letters_status_check CHECK (status IN ('open', 'retried', 'discarded'))
);
CREATE INDEX dead_letters_id ON dead_letters (id);
CREATE INDEX dead_letters_list ON dead_letters (tenant_id, created_at DESC, id DESC);
CREATE INDEX dead_letters_staff_list ON dead_letters (created_at DESC, id DESC);
CREATE INDEX dead_letters_open ON dead_letters (source, created_at) WHERE status = 'open';

-- Where each column of a summary comes from, in OpenLineage's terms: a namespace is a database,
-- a dataset a table. A column is null where the whole row counts, as in COUNT(*).
CREATE TABLE data_lineage (
  id                     UUID PRIMARY KEY,
  source_namespace       VARCHAR(100) NOT NULL,
  source_dataset         VARCHAR(100) NOT NULL,
  source_column          VARCHAR(100),
  target_namespace       VARCHAR(100) NOT NULL,
  target_dataset         VARCHAR(100) NOT NULL,
  target_column          VARCHAR(100),
  transformation         VARCHAR(50) NOT NULL,
  transformation_subtype VARCHAR(50) NOT NULL,
  description            TEXT,
  job                    VARCHAR(100) NOT NULL,
  run_id                 UUID REFERENCES sync_runs (id) ON DELETE SET NULL,
  created_at             TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at             TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT data_lineage_edge_key UNIQUE NULLS NOT DISTINCT (
    target_namespace, target_dataset, target_column,
    source_namespace, source_dataset, source_column, transformation_subtype),
  CONSTRAINT data_lineage_transformation_check CHECK (transformation IN ('direct', 'indirect')),
  CONSTRAINT data_lineage_subtype_check CHECK (transformation_subtype IN (
    'identity', 'transformation', 'aggregation',
    'join', 'group_by', 'filter', 'sort', 'window', 'conditional'))
);
CREATE INDEX data_lineage_staff_list ON data_lineage (created_at DESC, id DESC);
CREATE INDEX data_lineage_source
  ON data_lineage (source_namespace, source_dataset, source_column);
CREATE INDEX data_lineage_run ON data_lineage (run_id);

-- ── Row security ────────────────────────────────────────────────────────────────────────────
-- No tenant's caller gets here; a row still belongs to its tenant should one ever.

SELECT protect_tenant_table('auth_events');
SELECT protect_tenant_table('cms_content_index');
SELECT protect_tenant_table('notifications_global');
SELECT protect_tenant_table('auth_summary');
SELECT protect_tenant_table('crm_summary');
SELECT protect_tenant_table('crm_summary_money');
SELECT protect_tenant_table('cms_summary');
SELECT protect_tenant_table('billing_overview');
SELECT protect_tenant_table('billing_overview_money');
SELECT protect_tenant_table('analytics_summary');
SELECT protect_tenant_table('notification_summary');
SELECT protect_tenant_table('audit_log');
SELECT protect_tenant_table('security_events');
SELECT protect_tenant_table('compliance_reports');
SELECT protect_tenant_table('dead_letters');

-- ── Views ───────────────────────────────────────────────────────────────────────────────────

-- The two summaries under the names and columns of the design.
CREATE VIEW cdx_auth_summary WITH (security_invoker = true) AS
SELECT tenant_id, total_users, active_users, last_activity
FROM auth_summary;

-- total_pipeline_value is null when open leads are in several currencies, since their sum would
-- mean nothing: crm_summary_money has each.
CREATE VIEW cdx_crm_summary WITH (security_invoker = true) AS
SELECT
  s.tenant_id,
  s.total_customers,
  s.total_leads,
  m.total_pipeline_value,
  s.probability_sum::numeric / nullif(s.probability_count, 0) AS avg_probability
FROM crm_summary s
CROSS JOIN LATERAL (
  SELECT CASE
    WHEN count(*) FILTER (WHERE pipeline_value <> 0) <= 1 THEN coalesce(sum(pipeline_value), 0)
  END AS total_pipeline_value
  FROM crm_summary_money
  WHERE tenant_id = s.tenant_id
) m;

-- Every tenant with all its measures in one row, to filter and order the tenants by.
CREATE VIEW tenant_overview WITH (security_invoker = true) AS
SELECT
  t.id, t.name, t.client_id, t.status, t.version, t.created_at, t.updated_at,
  coalesce(a.total_users, 0) AS total_users,
  coalesce(a.active_users, 0) AS active_users,
  a.last_activity,
  coalesce(c.total_customers, 0) AS total_customers,
  coalesce(c.total_leads, 0) AS total_leads,
  coalesce(c.open_leads, 0) AS open_leads,
  c.probability_sum::numeric / nullif(c.probability_count, 0) AS avg_probability,
  coalesce(c.open_deals, 0) AS open_deals,
  coalesce(m.total_items, 0) AS total_items,
  coalesce(m.published_items, 0) AS published_items,
  coalesce(b.active_subscriptions, 0) AS active_subscriptions,
  coalesce(b.open_invoices, 0) AS open_invoices,
  coalesce(e.total_events, 0) AS total_events,
  e.last_event_at,
  coalesce(n.sent, 0) AS sent,
  coalesce(n.failed, 0) AS failed
FROM tenants t
LEFT JOIN auth_summary a ON a.tenant_id = t.id
LEFT JOIN crm_summary c ON c.tenant_id = t.id
LEFT JOIN cms_summary m ON m.tenant_id = t.id
LEFT JOIN billing_overview b ON b.tenant_id = t.id
LEFT JOIN analytics_summary e ON e.tenant_id = t.id
LEFT JOIN notification_summary n ON n.tenant_id = t.id;
