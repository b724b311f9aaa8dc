-- NOTIFICATIONS: templates, the messages made from them, what each channel needs to send one, and
-- every attempt to do so.

-- ── Templates ───────────────────────────────────────────────────────────────────────────────

-- The template being edited, one per key, channel and locale. The platform's own templates stand
-- under the tenant `platform`.
CREATE TABLE notification_templates (
  tenant_id         VARCHAR(50) NOT NULL,
  id                UUID NOT NULL,
  key               VARCHAR(100) NOT NULL,
  channel           VARCHAR(50) NOT NULL,
  locale            VARCHAR(35) NOT NULL DEFAULT 'en',
  name              VARCHAR(255) NOT NULL,
  description       TEXT,
  category          VARCHAR(50) NOT NULL DEFAULT 'general',
  is_critical       BOOLEAN NOT NULL DEFAULT false, -- sent whatever the preferences say
  subject           VARCHAR(500),
  body              TEXT NOT NULL,
  variables         JSONB NOT NULL DEFAULT '[]', -- the names that must be given, no more, no less
  status            VARCHAR(50) NOT NULL DEFAULT 'draft',
  version           INTEGER NOT NULL DEFAULT 1,
  published_version INTEGER,
  created_at        TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at        TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT notification_templates_key_key UNIQUE (tenant_id, key, channel, locale),
  CONSTRAINT notification_templates_channel_check
    CHECK (channel IN ('email', 'sms', 'push', 'in_app')),
  CONSTRAINT notification_templates_locale_check
    CHECK (locale ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
  CONSTRAINT notification_templates_subject_check CHECK (channel <> 'email' OR subject IS NOT NULL),
  CONSTRAINT notification_templates_variables_check CHECK (jsonb_typeof(variables) = 'array'),
  CONSTRAINT notification_templates_status_check
    CHECK (status IN ('draft', 'published', 'archived')),
  CONSTRAINT notification_templates_published_check
    CHECK (status <> 'published' OR published_version IS NOT NULL),
  CONSTRAINT notification_templates_version_check
    CHECK (version > 0 AND published_version <= version)
);
CREATE INDEX notification_templates_id ON notification_templates (id);
CREATE INDEX notification_templates_list
  ON notification_templates (tenant_id, created_at DESC, id DESC);
CREATE INDEX notification_templates_staff_list ON notification_templates (created_at DESC, id DESC);

-- What has been published, as it was then. A message points at one of these and so cannot be made
-- from a draft.
CREATE TABLE notification_template_versions (
  tenant_id    VARCHAR(50) NOT NULL,
  template_id  UUID NOT NULL,
  version      INTEGER NOT NULL,
  subject      VARCHAR(500),
  body         TEXT NOT NULL,
  variables    JSONB NOT NULL,
  published_by UUID,
  created_at   TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, template_id, version),
  CONSTRAINT notification_template_versions_template_fkey FOREIGN KEY (tenant_id, template_id)
    REFERENCES notification_templates (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT notification_template_versions_variables_check
    CHECK (jsonb_typeof(variables) = 'array')
);

-- Both ways at once: the head names the version in force. Deferred, since a template may be
-- published in the transaction that makes it.
ALTER TABLE notification_templates
  ADD CONSTRAINT notification_templates_published_fkey
  FOREIGN KEY (tenant_id, id, published_version)
  REFERENCES notification_template_versions (tenant_id, template_id, version)
  DEFERRABLE INITIALLY DEFERRED;

-- ── Messages ────────────────────────────────────────────────────────────────────────────────

-- One message to one recipient over one channel. A body that carries a secret is not stored.
CREATE TABLE notifications (
  tenant_id         VARCHAR(50) NOT NULL,
  id                UUID NOT NULL,
  user_id           UUID,
  recipient_address VARCHAR(320), -- where there is no account, or beside it
  -- Whom the message is for, whichever way it was addressed; for the key below.
  recipient         VARCHAR(320) NOT NULL
    GENERATED ALWAYS AS (coalesce(user_id::text, lower(recipient_address))) STORED,
  channel           VARCHAR(50) NOT NULL,
  category          VARCHAR(50) NOT NULL DEFAULT 'general',
  is_critical       BOOLEAN NOT NULL DEFAULT false,
  status            VARCHAR(50) NOT NULL DEFAULT 'pending',
  template_id       UUID,
  template_version  INTEGER,
  template_key      VARCHAR(100), -- also where the template is the platform's
  locale            VARCHAR(35) NOT NULL DEFAULT 'en',
  subject           VARCHAR(500),
  body              TEXT,
  body_withheld     BOOLEAN NOT NULL DEFAULT false,
  data              JSONB NOT NULL DEFAULT '{}',
  dedupe_key        VARCHAR(255) NOT NULL,
  error_code        VARCHAR(100),
  scheduled_at      TIMESTAMPTZ(3),
  sent_at           TIMESTAMPTZ(3),
  delivered_at      TIMESTAMPTZ(3),
  failed_at         TIMESTAMPTZ(3),
  read_at           TIMESTAMPTZ(3),
  created_at        TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at        TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  -- The same cause tells the same recipient once by each channel.
  CONSTRAINT notifications_dedupe_key UNIQUE (tenant_id, dedupe_key, recipient, channel),
  CONSTRAINT notifications_template_fkey FOREIGN KEY (tenant_id, template_id, template_version)
    REFERENCES notification_template_versions (tenant_id, template_id, version) ON DELETE RESTRICT,
  CONSTRAINT notifications_channel_check CHECK (channel IN ('email', 'sms', 'push', 'in_app')),
  CONSTRAINT notifications_status_check CHECK (status IN (
    'pending', 'sending', 'sent', 'delivered', 'failed', 'bounced', 'suppressed', 'cancelled')),
  CONSTRAINT notifications_template_check
    CHECK ((template_id IS NULL) = (template_version IS NULL)),
  CONSTRAINT notifications_body_withheld_check CHECK (NOT body_withheld OR body IS NULL),
  CONSTRAINT notifications_data_check CHECK (jsonb_typeof(data) = 'object'),
  CONSTRAINT notifications_sent_check
    CHECK (status NOT IN ('sent', 'delivered') OR sent_at IS NOT NULL)
);
CREATE INDEX notifications_id ON notifications (id);
CREATE INDEX notifications_list ON notifications (tenant_id, created_at DESC, id DESC);
CREATE INDEX notifications_staff_list ON notifications (created_at DESC, id DESC);
CREATE INDEX notifications_user ON notifications (tenant_id, user_id, created_at DESC, id DESC);
CREATE INDEX notifications_status ON notifications (tenant_id, status, created_at DESC, id DESC);
CREATE INDEX notifications_template ON notifications (tenant_id, template_id, template_version);
-- The inbox's count of unread messages.
CREATE INDEX notifications_unread ON notifications (tenant_id, user_id, created_at DESC, id DESC)
  WHERE read_at IS NULL AND channel = 'in_app';
-- What waits to be sent, over all tenants.
CREATE INDEX notifications_queue ON notifications (coalesce(scheduled_at, created_at), tenant_id, id)
  WHERE status IN ('pending', 'sending');

-- A status never goes back, and an end is an end; nor does a message become unread again.
CREATE FUNCTION notifications_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  -- The statuses in their order; those that stand after 'delivered' are ends.
  path CONSTANT text[] := ARRAY['pending', 'sending', 'sent', 'delivered'];
BEGIN
  IF NEW.status <> OLD.status AND (
    array_position(path, OLD.status::text) IS NULL
    OR array_position(path, NEW.status::text) < array_position(path, OLD.status::text)
    OR (NEW.status IN ('suppressed', 'cancelled') AND OLD.status NOT IN ('pending', 'sending')))
  THEN
    RAISE EXCEPTION 'a notification does not go from % to %', OLD.status, NEW.status
      USING ERRCODE = 'check_violation', CONSTRAINT = 'notifications_status_moves',
            TABLE = 'notifications';
  END IF;
  IF OLD.read_at IS NOT NULL AND NEW.read_at IS NULL THEN
    RAISE EXCEPTION 'a notification that was read stays read'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'notifications_read_stays',
            TABLE = 'notifications';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER notifications_guard BEFORE UPDATE OF status, read_at ON notifications
  FOR EACH ROW EXECUTE FUNCTION notifications_guard();

-- ── Channels ────────────────────────────────────────────────────────────────────────────────
-- What each channel adds to a message. The bodies are null where the message's is withheld.

CREATE TABLE emails (
  tenant_id           VARCHAR(50) NOT NULL,
  id                  UUID NOT NULL,
  notification_id     UUID NOT NULL,
  from_address        VARCHAR(320) NOT NULL,
  to_address          VARCHAR(320) NOT NULL,
  reply_to            VARCHAR(320),
  subject             VARCHAR(500) NOT NULL,
  text_body           TEXT,
  html_body           TEXT,
  headers             JSONB NOT NULL DEFAULT '{}',
  message_id          VARCHAR(255),
  provider            VARCHAR(50),
  provider_message_id VARCHAR(255),
  bounce_kind         VARCHAR(50),
  bounced_at          TIMESTAMPTZ(3),
  complained_at       TIMESTAMPTZ(3),
  created_at          TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at          TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT emails_notification_key UNIQUE (tenant_id, notification_id),
  CONSTRAINT emails_notification_fkey FOREIGN KEY (tenant_id, notification_id)
    REFERENCES notifications (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT emails_bounce_check
    CHECK (bounce_kind IN ('hard', 'soft') AND (bounce_kind IS NULL) = (bounced_at IS NULL)),
  CONSTRAINT emails_headers_check CHECK (jsonb_typeof(headers) = 'object')
);
CREATE INDEX emails_id ON emails (id);
CREATE INDEX emails_list ON emails (tenant_id, created_at DESC, id DESC);
CREATE INDEX emails_staff_list ON emails (created_at DESC, id DESC);
-- A provider's report names its own id and no tenant.
CREATE INDEX emails_provider ON emails (provider, provider_message_id)
  WHERE provider_message_id IS NOT NULL;

CREATE TABLE push_messages (
  tenant_id           VARCHAR(50) NOT NULL,
  id                  UUID NOT NULL,
  notification_id     UUID NOT NULL,
  platform            VARCHAR(50) NOT NULL,
  device_token        TEXT NOT NULL,
  title               VARCHAR(255) NOT NULL,
  body                TEXT,
  data                JSONB NOT NULL DEFAULT '{}',
  provider            VARCHAR(50),
  provider_message_id VARCHAR(255),
  expired_at          TIMESTAMPTZ(3), -- the provider says that the device is gone
  created_at          TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at          TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT push_messages_notification_fkey FOREIGN KEY (tenant_id, notification_id)
    REFERENCES notifications (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT push_messages_platform_check CHECK (platform IN ('web', 'ios', 'android')),
  CONSTRAINT push_messages_data_check CHECK (jsonb_typeof(data) = 'object')
);
-- One message may go to several devices of its recipient.
CREATE INDEX push_messages_notification ON push_messages (tenant_id, notification_id);
CREATE INDEX push_messages_id ON push_messages (id);
CREATE INDEX push_messages_list ON push_messages (tenant_id, created_at DESC, id DESC);
CREATE INDEX push_messages_staff_list ON push_messages (created_at DESC, id DESC);

CREATE TABLE sms_messages (
  tenant_id           VARCHAR(50) NOT NULL,
  id                  UUID NOT NULL,
  notification_id     UUID NOT NULL,
  from_number         VARCHAR(20),
  to_number           VARCHAR(20) NOT NULL,
  body                TEXT,
  segments            INTEGER NOT NULL DEFAULT 1,
  provider            VARCHAR(50),
  provider_message_id VARCHAR(255),
  created_at          TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at          TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT sms_messages_notification_key UNIQUE (tenant_id, notification_id),
  CONSTRAINT sms_messages_notification_fkey FOREIGN KEY (tenant_id, notification_id)
    REFERENCES notifications (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT sms_messages_to_number_check CHECK (to_number ~ '^\+[1-9][0-9]{4,14}$'),
  CONSTRAINT sms_messages_segments_check CHECK (segments > 0)
);
CREATE INDEX sms_messages_id ON sms_messages (id);
CREATE INDEX sms_messages_list ON sms_messages (tenant_id, created_at DESC, id DESC);
CREATE INDEX sms_messages_staff_list ON sms_messages (created_at DESC, id DESC);

-- Each try to hand a message to a provider, also the failed ones before another provider's turn.
CREATE TABLE delivery_attempts (
  tenant_id       VARCHAR(50) NOT NULL,
  id              UUID NOT NULL,
  notification_id UUID NOT NULL,
  attempt         INTEGER NOT NULL,
  provider        VARCHAR(50) NOT NULL,
  status          VARCHAR(50) NOT NULL DEFAULT 'started',
  error_code      VARCHAR(100),
  error_message   TEXT,
  started_at      TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  finished_at     TIMESTAMPTZ(3),
  next_retry_at   TIMESTAMPTZ(3),
  created_at      TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  -- Two workers cannot both make the same attempt.
  CONSTRAINT delivery_attempts_attempt_key UNIQUE (tenant_id, notification_id, attempt),
  CONSTRAINT delivery_attempts_notification_fkey FOREIGN KEY (tenant_id, notification_id)
    REFERENCES notifications (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT delivery_attempts_attempt_check CHECK (attempt > 0),
  CONSTRAINT delivery_attempts_status_check CHECK (status IN ('started', 'succeeded', 'failed')),
  CONSTRAINT delivery_attempts_finished_check
    CHECK ((status = 'started') = (finished_at IS NULL) AND finished_at >= started_at)
);
CREATE INDEX delivery_attempts_id ON delivery_attempts (id);
CREATE INDEX delivery_attempts_list ON delivery_attempts (tenant_id, created_at DESC, id DESC);
CREATE INDEX delivery_attempts_staff_list ON delivery_attempts (created_at DESC, id DESC);
CREATE INDEX delivery_attempts_retry ON delivery_attempts (next_retry_at, tenant_id, id)
  WHERE next_retry_at IS NOT NULL;

-- ── Who wants what ──────────────────────────────────────────────────────────────────────────

-- What a person wants by which channel. `all` stands for every category or channel; the nearest
-- row decides: (category, channel), (category, all), (all, channel), (all, all), else yes.
CREATE TABLE notification_preferences (
  tenant_id  VARCHAR(50) NOT NULL,
  id         UUID NOT NULL,
  user_id    UUID NOT NULL,
  category   VARCHAR(50) NOT NULL DEFAULT 'all',
  channel    VARCHAR(50) NOT NULL DEFAULT 'all',
  is_enabled BOOLEAN NOT NULL DEFAULT true,
  frequency  VARCHAR(50) NOT NULL DEFAULT 'immediate',
  version    INTEGER NOT NULL DEFAULT 1,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT notification_preferences_user_key UNIQUE (tenant_id, user_id, category, channel),
  CONSTRAINT notification_preferences_channel_check
    CHECK (channel IN ('all', 'email', 'sms', 'push', 'in_app')),
  CONSTRAINT notification_preferences_frequency_check
    CHECK (frequency IN ('immediate', 'hourly', 'daily', 'weekly'))
);
CREATE INDEX notification_preferences_id ON notification_preferences (id);
CREATE INDEX notification_preferences_list
  ON notification_preferences (tenant_id, created_at DESC, id DESC);
CREATE INDEX notification_preferences_staff_list
  ON notification_preferences (created_at DESC, id DESC);

-- Addresses that nothing is sent to, since they bounced, complained or unsubscribed.
CREATE TABLE notification_suppressions (
  tenant_id  VARCHAR(50) NOT NULL,
  id         UUID NOT NULL,
  channel    VARCHAR(50) NOT NULL,
  address    VARCHAR(320) NOT NULL,
  reason     VARCHAR(50) NOT NULL,
  expires_at TIMESTAMPTZ(3),
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT notification_suppressions_address_key UNIQUE (tenant_id, channel, address),
  CONSTRAINT notification_suppressions_channel_check CHECK (channel IN ('email', 'sms', 'push')),
  -- A push device's token is case-sensitive.
  CONSTRAINT notification_suppressions_address_check
    CHECK (channel = 'push' OR address = lower(address)),
  CONSTRAINT notification_suppressions_reason_check
    CHECK (reason IN ('bounce', 'complaint', 'unsubscribe', 'manual'))
);
CREATE INDEX notification_suppressions_id ON notification_suppressions (id);
CREATE INDEX notification_suppressions_list
  ON notification_suppressions (tenant_id, created_at DESC, id DESC);
CREATE INDEX notification_suppressions_staff_list
  ON notification_suppressions (created_at DESC, id DESC);

-- ── Row security ────────────────────────────────────────────────────────────────────────────

SELECT protect_tenant_table('notification_templates');
SELECT protect_tenant_table('notification_template_versions');
SELECT protect_tenant_table('notifications');
SELECT protect_tenant_table('emails');
SELECT protect_tenant_table('push_messages');
SELECT protect_tenant_table('sms_messages');
SELECT protect_tenant_table('delivery_attempts');
SELECT protect_tenant_table('notification_preferences');
SELECT protect_tenant_table('notification_suppressions');
