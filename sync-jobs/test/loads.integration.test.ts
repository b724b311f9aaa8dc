/** Tenants taken anew: asked for, compared, set aside; and what no delta tells. */
import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Domain } from '@metatron/platform/domains';
import type { SyncJobs } from '@metatron/sync-jobs/main';
import { pino } from 'pino';

import { reconcileSource } from '../src/jobs/reconcile.ts';
import { requestLoads } from '../src/relay/loads.ts';
import { Relay } from '../src/relay/relay.ts';
import { openSource, type Source } from '../src/relay/source.ts';

import { caughtUp, eventually, into, openKit, silent, type Kit } from './kit.ts';
import { compare } from './recompute.ts';
import { plant, sources } from './statements.ts';

let kit: Kit;
let workers: SyncJobs;
const opened: Source[] = [];
const lines: string[] = [];

function source(name: Domain): Source {
  const { addresses, passwords } = kit;
  const made = openSource(name, { addresses, passwords, log: silent });
  opened.push(made);
  return made;
}

beforeAll(async () => {
  kit = await openKit();
  await plant(kit);
  await kit.sql.auth.query(
    "INSERT INTO auth_events (tenant_id, id, event_type) SELECT t, gen_random_uuid(), 'login' FROM unnest(ARRAY['acme', 'globex']) t, generate_series(1, 2500)",
  );
  await kit.sql.crm.query(
    "INSERT INTO customers (tenant_id, id) SELECT t, gen_random_uuid() FROM unnest(ARRAY['acme', 'globex', 'initech']) t, generate_series(1, 10)",
  );
  workers = await kit.startWorkers(undefined, pino({ level: 'warn' }, into(lines)));
  await caughtUp(kit, sources, 40_000);
}, 90_000);

afterAll(async () => {
  await Promise.all(opened.map((one) => one.close()));
  await workers.stop();
  await kit.stop();
}, 30_000);

const exact = async (of: readonly Domain[] = sources): Promise<void> => {
  await caughtUp(kit, of, 20_000);
  const { truth, shown } = await compare(kit, of);
  expect(shown).toEqual(truth);
};

interface Run {
  readonly status: string;
  readonly drift: number;
  readonly error: string | null;
}

const runOf = async (id: string): Promise<Run | undefined> =>
  (await kit.sql.cdx.query<Run>('SELECT status, drift::int, error FROM sync_runs WHERE id = $1', [id])).rows[0];

const done = (run: string): Promise<number> =>
  eventually(async () => (await runOf(run))?.status !== 'running', 20_000, 'the run is done');

describe('a tenant asked for', () => {
  test('is put right, and no other is touched', async () => {
    await kit.sql.cdx.query(
      "UPDATE crm_summary SET total_customers = total_customers + 5 WHERE tenant_id IN ('acme', 'globex')",
    );
    const crm = source('crm');
    const run = await requestLoads(crm.cdx, 'crm', { kind: 'rebuild', tenants: ['acme'], isBehind: false });
    await done(run);
    expect(await runOf(run)).toMatchObject({ status: 'succeeded', drift: 1, error: null });
    const { rows } = await kit.sql.cdx.query(
      "SELECT tenant_id, total_customers::int AS n FROM crm_summary WHERE tenant_id IN ('acme', 'globex') ORDER BY 1",
    );
    expect(rows).toEqual([
      { tenant_id: 'acme', n: 10 },
      { tenant_id: 'globex', n: 15 },
    ]);
  });

  test('has its rows compared one by one, while it is written to', async () => {
    await kit.sql.cdx.query(`
      DELETE FROM auth_events WHERE ctid = ANY (ARRAY(SELECT ctid FROM auth_events WHERE tenant_id = 'acme' LIMIT 7));
      UPDATE auth_events SET event_type = 'other' WHERE ctid = ANY (ARRAY(SELECT ctid FROM auth_events WHERE tenant_id = 'acme' LIMIT 5));
      INSERT INTO auth_events (tenant_id, id, event_type, created_at) SELECT 'acme', gen_random_uuid(), 'ghost', now() FROM generate_series(1, 3)`);
    const auth = source('auth');
    const run = await requestLoads(auth.cdx, 'auth', { kind: 'rebuild', tenants: ['acme'], isBehind: false });
    for (let n = 0; n < 20; n += 1)
      await kit.sql.auth.query(
        "WITH gone AS (DELETE FROM auth_events WHERE ctid = ANY (ARRAY(SELECT ctid FROM auth_events WHERE tenant_id = 'acme' LIMIT 3))) INSERT INTO auth_events (tenant_id, id, event_type) SELECT 'acme', gen_random_uuid(), 'login' FROM generate_series(1, 2)",
      );
    await done(run);
    expect((await runOf(run))?.drift).toBeGreaterThan(0);
    await exact(['auth']);
  });
});

