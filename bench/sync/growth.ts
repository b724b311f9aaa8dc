/** What one change costs sync when the source has grown: its trigger, the look at the source, the write into cdx. */
import { loginRole } from '@metatron/platform/access/databaseRoles';
import { createLog } from '@metatron/platform/log';
import { captures } from '@metatron/prisma/capture/index';
import { embeddedDatabase } from '@metatron/prisma/provision';
import { Relay } from '@metatron/sync-jobs/relay/relay';
import { openSource, type Source } from '@metatron/sync-jobs/relay/source';
import type pg from 'pg';

import { median, round, takeTurns } from '../statistics.ts';

import { capture, idOf, insertRows, leads, prepareFeed, tenantName } from './feeds.ts';
import type { SyncPlatform } from './syncPlatform.ts';

const SIZES = {
  small: { rows: 10_000, tenants: 10 },
  manyRows: { rows: 10_000_000, tenants: 10 },
  manyTenants: { rows: 10_000, tenants: 10_000 },
} as const;
type Size = keyof typeof SIZES;
const TURNS = { warmUps: 30, rounds: 300 };
const WRITERS = 2;

interface Grown {
  readonly size: Size;
  readonly source: Source;
  readonly relay: Relay;
  readonly sql: pg.Pool;
  /** What adding up every lead takes, the naive way. */
  readonly recomputeMs: number;
}

/** A copy of crm's database and of cdx's, both empty. */
async function copyDatabases(platform: SyncPlatform, size: Size) {
  const postgres = platform.sql('postgres');
  for (const domain of ['crm', 'cdx'] as const) {
    const original = embeddedDatabase(domain);
    const copy = `${original}_${size.toLowerCase()}`;
    const { rows } = await postgres.query<{ owner: string }>(
      'SELECT datdba::regrole::text AS owner FROM pg_database WHERE datname = $1',
      [original],
    );
    // Its owner has rights in the schema by being the database's.
    const owner = rows[0]?.owner ?? '';
    await postgres.query(`CREATE DATABASE ${copy} OWNER ${owner} TEMPLATE ${original} STRATEGY file_copy`);
    await postgres.query(`GRANT CONNECT ON DATABASE ${copy} TO ${loginRole('crm', 'sync')}`);
  }
  const { crm, cdx, ...others } = platform.addresses;
  const at = <Address extends { database: string }>(address: Address): Address => ({
    ...address,
    database: `${address.database}_${size.toLowerCase()}`,
  });
  return { ...others, crm: at(crm), cdx: at(cdx) };
}

/** Without what slows the filling and sync never reads: the other indexes, the foreign keys. */
async function fill(sql: pg.Pool, { rows, tenants }: (typeof SIZES)[Size]): Promise<void> {
  await sql.query('DROP INDEX leads_id, leads_list, leads_staff_list, leads_assignee, leads_customer, leads_stage');
  await sql.query('ALTER TABLE leads DISABLE TRIGGER ALL');
  const each = rows / tenants;
  const write = (writer: number): Promise<unknown> =>
    sql.query(
      insertRows(
        leads,
        "'tenant-' || t",
        'n',
        `FROM generate_series(${writer}, ${tenants - 1}, ${WRITERS}) t, generate_series(1, ${each}) n`,
      ),
    );
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
  await sql.query('ALTER TABLE leads ENABLE TRIGGER ALL');
  await capture(sql, leads, true);
  await sql.query('VACUUM (ANALYZE) leads');
}

/** Takes steps until every tenant is loaded and there is nothing left to do. */
async function settle(relay: Relay, cdx: pg.Pool): Promise<void> {
  for (;;) {
    const step = await relay.step();
    if (step === 'idle' && (await cdx.query('SELECT FROM sync_loads LIMIT 1')).rowCount === 0) return;
  }
}

/** Adds up every lead, as a job would that comes every few hours. */
async function recompute(sql: pg.Pool): Promise<number> {
  const measures = captures.crm.aggregates.find(({ table }) => table === leads.table)?.measures ?? {};
  const sums = Object.values(measures).map(({ value }) => `sum(${value})`);
  const begun = performance.now();
  await sql.query(`SELECT tenant_id, currency, ${sums.join(', ')} FROM leads GROUP BY tenant_id, currency`);
  return performance.now() - begun;
}

async function grow(platform: SyncPlatform, size: Size): Promise<Grown> {
  const addresses = await copyDatabases(platform, size);
  const sql = platform.sql(addresses.crm.database);
  await prepareFeed(sql, leads, SIZES[size].tenants);
  await fill(sql, SIZES[size]);
  const source = openSource('crm', { addresses, passwords: platform.passwords, log: createLog('error') });
  const relay = new Relay(source);
  await settle(relay, platform.sql(addresses.cdx.database));
  return { size, source, relay, sql, recomputeMs: await recompute(sql) };
}

interface Explained {
  readonly Triggers: readonly { readonly 'Trigger Name': string; readonly Time: number }[];
}

/** Changes a row, wherever it is; milliseconds that the trigger had of that. */
async function changeOne({ sql, size }: Grown): Promise<number> {
  const { rows, tenants } = SIZES[size];
  const any = (count: number): number => Math.floor(Math.random() * count);
  const found = await sql.query<{ 'QUERY PLAN': readonly [Explained] }>(
    `EXPLAIN (ANALYZE, FORMAT JSON) UPDATE leads SET value = value + 1
     WHERE tenant_id = '${tenantName(any(tenants))}' AND id = '${idOf(1 + any(rows / tenants))}'`,
  );
  const triggers = found.rows[0]?.['QUERY PLAN'][0].Triggers ?? [];
  const trigger = triggers.find((one) => one['Trigger Name'].startsWith('sync_capture_'));
  if (trigger === undefined) throw new Error('no trigger has fired');
  return trigger.Time;
}

/** Milliseconds of sync for one change. */
async function costOfOne(grown: Grown): Promise<number> {
  const triggerMs = await changeOne(grown);
  const begun = performance.now();
  const step = await grown.relay.step();
  const stepMs = performance.now() - begun;
  if (step !== 'busy') throw new Error(`the change was not there: ${step}`);
  return triggerMs + stepMs;
}

export async function measureGrowth(platform: SyncPlatform) {
  const grown: Grown[] = [];
  try {
    for (const size of Object.keys(SIZES) as Size[]) grown.push(await grow(platform, size));
    const [small, manyRows, manyTenants] = grown;
    if (small === undefined || manyRows === undefined || manyTenants === undefined) throw new Error('one is missing');
    const costs = await takeTurns(
      {
        small: () => costOfOne(small),
        manyRows: () => costOfOne(manyRows),
        manyTenants: () => costOfOne(manyTenants),
      },
      TURNS,
    );
    const [smallMs, rowsMs, tenantsMs] = [median(costs.small), median(costs.manyRows), median(costs.manyTenants)];
    return {
      rowsRatio: round(rowsMs / smallMs),
      tenantsRatio: round(tenantsMs / smallMs),
      msPerChange: { small: round(smallMs), manyRows: round(rowsMs), manyTenants: round(tenantsMs) },
      recomputeMs: Object.fromEntries(grown.map(({ size, recomputeMs }) => [size, Math.round(recomputeMs)])),
    };
  } finally {
    for (const { source } of grown) await source.close();
  }
}
