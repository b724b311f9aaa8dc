/** How fast a backlog is gone: ours into cdx, the same rows by a native subscription. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { embeddedDatabase } from '@metatron/prisma/provision';

import { round } from '../statistics.ts';

import { authEvents, idOf, leads, prepareFeed, tenantName, writeBacklog, type Feed } from './feeds.ts';
import { subscribe, type Subscription } from './native.ts';
import { startProcess } from './processes.ts';
import type { SyncPlatform } from './syncPlatform.ts';

const PACE_MS = 2;
const NATIVE = 'bench_native';
const cdx = embeddedDatabase('cdx');

interface Backlog {
  readonly feed: Feed;
  readonly rows: number;
  /** Rows of one statement. */
  readonly size: number;
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await sleep(PACE_MS);
}

const peakMemoryMb = (pid: number): number =>
  Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? NaN) / 1024;

/** cdx says that it has all that was committed before now, at the source's clock. */
async function caughtUp(platform: SyncPlatform, { domain }: Feed): Promise<void> {
  const { rows } = await platform
    .sql(embeddedDatabase(domain))
    .query<{ at: string }>('SELECT clock_timestamp()::text AS at');
  await until(async () => {
    const { rowCount } = await platform
      .sql(cdx)
      .query('SELECT FROM sync_checkpoints WHERE source = $1 AND complete_through > $2::timestamptz', [
        domain,
        rows[0]?.at,
      ]);
    return rowCount === 1;
  });
}

/** Seeds the source while it is empty. */
async function seedNow(platform: SyncPlatform, feed: Feed): Promise<void> {
  const relay = await startProcess('relayProcess.ts', platform.dataDirectory, feed.domain);
  relay.send('go');
  await caughtUp(platform, feed);
  await relay.stop();
}

/** Milliseconds from the relay's start, its connections and checkpoint included, and the memory it had at most. */
async function drainOurs(platform: SyncPlatform, feed: Feed) {
  const relay = await startProcess('relayProcess.ts', platform.dataDirectory, feed.domain);
  const startMemoryMb = peakMemoryMb(relay.pid);
  const begun = performance.now();
  relay.send('go');
  await caughtUp(platform, feed);
  const ms = performance.now() - begun;
  const memoryMb = peakMemoryMb(relay.pid);
  await relay.stop();
  return { ms, startMemoryMb, memoryMb };
}

/** Milliseconds until the subscriber has the row that was written last. */
async function drainNative(
  platform: SyncPlatform,
  { table }: Feed,
  { subscription, last }: { readonly subscription: Subscription; readonly last: number },
): Promise<number> {
  const begun = performance.now();
  await subscription.start();
  await until(async () => {
    const { rowCount } = await platform
      .sql(NATIVE)
      .query(`SELECT FROM ${table} WHERE tenant_id = $1 AND id = $2`, [tenantName(0), idOf(last)]);
    return rowCount === 1;
  });
  return performance.now() - begun;
}

/** What cdx shows of a feed's rows. */
const SHOWN: Readonly<Record<string, string>> = {
  leads: 'SELECT sum(total_leads)::integer AS n FROM crm_summary',
  auth_events: 'SELECT count(*)::integer AS n FROM auth_events',
};

async function check(platform: SyncPlatform, { table }: Feed, expected: number): Promise<void> {
  for (const [database, query] of [
    [cdx, SHOWN[table] ?? ''],
    [NATIVE, `SELECT count(*)::integer AS n FROM ${table}`],
  ] as const) {
    const { rows } = await platform.sql(database).query<{ n: number }>(query);
    if (rows[0]?.n !== expected) throw new Error(`${database} has ${rows[0]?.n ?? 0} of ${expected} ${table}`);
  }
}

/** The same backlog, ours first. */
async function compare(platform: SyncPlatform, { feed, rows, size }: Backlog) {
  const source = platform.sql(embeddedDatabase(feed.domain));
  await source.query(`TRUNCATE ${feed.table} CASCADE`);
  await seedNow(platform, feed);
  const subscription = await subscribe(platform, feed, NATIVE);
  const begun = performance.now();
  await writeBacklog(source, feed, { first: 1, rows, size });
  const writtenMs = performance.now() - begun;
  await source.query('CHECKPOINT');
  const ours = await drainOurs(platform, feed);
  const nativeMs = await drainNative(platform, feed, { subscription, last: rows + 1 });
  await check(platform, feed, rows + 1);
  await subscription.drop();
  return {
    rows,
    rowsPerStatement: size,
    ratio: round(nativeMs / ours.ms),
    oursPerSecond: Math.round((rows * 1000) / ours.ms),
    nativePerSecond: Math.round((rows * 1000) / nativeMs),
    relayMemoryMb: Math.round(ours.memoryMb),
    relayMemoryAtStartMb: Math.round(ours.startMemoryMb),
    writtenMs: Math.round(writtenMs),
  };
}

export async function measureDrain(platform: SyncPlatform) {
  await platform.sql('postgres').query(`CREATE DATABASE ${NATIVE}`);
  for (const feed of [leads, authEvents]) await prepareFeed(platform.sql(embeddedDatabase(feed.domain)), feed);
  return {
    singleRows: await compare(platform, { feed: leads, rows: 500_000, size: 1 }),
    hundredRows: await compare(platform, { feed: leads, rows: 500_000, size: 100 }),
    rowLevel: await compare(platform, { feed: authEvents, rows: 200_000, size: 1 }),
  };
}
