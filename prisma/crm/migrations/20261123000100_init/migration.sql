-- CRM: customers, leads, deals, their pipelines and their history.
--
-- tenant_id leads every key, so that no row can point at another tenant's and the tables can be
-- distributed by tenant. Users live in AUTH, another database: assigned_to, owner_id, user_id and
-- changed_by have no foreign key. Nothing people see is removed by a plain delete (deleted_at), so
-- the foreign keys RESTRICT: an erasure must take the history away first, and say so.

CREATE TABLE pipelines (
  tenant_id  VARCHAR(50) NOT NULL,
  id         UUID NOT NULL,
  name       VARCHAR(255) NOT NULL,
  stages     JSONB NOT NULL,
  is_default BOOLEAN NOT NULL DEFAULT false,
  version    INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT pipelines_version_check CHECK (version > 0),
  -- Every element is a whole stage {id, name, order, probability, kind}. Counting those that match
  -- is right where negating is not: a comparison of unlike types is unknown, and so is its negation.
  CONSTRAINT pipelines_stages_check CHECK (
    CASE WHEN jsonb_typeof(stages) = 'array' THEN
      jsonb_array_length(stages) > 0 AND
      jsonb_array_length(stages) = jsonb_array_length(jsonb_path_query_array(stages, 'strict $[*] ? (
        @.id like_regex "^.+$" && @.name like_regex "^.{1,50}$" && @.order >= 0
        && @.probability >= 0 && @.probability <= 100
        && (@.kind == "open" || (@.kind == "won" && @.probability == 100)
                             || (@.kind == "lost" && @.probability == 0)))'))
    ELSE false END)
);
CREATE UNIQUE INDEX pipelines_one_default ON pipelines (tenant_id) WHERE is_default;
CREATE INDEX pipelines_id ON pipelines (id);
CREATE INDEX pipelines_list ON pipelines (tenant_id, created_at DESC, id DESC);
CREATE INDEX pipelines_staff_list ON pipelines (created_at DESC, id DESC);

CREATE TABLE customers (
  tenant_id      VARCHAR(50) NOT NULL,
  id             UUID NOT NULL,
  email          VARCHAR(255),
  first_name     VARCHAR(100),
  last_name      VARCHAR(100),
  company        VARCHAR(255),
  phone          VARCHAR(50),
  address        JSONB,
  status         VARCHAR(50) NOT NULL DEFAULT 'active',
  source         VARCHAR(100),
  tags           JSONB NOT NULL DEFAULT '[]',
  custom_fields  JSONB NOT NULL DEFAULT '{}',
  -- What duplicates are found by. The phone needs a numbering plan, so the application fills it.
  email_key      VARCHAR(255) GENERATED ALWAYS AS (lower(btrim(email))) STORED,
  phone_key      VARCHAR(16),
  -- A merged customer stays, deleted, and leads to the one that took it over.
  merged_into_id UUID,
  version        INTEGER NOT NULL DEFAULT 1,
  created_at     TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at     TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  deleted_at     TIMESTAMPTZ(3),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT customers_merged_into_fkey FOREIGN KEY (tenant_id, merged_into_id)
    REFERENCES customers (tenant_id, id) ON DELETE RESTRICT,
  CONSTRAINT customers_status_check CHECK (status IN ('prospect', 'active', 'inactive', 'churned')),
  CONSTRAINT customers_address_check CHECK (jsonb_typeof(address) = 'object'),
  CONSTRAINT customers_tags_check CHECK (jsonb_typeof(tags) = 'array'),
  CONSTRAINT customers_custom_fields_check CHECK (jsonb_typeof(custom_fields) = 'object'),
  CONSTRAINT customers_phone_key_check CHECK (phone_key ~ '^\+[1-9][0-9]{1,14}$'),
  CONSTRAINT customers_merge_check CHECK (
    merged_into_id IS NULL OR (merged_into_id <> id AND deleted_at IS NOT NULL)),
  CONSTRAINT customers_version_check CHECK (version > 0)
);
CREATE INDEX customers_id ON customers (id);
CREATE INDEX customers_list ON customers (tenant_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX customers_staff_list ON customers (created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX customers_status ON customers (tenant_id, status, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX customers_email_key ON customers (tenant_id, email_key) WHERE email_key IS NOT NULL;
CREATE INDEX customers_phone_key ON customers (tenant_id, phone_key) WHERE phone_key IS NOT NULL;
CREATE INDEX customers_merged_into ON customers (tenant_id, merged_into_id) WHERE merged_into_id IS NOT NULL;

CREATE TABLE leads (
  tenant_id           VARCHAR(50) NOT NULL,
  id                  UUID NOT NULL,
  customer_id         UUID,
  pipeline_id         UUID NOT NULL,
  title               VARCHAR(255) NOT NULL,
  description         TEXT,
  value               NUMERIC(20, 4),
  currency            VARCHAR(3) NOT NULL DEFAULT 'USD',
  -- A stage's name in the pipeline, and its kind beside it: rules and sums need the kind of the row
  -- itself, which a look into another table's JSON could not give to a CHECK or a trigger.
  stage               VARCHAR(50) NOT NULL,
  stage_kind          VARCHAR(50) NOT NULL DEFAULT 'open',
  stage_changed_at    TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  probability         INTEGER,
  expected_close_date DATE,
  assigned_to         UUID,
  source              VARCHAR(100),
  lost_reason         TEXT,
  -- Set once, with the deal that points back at the lead.
  converted_at        TIMESTAMPTZ(3),
  version             INTEGER NOT NULL DEFAULT 1,
  created_at          TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at          TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  deleted_at          TIMESTAMPTZ(3),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT leads_customer_fkey FOREIGN KEY (tenant_id, customer_id)
    REFERENCES customers (tenant_id, id) ON DELETE RESTRICT,
  CONSTRAINT leads_pipeline_fkey FOREIGN KEY (tenant_id, pipeline_id)
    REFERENCES pipelines (tenant_id, id) ON DELETE RESTRICT,
  CONSTRAINT leads_value_check CHECK (value >= 0),
  CONSTRAINT leads_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
  CONSTRAINT leads_probability_check CHECK (probability BETWEEN 0 AND 100),
  CONSTRAINT leads_stage_kind_check CHECK (stage_kind IN ('open', 'won', 'lost')),
  CONSTRAINT leads_won_check CHECK (stage_kind <> 'won' OR probability IS NOT DISTINCT FROM 100),
  CONSTRAINT leads_lost_check CHECK (stage_kind <> 'lost' OR (
    probability IS NOT DISTINCT FROM 0 AND coalesce(btrim(lost_reason), '') <> '')),
  CONSTRAINT leads_version_check CHECK (version > 0)
);
CREATE INDEX leads_id ON leads (id);
CREATE INDEX leads_list ON leads (tenant_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX leads_staff_list ON leads (created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX leads_assignee ON leads (tenant_id, assigned_to, created_at DESC, id DESC) WHERE deleted_at IS NULL;
-- Whole, because the foreign keys' own checks also look for the deleted rows.
CREATE INDEX leads_customer ON leads (tenant_id, customer_id, created_at DESC, id DESC);
CREATE INDEX leads_stage ON leads (tenant_id, pipeline_id, stage, created_at DESC, id DESC);

CREATE TABLE deals (
  tenant_id           VARCHAR(50) NOT NULL,
  id                  UUID NOT NULL,
  customer_id         UUID,
  lead_id             UUID,
  pipeline_id         UUID NOT NULL,
  title               VARCHAR(255) NOT NULL,
  description         TEXT,
  value               NUMERIC(20, 4),
  currency            VARCHAR(3) NOT NULL DEFAULT 'USD',
  stage               VARCHAR(50) NOT NULL,
  stage_kind          VARCHAR(50) NOT NULL DEFAULT 'open',
  stage_changed_at    TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  probability         INTEGER NOT NULL DEFAULT 0,
  expected_close_date DATE,
  owner_id            UUID,
  source              VARCHAR(100),
  lost_reason         TEXT,
  closed_at           TIMESTAMPTZ(3),
  tags                JSONB NOT NULL DEFAULT '[]',
  custom_fields       JSONB NOT NULL DEFAULT '{}',
  version             INTEGER NOT NULL DEFAULT 1,
  created_at          TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at          TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  deleted_at          TIMESTAMPTZ(3),
  PRIMARY KEY (tenant_id, id),
  -- A lead becomes one deal at most, also when two people convert it at the same moment.
  CONSTRAINT deals_lead_key UNIQUE (tenant_id, lead_id),
  CONSTRAINT deals_customer_fkey FOREIGN KEY (tenant_id, customer_id)
    REFERENCES customers (tenant_id, id) ON DELETE RESTRICT,
  CONSTRAINT deals_lead_fkey FOREIGN KEY (tenant_id, lead_id)
    REFERENCES leads (tenant_id, id) ON DELETE RESTRICT,
  CONSTRAINT deals_pipeline_fkey FOREIGN KEY (tenant_id, pipeline_id)
    REFERENCES pipelines (tenant_id, id) ON DELETE RESTRICT,
  CONSTRAINT deals_value_check CHECK (value >= 0),
  CONSTRAINT deals_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
  CONSTRAINT deals_probability_check CHECK (probability BETWEEN 0 AND 100),
  CONSTRAINT deals_stage_kind_check CHECK (stage_kind IN ('open', 'won', 'lost')),
  CONSTRAINT deals_won_check CHECK (stage_kind <> 'won' OR probability = 100),
  CONSTRAINT deals_lost_check CHECK (stage_kind <> 'lost' OR (
    probability = 0 AND coalesce(btrim(lost_reason), '') <> '')),
  CONSTRAINT deals_closed_check CHECK ((stage_kind = 'open') = (closed_at IS NULL)),
  CONSTRAINT deals_tags_check CHECK (jsonb_typeof(tags) = 'array'),
  CONSTRAINT deals_custom_fields_check CHECK (jsonb_typeof(custom_fields) = 'object'),
  CONSTRAINT deals_version_check CHECK (version > 0)
);
CREATE INDEX deals_id ON deals (id);
CREATE INDEX deals_list ON deals (tenant_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX deals_staff_list ON deals (created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX deals_owner ON deals (tenant_id, owner_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX deals_customer ON deals (tenant_id, customer_id, created_at DESC, id DESC);
CREATE INDEX deals_stage ON deals (tenant_id, pipeline_id, stage, created_at DESC, id DESC);

-- One row per change of a stage, the first one (from nothing) included: the time in a stage is the
-- distance to the next row.
CREATE TABLE stage_history (
  tenant_id   VARCHAR(50) NOT NULL,
  id          UUID NOT NULL,
  lead_id     UUID,
  deal_id     UUID,
  pipeline_id UUID NOT NULL,
  from_stage  VARCHAR(50),
  to_stage    VARCHAR(50) NOT NULL,
  to_kind     VARCHAR(50) NOT NULL,
  changed_by  UUID,
  changed_at  TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT stage_history_lead_fkey FOREIGN KEY (tenant_id, lead_id)
    REFERENCES leads (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT stage_history_deal_fkey FOREIGN KEY (tenant_id, deal_id)
    REFERENCES deals (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT stage_history_pipeline_fkey FOREIGN KEY (tenant_id, pipeline_id)
    REFERENCES pipelines (tenant_id, id) ON DELETE RESTRICT,
  CONSTRAINT stage_history_subject_check CHECK (num_nonnulls(lead_id, deal_id) = 1),
  CONSTRAINT stage_history_to_kind_check CHECK (to_kind IN ('open', 'won', 'lost'))
);
CREATE INDEX stage_history_id ON stage_history (id);
CREATE INDEX stage_history_lead ON stage_history (tenant_id, lead_id, changed_at DESC, id DESC) WHERE lead_id IS NOT NULL;
CREATE INDEX stage_history_deal ON stage_history (tenant_id, deal_id, changed_at DESC, id DESC) WHERE deal_id IS NOT NULL;
CREATE INDEX stage_history_pipeline ON stage_history (tenant_id, pipeline_id, changed_at DESC, id DESC);

CREATE TABLE interactions (
  tenant_id    VARCHAR(50) NOT NULL,
  id           UUID NOT NULL,
  customer_id  UUID,
  lead_id      UUID,
  deal_id      UUID,
  type         VARCHAR(50) NOT NULL,
  subject      VARCHAR(255),
  content      TEXT,
  user_id      UUID,
  scheduled_at TIMESTAMPTZ(3),
  completed_at TIMESTAMPTZ(3),
  cancelled_at TIMESTAMPTZ(3),
  metadata     JSONB NOT NULL DEFAULT '{}',
  version      INTEGER NOT NULL DEFAULT 1,
  created_at   TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at   TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT interactions_customer_fkey FOREIGN KEY (tenant_id, customer_id)
    REFERENCES customers (tenant_id, id) ON DELETE RESTRICT,
  CONSTRAINT interactions_lead_fkey FOREIGN KEY (tenant_id, lead_id)
    REFERENCES leads (tenant_id, id) ON DELETE RESTRICT,
  CONSTRAINT interactions_deal_fkey FOREIGN KEY (tenant_id, deal_id)
    REFERENCES deals (tenant_id, id) ON DELETE RESTRICT,
  CONSTRAINT interactions_subject_check CHECK (num_nonnulls(customer_id, lead_id, deal_id) > 0),
  CONSTRAINT interactions_type_check CHECK (type IN ('email', 'call', 'meeting', 'note')),
  CONSTRAINT interactions_end_check CHECK (num_nonnulls(completed_at, cancelled_at) <= 1),
  CONSTRAINT interactions_metadata_check CHECK (jsonb_typeof(metadata) = 'object'),
  CONSTRAINT interactions_version_check CHECK (version > 0)
);
CREATE INDEX interactions_id ON interactions (id);
CREATE INDEX interactions_list ON interactions (tenant_id, created_at DESC, id DESC);
CREATE INDEX interactions_staff_list ON interactions (created_at DESC, id DESC);
CREATE INDEX interactions_customer ON interactions (tenant_id, customer_id, created_at DESC, id DESC) WHERE customer_id IS NOT NULL;
CREATE INDEX interactions_lead ON interactions (tenant_id, lead_id, created_at DESC, id DESC) WHERE lead_id IS NOT NULL;
CREATE INDEX interactions_deal ON interactions (tenant_id, deal_id, created_at DESC, id DESC) WHERE deal_id IS NOT NULL;
CREATE INDEX interactions_user ON interactions (tenant_id, user_id, created_at DESC, id DESC) WHERE user_id IS NOT NULL;

SELECT protect_tenant_table('pipelines');
SELECT protect_tenant_table('customers');
SELECT protect_tenant_table('leads');
SELECT protect_tenant_table('deals');
SELECT protect_tenant_table('stage_history');
SELECT protect_tenant_table('interactions');

-- What other services may know. The views run with the caller's rights, so that row security holds
-- through them; a condition on tenant_id is pushed below each aggregate.
CREATE VIEW customer_directory WITH (security_invoker = true) AS
SELECT tenant_id, id, email, company, status
FROM customers
WHERE deleted_at IS NULL;

CREATE VIEW crm_summary WITH (security_invoker = true) AS
SELECT tenant_id,
       sum(customers)::bigint         AS total_customers,
       sum(leads)::bigint             AS total_leads,
       sum(open_leads)::bigint        AS open_leads,
       sum(probability_sum)::bigint   AS probability_sum,
       sum(probability_count)::bigint AS probability_count,
       sum(open_deals)::bigint        AS open_deals
FROM (
  SELECT tenant_id, count(*) AS customers, 0 AS leads, 0 AS open_leads,
         0 AS probability_sum, 0 AS probability_count, 0 AS open_deals
  FROM customers WHERE deleted_at IS NULL GROUP BY tenant_id
  UNION ALL
  SELECT tenant_id, 0, count(*),
         count(*) FILTER (WHERE is_open),
         coalesce(sum(probability) FILTER (WHERE is_open), 0),
         count(probability) FILTER (WHERE is_open), 0
  FROM (SELECT tenant_id, probability, stage_kind = 'open' AND converted_at IS NULL AS is_open
        FROM leads WHERE deleted_at IS NULL) AS live_leads
  GROUP BY tenant_id
  UNION ALL
  SELECT tenant_id, 0, 0, 0, 0, 0, count(*)
  FROM deals WHERE deleted_at IS NULL AND stage_kind = 'open' GROUP BY tenant_id
) AS parts
GROUP BY tenant_id;

-- Money apart: amounts of two currencies are never added.
CREATE VIEW crm_summary_money WITH (security_invoker = true) AS
SELECT tenant_id, currency,
       sum(pipeline_value) AS pipeline_value,
       sum(deal_value)     AS deal_value,
       sum(won_value)      AS won_value
FROM (
  SELECT tenant_id, currency, sum(value) AS pipeline_value, 0 AS deal_value, 0 AS won_value
  FROM leads
  WHERE deleted_at IS NULL AND stage_kind = 'open' AND converted_at IS NULL AND value IS NOT NULL
  GROUP BY tenant_id, currency
  UNION ALL
  SELECT tenant_id, currency, 0,
         coalesce(sum(value) FILTER (WHERE stage_kind = 'open'), 0),
         coalesce(sum(value) FILTER (WHERE stage_kind = 'won'), 0)
  FROM deals
  WHERE deleted_at IS NULL AND stage_kind <> 'lost' AND value IS NOT NULL
  GROUP BY tenant_id, currency
) AS parts
GROUP BY tenant_id, currency;