test('a reconciliation finds what was altered by hand, mends it and says so', async () => {
  await kit.sql.cdx.query(`
    UPDATE crm_summary SET total_leads = 77 WHERE tenant_id = 'initech';
    INSERT INTO crm_summary_money (tenant_id, currency, pipeline_value) VALUES ('initech', 'CHF', 5) ON CONFLICT DO NOTHING;
    DELETE FROM crm_summary WHERE tenant_id = 'globex';
    INSERT INTO crm_summary (tenant_id, total_customers) VALUES ('nobody', 3)`);
  const crm = source('crm');
  await eventually(
    async () =>
      (
        await kit.sql.cdx.query(
          "SELECT FROM sync_runs WHERE source = 'crm' AND kind = 'reconcile' AND status = 'running'",
        )
      ).rowCount === 0,
    20_000,
    'the first reconciliation is done',
  );
  await reconcileSource(crm);
  await eventually(
    async () =>
      (await kit.sql.cdx.query("SELECT FROM sync_checkpoints WHERE source = 'crm' AND drift = 4")).rowCount === 1,
    20_000,
    'the drift is four',
  );
  await exact(['crm']);
});

describe('what cdx refuses', () => {
  const letters = async (): Promise<readonly { readonly tenant_id: string; readonly error: string }[]> =>
    (
      await kit.sql.cdx.query<{ readonly tenant_id: string; readonly error: string }>(
        "SELECT tenant_id, error FROM dead_letters WHERE job = 'drain' AND status = 'open' ORDER BY 1",
      )
    ).rows;

  test('of one tenant is set aside, the others go on, and it comes back by itself', async () => {
    await kit.sql.cdx.query(
      "ALTER TABLE crm_summary ADD CONSTRAINT poison CHECK (tenant_id <> 'acme' OR total_customers < 12)",
    );
    await kit.sql.crm.query(
      "INSERT INTO customers (tenant_id, id) SELECT t, gen_random_uuid() FROM unnest(ARRAY['acme', 'globex', 'initech']) t, generate_series(1, 5)",
    );
    const isThere = async (): Promise<boolean> =>
      (
        await kit.sql.cdx.query(
          "SELECT FROM crm_summary WHERE tenant_id IN ('globex', 'initech') AND total_customers >= 15",
        )
      ).rowCount === 2;
    await eventually(isThere, 10_000, 'the others are counted');
    expect(await letters()).toEqual([{ tenant_id: 'acme', error: '23514 at crm_summary poison' }]);
    await kit.sql.cdx.query('ALTER TABLE crm_summary DROP CONSTRAINT poison');
    await kit.sql.cdx.query('UPDATE sync_loads SET not_before = now()');
    await eventually(async () => (await letters()).length === 0, 10_000, 'it is accepted');
    await exact(['crm']);
  });

  test('of a thousand rows is one row alone', async () => {
    await kit.sql.cdx.query("ALTER TABLE auth_events ADD CONSTRAINT poison CHECK (event_type <> 'poison')");
    const id = randomUUID();
    await kit.sql.auth.query(
      `INSERT INTO auth_events (tenant_id, id, event_type)
       SELECT 'initech', gen_random_uuid(), 'login' FROM generate_series(1, 999) UNION ALL SELECT 'initech', $1, 'poison'`,
      [id],
    );
    const count = async (): Promise<number> =>
      (await kit.sql.cdx.query("SELECT FROM auth_events WHERE tenant_id = 'initech'")).rowCount ?? 0;
    await eventually(async () => (await count()) === 999, 10_000, 'the 999 are there');
    const { rows } = await kit.sql.cdx.query("SELECT source_ref FROM dead_letters WHERE status = 'open'");
    expect(rows).toEqual([{ source_ref: `drain:auth_events:${id}` }]);
    expect(lines.join('')).toContain(`"what":"auth_events:${id}"`);
    await kit.sql.cdx.query('ALTER TABLE auth_events DROP CONSTRAINT poison');
    await kit.sql.cdx.query('UPDATE sync_loads SET not_before = now()');
    await eventually(async () => (await letters()).length === 0, 10_000, 'it is accepted');
    await exact(['auth']);
  });
});

