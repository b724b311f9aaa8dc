import type { Capture } from './declare.ts';
import { capturedTables, createEpoch, createOutboxes, createRotate } from './outbox.ts';
import { createRepair } from './repair.ts';
import { createFunctions } from './triggers.ts';

/** How the part of a migration begins that is generated; it goes to the end of the file. */
export const CAPTURE_MARK = '-- ── Capture ──';

const HEADER = `${CAPTURE_MARK} Generated from prisma/<domain>/capture.ts by prisma/capture/generate.ts: change the
-- declaration, not this. It takes the place of all that an earlier declaration left. The outboxes begin
-- another life, so that the relay takes every tenant anew; they are the owner's and the relay's alone,
-- who crosses tenants: no row security.`;

const DROP = `DO $$
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
$$;`;

/** What installs a domain's capture, in the transaction of the migration that it ends. */
export function captureScript(capture: Capture): string {
  const isEmpty = capturedTables(capture).length === 0;
  const parts = [HEADER, DROP, createEpoch(), ...createOutboxes(capture), ...createFunctions(capture)];
  const kept = isEmpty ? [] : [createRotate(capture), createRepair(capture)];
  return `${[...parts, ...kept].join('\n\n')}\n`;
}
