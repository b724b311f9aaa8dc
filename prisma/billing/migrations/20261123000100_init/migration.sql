-- BILLING: plans, subscriptions, invoices, payments, usage.
-- customer_id (a customer of CRM's) is in every key between these tables, so that they can be
-- sharded by customer and no row can point at another customer's.

-- ── Money ───────────────────────────────────────────────────────────────────────────────────

-- Decimal places of a currency (ISO 4217).
CREATE FUNCTION currency_scale(currency text) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE
  WHEN currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX',
                    'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF') THEN 0
  WHEN currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 3
  WHEN currency IN ('CLF', 'UYW') THEN 4
  ELSE 2
END;

-- Is the amount one that can be paid in the currency? 1.234 BHD is, 1.234 USD is not.
CREATE FUNCTION fits_currency(amount numeric, currency text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN scale(trim_scale(amount)) <= currency_scale(currency);

-- What a price comes to by the month, rounded half-even to the currency's scale. Counted in the
-- currency's smallest unit with div and mod, since a rounded quotient may look like an exact half.
-- The body is parsed here and now: a restore, which has no search_path, can compute it again.
CREATE FUNCTION monthly_amount(
  amount numeric, currency text, "interval" text, interval_count integer, quantity integer
) RETURNS numeric
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  SELECT (whole + CASE WHEN twice > months OR (twice = months AND mod(whole, 2) = 1)
                       THEN 1 ELSE 0 END) / unit
  FROM (SELECT ('1e' || currency_scale(currency))::numeric AS unit,
               (interval_count * CASE "interval" WHEN 'year' THEN 12 ELSE 1 END)::numeric AS months) a,
       LATERAL (SELECT div(amount * quantity * unit, months) AS whole,
                       2 * mod(amount * quantity * unit, months) AS twice) b;
END;

-- ── Plans ───────────────────────────────────────────────────────────────────────────────────

-- The platform's own catalogue, without a tenant.
CREATE TABLE plans (
  id                UUID PRIMARY KEY,
  name              VARCHAR(255) NOT NULL,
  description       TEXT,
  amount            NUMERIC(20, 4) NOT NULL,
  currency          VARCHAR(3) NOT NULL DEFAULT 'USD',
  "interval"        VARCHAR(20) NOT NULL,
  interval_count    INTEGER NOT NULL DEFAULT 1,
  trial_period_days INTEGER NOT NULL DEFAULT 0,
  features          JSONB NOT NULL DEFAULT '{}',
  is_active         BOOLEAN NOT NULL DEFAULT true,
  version           INTEGER NOT NULL DEFAULT 1,
  created_at        TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at        TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT plans_amount_check CHECK (amount >= 0 AND fits_currency(amount, currency)),
  CONSTRAINT plans_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
  CONSTRAINT plans_interval_check CHECK ("interval" IN ('month', 'year')),
  CONSTRAINT plans_interval_count_check CHECK (interval_count > 0),
  CONSTRAINT plans_trial_period_days_check CHECK (trial_period_days >= 0),
  CONSTRAINT plans_features_check CHECK (jsonb_typeof(features) = 'object'),
  CONSTRAINT plans_version_check CHECK (version > 0)
);
CREATE INDEX plans_staff_list ON plans (created_at DESC, id DESC);
CREATE INDEX plans_active ON plans (created_at DESC, id DESC) WHERE is_active;

-- Every version of a plan, for the subscriptions that were sold under it. A trigger on plans
-- writes it; nobody else does.
CREATE TABLE plan_versions (
  plan_id           UUID NOT NULL REFERENCES plans (id) ON DELETE CASCADE,
  version           INTEGER NOT NULL,
  amount            NUMERIC(20, 4) NOT NULL,
  currency          VARCHAR(3) NOT NULL,
  "interval"        VARCHAR(20) NOT NULL,
  interval_count    INTEGER NOT NULL,
  trial_period_days INTEGER NOT NULL,
  features          JSONB NOT NULL,
  created_at        TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (plan_id, version)
);

CREATE FUNCTION plans_keep_version() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.version <= OLD.version THEN
    RAISE EXCEPTION 'a plan changes only with its version'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'plans_keep_version', TABLE = 'plans';
  END IF;
  INSERT INTO plan_versions (plan_id, version, amount, currency, "interval", interval_count,
                             trial_period_days, features)
  VALUES (NEW.id, NEW.version, NEW.amount, NEW.currency, NEW."interval", NEW.interval_count,
          NEW.trial_period_days, NEW.features);
  RETURN NULL;
END
$$;
CREATE TRIGGER plans_keep_first_version AFTER INSERT ON plans
  FOR EACH ROW EXECUTE FUNCTION plans_keep_version();
CREATE TRIGGER plans_keep_version AFTER UPDATE ON plans
  FOR EACH ROW
  WHEN ((OLD.version, OLD.amount, OLD.currency, OLD."interval", OLD.interval_count,
         OLD.trial_period_days, OLD.features)
    IS DISTINCT FROM
        (NEW.version, NEW.amount, NEW.currency, NEW."interval", NEW.interval_count,
         NEW.trial_period_days, NEW.features))
  EXECUTE FUNCTION plans_keep_version();

-- ── Subscriptions ───────────────────────────────────────────────────────────────────────────

-- The terms are copied from the plan's version: what was sold does not move with the catalogue,
-- and MRR can be summed and captured from this table alone.
CREATE TABLE subscriptions (
  tenant_id            VARCHAR(50) NOT NULL,
  id                   UUID NOT NULL,
  customer_id          UUID NOT NULL,
  plan_id              UUID NOT NULL REFERENCES plans (id) ON DELETE RESTRICT,
  plan_version         INTEGER NOT NULL,
  status               VARCHAR(50) NOT NULL,
  quantity             INTEGER NOT NULL DEFAULT 1,
  amount               NUMERIC(20, 4) NOT NULL,
  currency             VARCHAR(3) NOT NULL,
  "interval"           VARCHAR(20) NOT NULL,
  interval_count       INTEGER NOT NULL DEFAULT 1,
  monthly_amount       NUMERIC(20, 4) NOT NULL
    GENERATED ALWAYS AS (
      monthly_amount(amount, currency, "interval", interval_count, quantity)) STORED,
  trial_start          TIMESTAMPTZ(3),
  trial_end            TIMESTAMPTZ(3),
  -- Periods are counted from the anchor (31 Jan, 28 Feb, 31 Mar), not from the last period's end.
  billing_anchor       TIMESTAMPTZ(3) NOT NULL,
  current_period_start TIMESTAMPTZ(3) NOT NULL,
  current_period_end   TIMESTAMPTZ(3) NOT NULL,
  cancel_at_period_end BOOLEAN NOT NULL DEFAULT false,
  cancelled_at         TIMESTAMPTZ(3),
  cancel_reason        TEXT,
  metadata             JSONB NOT NULL DEFAULT '{}',
  version              INTEGER NOT NULL DEFAULT 1,
  created_at           TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at           TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  -- What invoices and usage point at: the subscription together with its customer.
  CONSTRAINT subscriptions_customer_key UNIQUE (tenant_id, customer_id, id),
  CONSTRAINT subscriptions_plan_version_fkey FOREIGN KEY (plan_id, plan_version)
    REFERENCES plan_versions (plan_id, version) ON DELETE RESTRICT,
  CONSTRAINT subscriptions_status_check
    CHECK (status IN ('trialing', 'active', 'past_due', 'unpaid', 'paused', 'cancelled')),
  CONSTRAINT subscriptions_quantity_check CHECK (quantity > 0),
  CONSTRAINT subscriptions_amount_check CHECK (amount >= 0 AND fits_currency(amount, currency)),
  CONSTRAINT subscriptions_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
  CONSTRAINT subscriptions_interval_check CHECK ("interval" IN ('month', 'year')),
  CONSTRAINT subscriptions_interval_count_check CHECK (interval_count > 0),
  CONSTRAINT subscriptions_trial_check
    CHECK ((trial_start IS NULL) = (trial_end IS NULL) AND trial_end > trial_start),
  CONSTRAINT subscriptions_trialing_check CHECK (status <> 'trialing' OR trial_end IS NOT NULL),
  CONSTRAINT subscriptions_period_check CHECK (current_period_end > current_period_start),
  -- cancelled_at may stand earlier, when the end of the period is awaited.
  CONSTRAINT subscriptions_cancelled_check CHECK (status <> 'cancelled' OR cancelled_at IS NOT NULL),
  CONSTRAINT subscriptions_metadata_check CHECK (jsonb_typeof(metadata) = 'object')
);
CREATE INDEX subscriptions_id ON subscriptions (id);
CREATE INDEX subscriptions_list ON subscriptions (tenant_id, created_at DESC, id DESC);
CREATE INDEX subscriptions_staff_list ON subscriptions (created_at DESC, id DESC);
CREATE INDEX subscriptions_customer
  ON subscriptions (tenant_id, customer_id, created_at DESC, id DESC);
CREATE INDEX subscriptions_status ON subscriptions (tenant_id, status, created_at DESC, id DESC);
CREATE INDEX subscriptions_plan ON subscriptions (plan_id, plan_version);
-- The renewal job's question over all tenants: whose period has ended?
CREATE INDEX subscriptions_due ON subscriptions (current_period_end, tenant_id, id)
  WHERE status IN ('trialing', 'active', 'past_due');

-- ── Invoices ────────────────────────────────────────────────────────────────────────────────

-- The last number given, per tenant. Its row lock puts concurrent finalizations in a line, and a
-- rollback gives the number back: no gaps. It lives in the tenant's home database.
CREATE TABLE invoice_counters (
  tenant_id   VARCHAR(50) PRIMARY KEY,
  prefix      VARCHAR(20) NOT NULL DEFAULT 'INV-',
  last_number BIGINT NOT NULL DEFAULT 0,
  updated_at  TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT invoice_counters_last_number_check CHECK (last_number >= 0)
);

-- Begins as a draft; finalization numbers and freezes it (trigger invoices_guard).
CREATE TABLE invoices (
  tenant_id       VARCHAR(50) NOT NULL,
  id              UUID NOT NULL,
  subscription_id UUID,
  customer_id     UUID NOT NULL,
  kind            VARCHAR(50) NOT NULL DEFAULT 'one_off',
  invoice_number  VARCHAR(100),
  sequence_number BIGINT,
  status          VARCHAR(50) NOT NULL DEFAULT 'draft',
  subtotal        NUMERIC(20, 4) NOT NULL DEFAULT 0,
  tax_amount      NUMERIC(20, 4) NOT NULL DEFAULT 0,
  discount_amount NUMERIC(20, 4) NOT NULL DEFAULT 0,
  total           NUMERIC(20, 4) NOT NULL DEFAULT 0,
  -- The sum of the payments that succeeded, kept by payments_count; refunds do not lower it.
  amount_paid     NUMERIC(20, 4) NOT NULL DEFAULT 0,
  currency        VARCHAR(3) NOT NULL DEFAULT 'USD',
  period_start    TIMESTAMPTZ(3),
  period_end      TIMESTAMPTZ(3),
  due_date        DATE, -- the day printed on the invoice, in no zone
  finalized_at    TIMESTAMPTZ(3),
  paid_at         TIMESTAMPTZ(3),
  voided_at       TIMESTAMPTZ(3),
  payment_method  VARCHAR(50),
  metadata        JSONB NOT NULL DEFAULT '{}',
  version         INTEGER NOT NULL DEFAULT 1,
  created_at      TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at      TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT invoices_number_key UNIQUE (tenant_id, invoice_number),
  CONSTRAINT invoices_sequence_key UNIQUE (tenant_id, sequence_number),
  -- What lines and payments point at: they share the invoice's customer and currency.
  CONSTRAINT invoices_currency_key UNIQUE (tenant_id, customer_id, currency, id),
  CONSTRAINT invoices_subscription_fkey FOREIGN KEY (tenant_id, customer_id, subscription_id)
    REFERENCES subscriptions (tenant_id, customer_id, id) ON DELETE RESTRICT,
  CONSTRAINT invoices_kind_check CHECK (kind IN ('one_off', 'period', 'proration')),
  CONSTRAINT invoices_status_check
    CHECK (status IN ('draft', 'open', 'paid', 'void', 'uncollectible')),
  CONSTRAINT invoices_number_check CHECK ((status = 'draft') = (invoice_number IS NULL)),
  CONSTRAINT invoices_finalized_check CHECK ((status = 'draft') = (finalized_at IS NULL)),
  CONSTRAINT invoices_amounts_check
    CHECK (subtotal >= 0 AND tax_amount >= 0 AND discount_amount >= 0 AND total >= 0),
  CONSTRAINT invoices_total_check CHECK (total = subtotal - discount_amount + tax_amount),
  CONSTRAINT invoices_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
  CONSTRAINT invoices_scale_check CHECK (
    fits_currency(subtotal, currency) AND fits_currency(tax_amount, currency)
    AND fits_currency(discount_amount, currency) AND fits_currency(total, currency)),
  CONSTRAINT invoices_amount_paid_check CHECK (amount_paid BETWEEN 0 AND total),
  CONSTRAINT invoices_paid_check
    CHECK (status <> 'paid' OR (amount_paid = total AND paid_at IS NOT NULL)),
  CONSTRAINT invoices_voided_check CHECK ((status = 'void') = (voided_at IS NOT NULL)),
  CONSTRAINT invoices_period_check
    CHECK ((period_start IS NULL) = (period_end IS NULL) AND period_end > period_start),
  CONSTRAINT invoices_kind_period_check CHECK (
    kind <> 'period' OR (subscription_id IS NOT NULL AND period_start IS NOT NULL)),
  CONSTRAINT invoices_metadata_check CHECK (jsonb_typeof(metadata) = 'object')
);
-- A period is invoiced once, however often the renewal job runs.
CREATE UNIQUE INDEX invoices_period_key
  ON invoices (tenant_id, customer_id, subscription_id, period_start)
  WHERE kind = 'period' AND status <> 'void';
CREATE INDEX invoices_id ON invoices (id);
CREATE INDEX invoices_list ON invoices (tenant_id, created_at DESC, id DESC);
CREATE INDEX invoices_staff_list ON invoices (created_at DESC, id DESC);
CREATE INDEX invoices_customer ON invoices (tenant_id, customer_id, created_at DESC, id DESC);
CREATE INDEX invoices_subscription
  ON invoices (tenant_id, customer_id, subscription_id, created_at DESC, id DESC);
CREATE INDEX invoices_status ON invoices (tenant_id, status, created_at DESC, id DESC);
-- What is overdue, over all tenants, for the reminder job.
CREATE INDEX invoices_due ON invoices (due_date, tenant_id, id) WHERE status = 'open';

CREATE TABLE invoice_lines (
  tenant_id       VARCHAR(50) NOT NULL,
  id              UUID NOT NULL,
  customer_id     UUID NOT NULL,
  invoice_id      UUID NOT NULL,
  position        INTEGER NOT NULL,
  kind            VARCHAR(50) NOT NULL DEFAULT 'one_off',
  description     TEXT NOT NULL,
  quantity        NUMERIC(20, 6) NOT NULL DEFAULT 1,
  -- A rate may be finer than the currency, and is null where tiers rated the line.
  unit_price      NUMERIC(20, 6),
  -- Before discount and tax; negative for a credit, as when a plan changes within the period.
  amount          NUMERIC(20, 4) NOT NULL,
  discount_amount NUMERIC(20, 4) NOT NULL DEFAULT 0,
  tax_amount      NUMERIC(20, 4) NOT NULL DEFAULT 0,
  currency        VARCHAR(3) NOT NULL,
  period_start    TIMESTAMPTZ(3),
  period_end      TIMESTAMPTZ(3),
  metadata        JSONB NOT NULL DEFAULT '{}',
  created_at      TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT invoice_lines_position_key UNIQUE (tenant_id, invoice_id, position),
  CONSTRAINT invoice_lines_invoice_fkey FOREIGN KEY (tenant_id, customer_id, currency, invoice_id)
    REFERENCES invoices (tenant_id, customer_id, currency, id) ON DELETE CASCADE,
  CONSTRAINT invoice_lines_kind_check CHECK (kind IN ('one_off', 'plan', 'usage', 'proration')),
  CONSTRAINT invoice_lines_quantity_check CHECK (quantity >= 0),
  CONSTRAINT invoice_lines_scale_check CHECK (
    fits_currency(amount, currency) AND fits_currency(discount_amount, currency)
    AND fits_currency(tax_amount, currency)),
  CONSTRAINT invoice_lines_period_check
    CHECK ((period_start IS NULL) = (period_end IS NULL) AND period_end > period_start),
  CONSTRAINT invoice_lines_metadata_check CHECK (jsonb_typeof(metadata) = 'object')
);
CREATE INDEX invoice_lines_id ON invoice_lines (id);

-- ── Payments ────────────────────────────────────────────────────────────────────────────────

-- One attempt to pay one invoice, in the invoice's currency.
CREATE TABLE payments (
  tenant_id          VARCHAR(50) NOT NULL,
  id                 UUID NOT NULL,
  customer_id        UUID NOT NULL,
  invoice_id         UUID NOT NULL,
  status             VARCHAR(50) NOT NULL DEFAULT 'pending',
  amount             NUMERIC(20, 4) NOT NULL,
  refunded_amount    NUMERIC(20, 4) NOT NULL DEFAULT 0,
  currency           VARCHAR(3) NOT NULL,
  method             VARCHAR(50) NOT NULL,
  provider           VARCHAR(50),
  provider_reference VARCHAR(255),
  failure_code       VARCHAR(100),
  failure_message    TEXT,
  attempt            INTEGER NOT NULL DEFAULT 1,
  next_retry_at      TIMESTAMPTZ(3),
  succeeded_at       TIMESTAMPTZ(3),
  metadata           JSONB NOT NULL DEFAULT '{}',
  version            INTEGER NOT NULL DEFAULT 1,
  created_at         TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at         TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  -- A provider tells of the same payment more than once.
  CONSTRAINT payments_provider_key
    UNIQUE (tenant_id, customer_id, provider, provider_reference),
  CONSTRAINT payments_invoice_fkey FOREIGN KEY (tenant_id, customer_id, currency, invoice_id)
    REFERENCES invoices (tenant_id, customer_id, currency, id) ON DELETE RESTRICT,
  CONSTRAINT payments_status_check
    CHECK (status IN ('pending', 'succeeded', 'failed', 'cancelled')),
  CONSTRAINT payments_amount_check CHECK (amount > 0),
  CONSTRAINT payments_refunded_amount_check CHECK (refunded_amount BETWEEN 0 AND amount),
  CONSTRAINT payments_refunded_status_check CHECK (refunded_amount = 0 OR status = 'succeeded'),
  CONSTRAINT payments_scale_check
    CHECK (fits_currency(amount, currency) AND fits_currency(refunded_amount, currency)),
  CONSTRAINT payments_attempt_check CHECK (attempt > 0),
  CONSTRAINT payments_succeeded_check CHECK ((status = 'succeeded') = (succeeded_at IS NOT NULL)),
  CONSTRAINT payments_metadata_check CHECK (jsonb_typeof(metadata) = 'object')
);
CREATE INDEX payments_id ON payments (id);
CREATE INDEX payments_list ON payments (tenant_id, created_at DESC, id DESC);
CREATE INDEX payments_staff_list ON payments (created_at DESC, id DESC);
CREATE INDEX payments_customer ON payments (tenant_id, customer_id, created_at DESC, id DESC);
CREATE INDEX payments_invoice ON payments (tenant_id, invoice_id, created_at DESC, id DESC);
CREATE INDEX payments_status ON payments (tenant_id, status, created_at DESC, id DESC);
CREATE INDEX payments_retry ON payments (next_retry_at, tenant_id, id)
  WHERE status = 'failed' AND next_retry_at IS NOT NULL;

-- ── Usage ───────────────────────────────────────────────────────────────────────────────────

CREATE TABLE usage_records (
  tenant_id       VARCHAR(50) NOT NULL,
  id              UUID NOT NULL,
  customer_id     UUID NOT NULL,
  subscription_id UUID NOT NULL,
  metric          VARCHAR(100) NOT NULL,
  quantity        NUMERIC(20, 6) NOT NULL,
  unit_price      NUMERIC(20, 6), -- a rate, which may be finer than the currency
  currency        VARCHAR(3),
  dedupe_id       VARCHAR(255) NOT NULL,
  period_start    TIMESTAMPTZ(3) NOT NULL,
  period_end      TIMESTAMPTZ(3) NOT NULL,
  -- The invoice that charged it: usage is charged once.
  invoice_id      UUID,
  metadata        JSONB NOT NULL DEFAULT '{}',
  recorded_at     TIMESTAMPTZ(3) NOT NULL DEFAULT now(), -- by the meter
  created_at      TIMESTAMPTZ(3) NOT NULL DEFAULT now(), -- here
  PRIMARY KEY (tenant_id, id),
  -- Use reported again is the same use.
  CONSTRAINT usage_records_dedupe_key UNIQUE (tenant_id, customer_id, dedupe_id),
  CONSTRAINT usage_records_subscription_fkey
    FOREIGN KEY (tenant_id, customer_id, subscription_id)
    REFERENCES subscriptions (tenant_id, customer_id, id) ON DELETE RESTRICT,
  -- A draft that is deleted sets its usage free.
  CONSTRAINT usage_records_invoice_fkey FOREIGN KEY (tenant_id, invoice_id)
    REFERENCES invoices (tenant_id, id) ON DELETE SET NULL (invoice_id),
  CONSTRAINT usage_records_quantity_check CHECK (quantity >= 0),
  CONSTRAINT usage_records_unit_price_check
    CHECK (unit_price >= 0 AND (unit_price IS NULL OR currency IS NOT NULL)),
  CONSTRAINT usage_records_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
  CONSTRAINT usage_records_period_check CHECK (period_end > period_start),
  CONSTRAINT usage_records_metadata_check CHECK (jsonb_typeof(metadata) = 'object')
);
CREATE INDEX usage_records_id ON usage_records (id);
CREATE INDEX usage_records_list ON usage_records (tenant_id, created_at DESC, id DESC);
CREATE INDEX usage_records_staff_list ON usage_records (created_at DESC, id DESC);
CREATE INDEX usage_records_customer
  ON usage_records (tenant_id, customer_id, created_at DESC, id DESC);
CREATE INDEX usage_records_subscription
  ON usage_records (tenant_id, customer_id, subscription_id, created_at DESC, id DESC);
CREATE INDEX usage_records_invoice ON usage_records (tenant_id, invoice_id)
  WHERE invoice_id IS NOT NULL;
-- What the next invoice has to rate.
CREATE INDEX usage_records_unbilled
  ON usage_records (tenant_id, customer_id, subscription_id, metric, period_start)
  WHERE invoice_id IS NULL;

-- ── What the database itself guards ─────────────────────────────────────────────────────────
-- Triggers run with the writer's rights and with a search_path of their own, so that a temporary
-- table of the writer's cannot stand in for one of these.

CREATE FUNCTION refuse(rule text, relation text, message text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', message
    USING ERRCODE = 'check_violation', CONSTRAINT = rule, TABLE = relation;
END
$$;

-- An invoice begins as a draft, is finalized when its lines add up, and is frozen from then on;
-- paid and void are ends.
CREATE FUNCTION invoices_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  -- All that may change after finalization: a column added later is frozen until it is named here.
  live CONSTANT text[] := ARRAY['status', 'amount_paid', 'paid_at', 'voided_at', 'payment_method',
                                'metadata', 'version', 'updated_at'];
  counter invoice_counters;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status <> 'draft' OR NEW.amount_paid <> 0 THEN
      PERFORM refuse('invoices_begin_as_draft', 'invoices', 'an invoice begins as a draft');
    END IF;
    RETURN NEW;
  END IF;

  IF TG_OP = 'DELETE' THEN
    IF OLD.status <> 'draft' THEN
      PERFORM refuse('invoices_frozen', 'invoices', 'a finalized invoice is never deleted');
    END IF;
    RETURN OLD;
  END IF;

  IF NEW.amount_paid <> OLD.amount_paid AND pg_trigger_depth() = 1 THEN
    PERFORM refuse('invoices_amount_paid', 'invoices', 'amount_paid follows from the payments');
  END IF;
  IF NEW.status <> OLD.status AND NOT (OLD.status, NEW.status) IN (
    ('draft', 'open'), ('open', 'paid'), ('open', 'void'), ('open', 'uncollectible'),
    ('uncollectible', 'paid'), ('uncollectible', 'void'))
  THEN
    PERFORM refuse('invoices_status_moves', 'invoices',
      format('an invoice does not go from %s to %s', OLD.status, NEW.status));
  END IF;
  IF NEW.status = 'void' AND OLD.status <> 'void' AND NEW.amount_paid > 0 THEN
    PERFORM refuse('invoices_void_unpaid', 'invoices', 'an invoice with payments is not voided');
  END IF;

  IF OLD.status <> 'draft' THEN
    IF (to_jsonb(NEW) - live) <> (to_jsonb(OLD) - live) THEN
      PERFORM refuse('invoices_frozen', 'invoices', 'a finalized invoice does not change');
    END IF;
    RETURN NEW;
  END IF;

  IF NEW.status = 'open' THEN
    PERFORM FROM invoice_lines l
    WHERE l.tenant_id = NEW.tenant_id AND l.invoice_id = NEW.id
    HAVING coalesce(sum(l.amount), 0) = NEW.subtotal
       AND coalesce(sum(l.discount_amount), 0) = NEW.discount_amount
       AND coalesce(sum(l.tax_amount), 0) = NEW.tax_amount;
    IF NOT FOUND THEN
      PERFORM refuse('invoices_sum_of_lines', 'invoices', 'the lines do not add up to the invoice');
    END IF;
    NEW.finalized_at := coalesce(NEW.finalized_at, now());
    -- The counter comes last, so that its lock is held as short as the transaction allows. A shard
    -- that is not the tenant's home brings the number along.
    IF NEW.invoice_number IS NULL THEN
      INSERT INTO invoice_counters AS c (tenant_id, last_number) VALUES (NEW.tenant_id, 1)
      ON CONFLICT (tenant_id) DO UPDATE
        SET last_number = c.last_number + 1, updated_at = clock_timestamp()
      RETURNING c.* INTO counter;
      NEW.sequence_number := counter.last_number;
      NEW.invoice_number := counter.prefix
        || lpad(counter.last_number::text, greatest(6, length(counter.last_number::text)), '0');
    END IF;
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER invoices_guard BEFORE INSERT OR UPDATE OR DELETE ON invoices
  FOR EACH ROW EXECUTE FUNCTION invoices_guard();

-- Lines change only while their invoice is a draft. The lock makes a finalization and a line that
-- is being written wait for each other.
CREATE FUNCTION invoice_lines_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  line invoice_lines;
  invoice_status text;
BEGIN
  IF TG_OP = 'UPDATE' AND (OLD.tenant_id, OLD.invoice_id) <> (NEW.tenant_id, NEW.invoice_id) THEN
    PERFORM refuse('invoice_lines_stay', 'invoice_lines', 'a line stays with its invoice');
  END IF;
  IF TG_OP = 'DELETE' THEN line := OLD; ELSE line := NEW; END IF;
  SELECT status INTO invoice_status FROM invoices
  WHERE tenant_id = line.tenant_id AND id = line.invoice_id
  FOR NO KEY UPDATE;
  -- Not found: the draft is being deleted, or the foreign key will refuse.
  IF invoice_status <> 'draft' THEN
    PERFORM refuse('invoices_frozen', 'invoice_lines', 'a finalized invoice does not change');
  END IF;
  RETURN line;
END
$$;
CREATE TRIGGER invoice_lines_guard BEFORE INSERT OR UPDATE OR DELETE ON invoice_lines
  FOR EACH ROW EXECUTE FUNCTION invoice_lines_guard();

-- A payment that succeeded is history: only its refunds still change.
CREATE FUNCTION payments_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  live CONSTANT text[] := ARRAY['refunded_amount', 'metadata', 'version', 'updated_at'];
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM refuse('payments_frozen', 'payments', 'a payment that succeeded is never deleted');
  ELSIF (to_jsonb(NEW) - live) <> (to_jsonb(OLD) - live) THEN
    PERFORM refuse('payments_frozen', 'payments', 'a payment that succeeded does not change');
  ELSIF NEW.refunded_amount < OLD.refunded_amount THEN
    PERFORM refuse('payments_refunds_grow', 'payments', 'a refund is not taken back');
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER payments_guard BEFORE UPDATE OR DELETE ON payments
  FOR EACH ROW WHEN (OLD.status = 'succeeded') EXECUTE FUNCTION payments_guard();

-- Adds a payment that has succeeded to its invoice, which must be finalized and not settled. The
-- invoice's CHECK refuses more than its total, also when two payments arrive at once.
CREATE FUNCTION payments_count() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE invoices SET amount_paid = amount_paid + NEW.amount, updated_at = now()
  WHERE tenant_id = NEW.tenant_id AND id = NEW.invoice_id AND status IN ('open', 'uncollectible');
  IF NOT FOUND THEN
    PERFORM refuse('payments_invoice_open', 'payments', 'only an open invoice can be paid');
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER payments_count_new AFTER INSERT ON payments
  FOR EACH ROW WHEN (NEW.status = 'succeeded') EXECUTE FUNCTION payments_count();
CREATE TRIGGER payments_count_changed AFTER UPDATE ON payments
  FOR EACH ROW WHEN (NEW.status = 'succeeded' AND OLD.status <> 'succeeded')
  EXECUTE FUNCTION payments_count();

-- ── Row security ────────────────────────────────────────────────────────────────────────────
-- Plans are the platform's and have no tenant.

SELECT protect_tenant_table('subscriptions');
SELECT protect_tenant_table('invoice_counters');
SELECT protect_tenant_table('invoices');
SELECT protect_tenant_table('invoice_lines');
SELECT protect_tenant_table('payments');
SELECT protect_tenant_table('usage_records');

-- ── Summaries ───────────────────────────────────────────────────────────────────────────────
-- What analytics may read. UNION ALL, so that a tenant's filter reaches both tables.

CREATE VIEW billing_summary WITH (security_invoker = true) AS
SELECT
  tenant_id,
  count(subscription) AS total_subscriptions,
  count(*) FILTER (WHERE subscription = 'active') AS active_subscriptions,
  count(*) FILTER (WHERE invoice = 'open') AS open_invoices,
  count(*) FILTER (WHERE invoice = 'paid') AS paid_invoices
FROM (
  SELECT tenant_id, status AS subscription, NULL::varchar AS invoice FROM subscriptions
  UNION ALL
  SELECT tenant_id, NULL, status FROM invoices
) rows
GROUP BY tenant_id;

CREATE VIEW billing_summary_money WITH (security_invoker = true) AS
SELECT tenant_id, currency, sum(mrr) AS mrr, sum(outstanding) AS outstanding
FROM (
  SELECT tenant_id, currency, monthly_amount AS mrr, 0 AS outstanding
  FROM subscriptions WHERE status = 'active'
  UNION ALL
  SELECT tenant_id, currency, 0, total - amount_paid FROM invoices WHERE status = 'open'
) rows
GROUP BY tenant_id, currency;