test('a name that changes while a row comes to bear it is that of the row as well', async () => {
  const type = '00000000-0000-7000-8000-00000000000a';
  const renaming = await kit.sql.cms.connect();
  try {
    await renaming.query('BEGIN');
    await renaming.query("UPDATE content_types SET name = 'Renamed' WHERE tenant_id = 'acme' AND id = $1", [type]);
    await kit.sql.cms.query(
      "INSERT INTO content_items (tenant_id, id, content_type_id, title, slug, data) VALUES ('acme', $1, $2, 'x', 'renamed-x', '{}')",
      [randomUUID(), type],
    );
    await caughtUp(kit, ['cms'], 20_000);
    await renaming.query('COMMIT');
  } finally {
    renaming.release();
  }
  await exact(['cms']);
});

test('a batch that another worker has applied is not applied again, should cdx have lost what came before it', async () => {
  await workers.stop();
  const [first, second] = [new Relay(source('crm')), new Relay(source('crm'))];
  const place = async () =>
    (
      await kit.sql.cdx.query<{ generation: string; snapshot: string }>(
        "SELECT generation, snapshot FROM sync_checkpoints WHERE source = 'crm'",
      )
    ).rows[0];
  await eventually(async () => (await first.step()) === 'idle', 20_000, 'nothing is left');
  const before = await place();
  await eventually(
    async () => {
      await first.step();
      return (await place())?.generation !== before?.generation;
    },
    20_000,
    'it has written that nothing has happened',
  );
  const lost = await place();
  expect(lost?.snapshot).toBe(before?.snapshot);
  await kit.sql.cdx.query("UPDATE sync_checkpoints SET generation = $1 WHERE source = 'crm'", [before?.generation]);
  await kit.sql.crm.query("INSERT INTO customers (tenant_id, id) VALUES ('initech', gen_random_uuid())");
  await second.step();
  expect((await place())?.generation).toBe(lost?.generation);
  await first.step();
  workers = await kit.startWorkers();
  await exact(['crm']);
});

test('rows that are taken anew are never newer than the checkpoint', async () => {
  await workers.stop();
  const auth = source('auth');
  const relay = new Relay(auth);
  const begun = Date.now();
  while ((await relay.step()) !== 'idle') expect(Date.now() - begun).toBeLessThan(20_000);
  await requestLoads(kit.sql.cdx, 'auth', { kind: 'rebuild', tenants: ['acme'], isBehind: false });
  const target = async (): Promise<string | null | undefined> =>
    (await kit.sql.cdx.query<{ target: string | null }>("SELECT target FROM sync_loads WHERE source = 'auth'")).rows[0]
      ?.target;
  relay.forget();
  while ((await target()) === null) await relay.step();
  expect(await target()).toBe('auth_events');
  // Among the first of its tenant.
  const id = '00000000-0000-4000-8000-000000000001';
  const { rows } = await kit.sql.auth.query<{ txid: string }>(
    "INSERT INTO auth_events (tenant_id, id, event_type) VALUES ('acme', $1, 'login') RETURNING pg_current_xact_id()::text AS txid",
    [id],
  );
  relay.forget();
  await relay.step();
  expect((await kit.sql.cdx.query('SELECT FROM auth_events WHERE id = $1', [id])).rowCount).toBe(1);
  const seen = await kit.sql.cdx.query<{ is: boolean }>(
    "SELECT pg_visible_in_snapshot($1::xid8, snapshot::pg_snapshot) AS is FROM sync_checkpoints WHERE source = 'auth'",
    [rows[0]?.txid],
  );
  expect(seen.rows).toEqual([{ is: true }]);
  workers = await kit.startWorkers();
  await exact(['auth']);
});
