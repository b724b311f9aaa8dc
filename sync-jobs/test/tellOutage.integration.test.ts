/** While ANALYTICS takes nothing, everything else goes on; afterwards it has every event once. */
import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { SyncJobs } from '@metatron/sync-jobs/main';

import { caughtUp, eventually, openKit, type Kit } from './kit.ts';

let kit: Kit;
let workers: SyncJobs;

beforeAll(async () => {
  kit = await openKit();
  workers = await kit.startWorkers();
}, 60_000);

afterAll(async () => {
  await workers.stop();
  await kit.stop();
}, 30_000);

const TENANTS = ['acme', 'globex'];
const EACH = 700;

/** More than a round takes, of two tenants. */
const happen = () =>
  kit.sql.crm.query(
    `INSERT INTO domain_events (tenant_id, id, type, payload)
     SELECT tenant, gen_random_uuid(), 'lead.created', jsonb_build_object('leadId', $2::text, 'stage', 'new')
     FROM unnest($1::text[]) AS tenant, generate_series(1, ${String(EACH)})`,
    [TENANTS, randomUUID()],
  );

const countOf = async (domain: 'crm' | 'analytics', from: string): Promise<number> =>
  (await kit.sql[domain].query<{ count: number }>(`SELECT count(*)::int AS count FROM ${from}`)).rows[0]?.count ?? 0;

test('what happens while ANALYTICS is away is told when it is back, and nothing has waited for it', async () => {
  await kit.sql.analytics.query('ALTER TABLE events RENAME TO events_away');
  await happen();
  const undelivered = 'domain_events WHERE delivered_at IS NULL';
  await eventually(async () => (await countOf('crm', undelivered)) === 0, 10_000, 'the handlers have been told');
  expect(await countOf('crm', 'domain_events WHERE told_at IS NOT NULL')).toBe(0);
  expect(await countOf('analytics', 'event_messages')).toBe(0);
  await kit.sql.analytics.query('ALTER TABLE events_away RENAME TO events');
  const untold = 'domain_events WHERE told_at IS NULL';
  await eventually(async () => (await countOf('crm', untold)) === 0, 10_000, 'analytics has been told');
  await caughtUp(kit, ['analytics']);
  const { rows } = await kit.sql.cdx.query(
    'SELECT tenant_id AS tenant, total_events::int AS total FROM analytics_summary ORDER BY 1',
  );
  expect(rows).toEqual(TENANTS.map((tenant) => ({ tenant, total: EACH })));
  expect(await countOf('analytics', 'events')).toBe(TENANTS.length * EACH);
}, 60_000);
