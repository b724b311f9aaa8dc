-- ── Capture ── Generated from prisma/<domain>/capture.ts by prisma/capture/generate.ts: change the
-- declaration, not this. It takes the place of all that an earlier declaration left. The outboxes begin
-- another life, so that the relay takes every tenant anew; they are the owner's and the relay's alone,
-- who crosses tenants: no row security.

DO $$
DECLARE
  name text;
BEGIN
  FOR name IN SELECT oid::regprocedure FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND proname ~ '^sync_(capture|outbox)_' LOOP
    EXECUTE format('DROP FUNCTION %s CASCADE', name);
  END LOOP;
  FOR name IN SELECT oid::regclass FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
      AND relname ~ '^sync_(capture|outbox)_' LOOP
    EXECUTE format('DROP TABLE %s', name);
  END LOOP;
END
$$;

CREATE TABLE sync_outbox_epoch (
  is_only      boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  epoch        uuid NOT NULL DEFAULT gen_random_uuid(),
  purged_below xid8 NOT NULL DEFAULT '0'
);
INSERT INTO sync_outbox_epoch DEFAULT VALUES;
