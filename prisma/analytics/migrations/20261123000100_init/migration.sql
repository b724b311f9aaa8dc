-- ANALYTICS: events, the metrics rolled up from them, dashboards and insights.

-- ── Events ──────────────────────────────────────────────────────────────────────────────────

-- Partitioned by month of created_at, the instant at which the event happened; received_at is when
-- it came in. The key has created_at because a partitioned key must, so it is event_messages that
-- keeps an event from being stored twice.
CREATE TABLE events (
  tenant_id   VARCHAR(50) NOT NULL,
  id          UUID NOT NULL,
  message_id  VARCHAR(200) NOT NULL,
  user_id     UUID,
  session_id  UUID,
  event_name  VARCHAR(100) NOT NULL,
  event_data  JSONB NOT NULL DEFAULT '{}',
  page_url    TEXT,
  page_title  VARCHAR(255),
  referrer    TEXT,
  ip_address  INET, -- shortened before it is stored
  user_agent  TEXT,
  country     VARCHAR(2),
  city        VARCHAR(100),
  device_type VARCHAR(50),
  browser     VARCHAR(50),
  os          VARCHAR(50),
  created_at  TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  received_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id, created_at),
  CONSTRAINT events_event_name_check CHECK (event_name <> ''),
  CONSTRAINT events_event_data_check CHECK (jsonb_typeof(event_data) = 'object'),
  CONSTRAINT events_country_check CHECK (country ~ '^[A-Z]{2}$')
) PARTITION BY RANGE (created_at);
CREATE INDEX events_id ON events (id);
CREATE INDEX events_list ON events (tenant_id, created_at DESC, id DESC);
CREATE INDEX events_staff_list ON events (created_at DESC, id DESC);
CREATE INDEX events_name ON events (tenant_id, event_name, created_at DESC, id DESC);
-- Most events come from visitors without an account: no entry for them.
CREATE INDEX events_user ON events (tenant_id, user_id, created_at DESC, id DESC)
  WHERE user_id IS NOT NULL;
CREATE INDEX events_session ON events (tenant_id, session_id, created_at)
  WHERE session_id IS NOT NULL;

-- What falls outside the months made so far; a month made later takes its rows from here.
CREATE TABLE events_default PARTITION OF events DEFAULT;

-- Makes the partitions that are missing among `months` months from first_month on, and says how
-- many. Months are UTC's. Only the owner of events can run it. Rows that have gone to the default
-- partition are moved, which an ordinary CREATE … PARTITION OF would refuse.
CREATE FUNCTION events_ensure_partitions(first_month date, months integer) RETURNS integer
LANGUAGE plpgsql SECURITY INVOKER SET search_path = public, pg_temp AS $$
DECLARE
  month_start  timestamp;
  name         text;
  lower_bound  timestamptz;
  upper_bound  timestamptz;
  made         integer := 0;
