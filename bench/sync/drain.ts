/** How fast a backlog is gone: ours into cdx, the same rows by native subscriptions, one after the other. */
import { embeddedDatabase } from '@metatron/prisma/provision';
import type pg from 'pg';

import { round } from '../statistics.ts';

import { drainOurs } from './drainOurs.ts';
import { authEvents, idOf, leads, prepareFeed, tenantName, writeBacklog, type Feed } from './feeds.ts';
import { subscribe, type Indexes } from './native.ts';
import type { SyncPlatform } from './syncPlatform.ts';
import { until } from './until.ts';

/** A subscriber's database for each way its table can be. */
const SUBSCRIBERS: Readonly<Record<Indexes, string>> = { key: 'bench_key', all: 'bench_all' };
const kinds = Object.keys(SUBSCRIBERS) as Indexes[];

interface Backlog {
  readonly feed: Feed;
  readonly rows: number;
  /** Rows of one statement. */
  readonly size: number;
}

async function countOf(sql: pg.Pool, query: string): Promise<number> {
  const { rows } = await sql.query<{ n: number }>(query);
  return rows[0]?.n ?? 0;
}

/** Subscribes before the backlog is written. @returns what drains it: milliseconds until the last row is there. */
async function prepareNative(platform: SyncPlatform, { feed, rows }: Backlog, indexes: Indexes) {
  const database = SUBSCRIBERS[indexes];
  const subscription = await subscribe(platform, feed, { database, indexes });
  const sql = platform.sql(database);
  return async (): Promise<number> => {
    const begun = performance.now();
    await subscription.start();
    const last = [tenantName(0), idOf(rows + 1)];
    await until(
      async () => (await sql.query(`SELECT FROM ${feed.table} WHERE tenant_id = $1 AND id = $2`, last)).rowCount === 1,
    );
    const ms = performance.now() - begun;
    if ((await countOf(sql, `SELECT count(*)::integer AS n FROM ${feed.table}`)) !== rows + 1)
      throw new Error('the subscriber lacks rows');
    await subscription.drop();
    return ms;
  };
}

async function compare(platform: SyncPlatform, backlog: Backlog) {
  const { feed, rows, size } = backlog;
  const source = platform.sql(embeddedDatabase(feed.domain));
  await source.query(`TRUNCATE ${feed.table} CASCADE`);
  // While the source is empty: what follows is a backlog, not a seed.
  await drainOurs(platform, feed);
  const drainKey = await prepareNative(platform, backlog, 'key');
  const drainAll = await prepareNative(platform, backlog, 'all');
  await writeBacklog(source, feed, { first: 1, rows, size });
  await source.query('CHECKPOINT');
  const ours = await drainOurs(platform, feed);
  if ((await countOf(platform.sql(embeddedDatabase('cdx')), feed.known)) !== rows + 1)
    throw new Error('cdx does not know of every row');
  const [keyMs, allMs] = [await drainKey(), await drainAll()];
  const perSecond = (ms: number): number => Math.round((rows * 1000) / ms);
  return {
    ...{ rows, rowsPerStatement: size },
    ratio: round(keyMs / ours.ms),
    ratioSameIndexes: round(allMs / ours.ms),
    perSecond: { ours: perSecond(ours.ms), native: perSecond(keyMs), nativeSameIndexes: perSecond(allMs) },
    relayMemoryMb: { start: Math.round(ours.startMemoryMb), peak: Math.round(ours.peakMemoryMb) },
  };
}

export async function measureDrain(platform: SyncPlatform) {
  for (const kind of kinds) await platform.sql('postgres').query(`CREATE DATABASE ${SUBSCRIBERS[kind]}`);
  for (const feed of [leads, authEvents]) await prepareFeed(platform.sql(embeddedDatabase(feed.domain)), feed);
  return {
    singleRows: await compare(platform, { feed: leads, rows: 500_000, size: 1 }),
    hundredRows: await compare(platform, { feed: leads, rows: 500_000, size: 100 }),
    rowLevel: await compare(platform, { feed: authEvents, rows: 200_000, size: 1 }),
  };
}
