-- The user of the tenant who looks after a subscription; AUTH is asked whether there is one.
ALTER TABLE subscriptions ADD COLUMN contact_id UUID;
CREATE INDEX subscriptions_contact ON subscriptions (tenant_id, contact_id, created_at DESC, id DESC);
