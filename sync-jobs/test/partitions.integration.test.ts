/** Statements that a table's own triggers do not see, and triggers that are gone. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { SyncJobs } from '@metatron/sync-jobs/main';

import { caughtUp, openKit, type Kit } from './kit.ts';
import { compare } from './recompute.ts';

let kit: Kit;
let workers: SyncJobs;

const sources = ['analytics', 'crm'] as const;
const insert = (table: string, at: string): string =>
  `INSERT INTO ${table} (tenant_id, id, message_id, event_name, created_at) SELECT 'acme', id, id::text, 'x', ${at} FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, 7)) AS made`;

beforeAll(async () => {
  kit = await openKit();
  workers = await kit.startWorkers();
  await caughtUp(kit, sources);
}, 60_000);

afterAll(async () => {
  await workers.stop();
  await kit.stop();
}, 30_000);

const analytics = (script: string): Promise<unknown> => kit.sql.analytics.query(script);

const exact = async (): Promise<void> => {
  await caughtUp(kit, sources);
  const { truth, shown } = await compare(kit, sources);
  expect(shown).toEqual(truth);
};

const repaired = async (of: 'analytics' | 'crm'): Promise<readonly string[]> =>
  (await kit.sql[of].query<{ table: string }>('SELECT sync_capture_repair() AS table')).rows.map(({ table }) => table);

test('rows put into a partition by its own name are counted', async () => {
  await analytics(insert('events_default', "'1999-01-01'"));
  await analytics(`UPDATE events_default SET event_name = 'y'; DELETE FROM events_default WHERE ctid = '(0,1)'`);
  await exact();
});

test('a row that moves to another partition is counted once', async () => {
  await analytics(insert('events', 'now()'));
  await analytics("UPDATE events SET created_at = '1998-05-05' WHERE event_name = 'x'");
  await exact();
});

test('a session in replication mode, COPY and MERGE are seen like any other', async () => {
  await analytics(`BEGIN; SET LOCAL session_replication_role = replica; ${insert('events', 'now()')}; COMMIT`);
  await analytics(`
    CREATE TEMP TABLE lines (line text); INSERT INTO lines SELECT 1;
    COPY events (tenant_id, id, message_id, event_name) FROM PROGRAM
      'printf "globex\\t0199aaaa-0000-7000-8000-000000000001\\tm1\\tx\\nglobex\\t0199aaaa-0000-7000-8000-000000000002\\tm2\\tx\\n"'`);
  await kit.sql.crm.query(`
    INSERT INTO customers (tenant_id, id) SELECT 'acme', gen_random_uuid() FROM generate_series(1, 4);
    MERGE INTO customers c USING (SELECT id, row_number() OVER () AS n FROM customers) s ON c.id = s.id
      WHEN MATCHED AND s.n = 1 THEN DELETE WHEN MATCHED AND s.n = 2 THEN UPDATE SET tenant_id = 'globex' WHEN MATCHED THEN DO NOTHING`);
  await exact();
});

test('a partition that is emptied, detached or attached takes its rows along', async () => {
  await analytics(`
    SET ROLE metatron_owner; CREATE TABLE events_old (LIKE events INCLUDING ALL); RESET ROLE;
    ${insert('events_old', "'1997-02-02'")};
    ALTER TABLE events ATTACH PARTITION events_old FOR VALUES FROM ('1997-01-01') TO ('1997-12-01')`);
  expect(await repaired('analytics')).toEqual(['events']);
  await exact();
  await analytics('ALTER TABLE events DETACH PARTITION events_old');
  expect(await repaired('analytics')).toEqual(['events']);
  await analytics(insert('events_old', "'1997-02-02'"));
  await exact();
  await analytics('TRUNCATE events_default');
  await exact();
});

/** The partition of now. */
const month = `events_${new Date().toISOString().slice(0, 7).replace('-', '_')}`;

test('a month made late takes its rows from the default partition, and none is lost', async () => {
  await analytics(`DROP TABLE ${month}; DELETE FROM events`);
  expect(await repaired('analytics')).toEqual(['events']);
  await analytics(insert('events', 'now()'));
  await exact();
  await analytics('SELECT events_make_months_ahead()');
  const { rowCount } = await kit.sql.analytics.query(`SELECT FROM ${month}`);
  expect(rowCount).toBe(7);
  await exact();
});

test('triggers that are dropped or disabled are put back, and what they missed is taken', async () => {
  await kit.sql.crm.query(`
    DROP TRIGGER sync_capture_insert ON customers; ALTER TABLE leads DISABLE TRIGGER sync_capture_delete;
    INSERT INTO customers (tenant_id, id) SELECT 'initech', gen_random_uuid() FROM generate_series(1, 6)`);
  expect(await repaired('crm')).toEqual(['customers', 'leads']);
  await exact();
  expect(await repaired('crm')).toEqual([]);
});
