-- The browsers on which people take push messages. The endpoint lets whoever knows it reach the
-- browser, so it and the keys are the service's alone (`secretColumns` of the access matrix).

CREATE TABLE push_subscriptions (
  tenant_id  VARCHAR(50) NOT NULL,
  id         UUID NOT NULL,
  user_id    UUID NOT NULL,
  endpoint   VARCHAR(2000) NOT NULL,
  p256dh     VARCHAR(100) NOT NULL,
  auth       VARCHAR(50) NOT NULL,
  service    VARCHAR(255) NOT NULL, -- the endpoint's host, which may be shown
  label      VARCHAR(100),
  expired_at TIMESTAMPTZ(3),        -- the push service says that the browser is gone
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT push_subscriptions_endpoint_key UNIQUE (tenant_id, user_id, endpoint),
  CONSTRAINT push_subscriptions_endpoint_check CHECK (endpoint LIKE 'https://%')
);
CREATE INDEX push_subscriptions_id ON push_subscriptions (id);
CREATE INDEX push_subscriptions_list ON push_subscriptions (tenant_id, created_at DESC, id DESC);
CREATE INDEX push_subscriptions_staff_list ON push_subscriptions (created_at DESC, id DESC);

SELECT protect_tenant_table('push_subscriptions');