BEGIN
  -- Two workers may come at once; the second then finds the work done.
  PERFORM pg_advisory_xact_lock(hashtextextended('events_ensure_partitions', 0));
  FOR month_start IN
    SELECT date_trunc('month', first_month::timestamp) + make_interval(months => n)
    FROM generate_series(0, months - 1) n
  LOOP
    name := 'events_' || to_char(month_start, 'YYYY_MM');
    CONTINUE WHEN to_regclass(format('%I', name)) IS NOT NULL;
    lower_bound := month_start AT TIME ZONE 'UTC';
    upper_bound := (month_start + interval '1 month') AT TIME ZONE 'UTC';

    EXECUTE format('CREATE TABLE %I (LIKE events INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name);
    EXECUTE format(
      'WITH moved AS (DELETE FROM events_default WHERE created_at >= $1 AND created_at < $2 RETURNING *)
       INSERT INTO %I SELECT * FROM moved', name)
      USING lower_bound, upper_bound;
    EXECUTE format('ALTER TABLE events ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
      name, lower_bound, upper_bound);
    made := made + 1;
  END LOOP;
  RETURN made;
END
$$;

SELECT events_ensure_partitions(
  (date_trunc('month', now() AT TIME ZONE 'UTC') - interval '24 months')::date, 28);

-- Which messages have been accepted, across all partitions: a batch sent n times counts once.
CREATE TABLE event_messages (
  tenant_id   VARCHAR(50) NOT NULL,
  message_id  VARCHAR(200) NOT NULL,
  event_id    UUID NOT NULL,
  received_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, message_id)
);
-- For dropping what lies before the tenant's retention.
CREATE INDEX event_messages_received_at ON event_messages (tenant_id, received_at);

-- ── Metrics ─────────────────────────────────────────────────────────────────────────────────

-- Rolled up hour, day, week, month; a late event corrects its periods in place.
CREATE TABLE metrics (
  tenant_id       VARCHAR(50) NOT NULL,
  id              UUID NOT NULL,
  metric_name     VARCHAR(100) NOT NULL,
  metric_value    NUMERIC(20, 4) NOT NULL,
  dimensions      JSONB NOT NULL DEFAULT '{}',
  -- Stands for the dimensions in the key: jsonb has one text for equal values, and a long one
  -- would not fit an index entry. No secret rests on it, so md5's 16 bytes do.
  dimensions_hash UUID NOT NULL GENERATED ALWAYS AS (md5(dimensions::text)::uuid) STORED,
  period_start    TIMESTAMPTZ(3) NOT NULL,
  period_end      TIMESTAMPTZ(3) NOT NULL,
  granularity     VARCHAR(20) NOT NULL,
  created_at      TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at      TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT metrics_period_key
    UNIQUE (tenant_id, metric_name, granularity, period_start, dimensions_hash),
  CONSTRAINT metrics_granularity_check CHECK (granularity IN ('hour', 'day', 'week', 'month')),
  CONSTRAINT metrics_period_check CHECK (period_end > period_start),
  CONSTRAINT metrics_dimensions_check CHECK (jsonb_typeof(dimensions) = 'object')
);
CREATE INDEX metrics_id ON metrics (id);
CREATE INDEX metrics_list ON metrics (tenant_id, created_at DESC, id DESC);
CREATE INDEX metrics_staff_list ON metrics (created_at DESC, id DESC);
CREATE INDEX metrics_period ON metrics (tenant_id, period_start DESC, id DESC);

-- ── Dashboards and insights ─────────────────────────────────────────────────────────────────

CREATE TABLE dashboards (
  tenant_id        VARCHAR(50) NOT NULL,
  id               UUID NOT NULL,
  name             VARCHAR(255) NOT NULL,
  description      TEXT,
  config           JSONB NOT NULL,
  is_public        BOOLEAN NOT NULL DEFAULT false,
  created_by       UUID,
  -- Whoever has the token sees a public dashboard; clearing the hash revokes it.
  share_token_hash BYTEA,
  share_expires_at TIMESTAMPTZ(3),
  version          INTEGER NOT NULL DEFAULT 1,
  created_at       TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at       TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT dashboards_config_check CHECK (jsonb_typeof(config) = 'object'),
  CONSTRAINT dashboards_share_token_hash_check CHECK (octet_length(share_token_hash) = 32)
);
CREATE INDEX dashboards_id ON dashboards (id);
CREATE INDEX dashboards_list ON dashboards (tenant_id, created_at DESC, id DESC);
CREATE INDEX dashboards_staff_list ON dashboards (created_at DESC, id DESC);
CREATE INDEX dashboards_created_by ON dashboards (tenant_id, created_by, created_at DESC, id DESC);
-- The token comes alone: it is what names the tenant.
CREATE UNIQUE INDEX dashboards_share_token_key ON dashboards (share_token_hash)
  WHERE share_token_hash IS NOT NULL;

-- A saved question and its last answer.
CREATE TABLE insights (
  tenant_id    VARCHAR(50) NOT NULL,
  id           UUID NOT NULL,
  dashboard_id UUID,
  name         VARCHAR(255) NOT NULL,
  description  TEXT,
  kind         VARCHAR(50) NOT NULL,
  query        JSONB NOT NULL,
  result       JSONB,
  computed_at  TIMESTAMPTZ(3),
  created_by   UUID,
  version      INTEGER NOT NULL DEFAULT 1,
  created_at   TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at   TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT insights_dashboard_fkey FOREIGN KEY (tenant_id, dashboard_id)
    REFERENCES dashboards (tenant_id, id) ON DELETE SET NULL (dashboard_id),
  CONSTRAINT insights_kind_check
    CHECK (kind IN ('trend', 'funnel', 'retention', 'breakdown', 'top')),
  CONSTRAINT insights_query_check CHECK (jsonb_typeof(query) = 'object'),
  CONSTRAINT insights_result_check CHECK ((result IS NULL) = (computed_at IS NULL))
);
CREATE INDEX insights_id ON insights (id);
CREATE INDEX insights_list ON insights (tenant_id, created_at DESC, id DESC);
CREATE INDEX insights_staff_list ON insights (created_at DESC, id DESC);
CREATE INDEX insights_dashboard ON insights (tenant_id, dashboard_id, created_at DESC, id DESC);
CREATE INDEX insights_created_by ON insights (tenant_id, created_by, created_at DESC, id DESC);

-- ── Row security ────────────────────────────────────────────────────────────────────────────
-- Rights are given on events alone: a partition that is read directly has no policy.

SELECT protect_tenant_table('events');
SELECT protect_tenant_table('event_messages');
SELECT protect_tenant_table('metrics');
SELECT protect_tenant_table('dashboards');
SELECT protect_tenant_table('insights');
