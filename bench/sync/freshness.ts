/** How long after its commit a change is seen in cdx: ours and native's at the same writes, by the same look. */
import { setTimeout as sleep } from 'node:timers/promises';

import { embeddedDatabase } from '@metatron/prisma/provision';
import type pg from 'pg';

import { startProcess } from '../processes.ts';
import { percentile, round } from '../statistics.ts';

import { caughtUp } from './drainOurs.ts';
import { leads, prepareFeed, TENANTS, tenantName } from './feeds.ts';
import { subscribe } from './native.ts';
import type { SyncPlatform } from './syncPlatform.ts';

const RATE = 1_000;
const SECONDS = 25;
/** Of each tenant's first rows nothing is counted: plans and connections are new. */
const WARM_UP = (RATE * 3) / TENANTS;
const PACE_MS = 1;
const PATIENCE_MS = 300_000;

/** One look: how many of each tenant's leads are there, by the server's clock. */
interface Look {
  readonly at: number;
  readonly ours: readonly number[];
  readonly native: readonly number[];
}

// A tenant's rows commit in the order of their numbers: the latest says how many there are.
const LOOK = {
  name: 'look',
  text: `SELECT (extract(epoch FROM statement_timestamp()) * 1000)::float8 AS at,
    array_agg(coalesce(s.total_leads, 0)::integer ORDER BY n) AS ours,
    array_agg(coalesce(('x' || left(l.id::text, 8) || substr(l.id::text, 10, 4))::bit(48)::bigint, 0)::integer ORDER BY n) AS native
  FROM generate_series(0, ${TENANTS - 1}) n
  LEFT JOIN crm_summary s ON s.tenant_id = 'tenant-' || n
  LEFT JOIN LATERAL (SELECT id FROM leads WHERE tenant_id = 'tenant-' || n ORDER BY id DESC LIMIT 1) l ON true`,
};

async function look(cdx: pg.Pool): Promise<Look> {
  const { rows } = await cdx.query<Look>(LOOK);
  const [seen] = rows;
  if (seen === undefined) throw new Error('a look gives one row');
  return seen;
}

async function watch(cdx: pg.Pool, writing: Promise<unknown>): Promise<Look[]> {
  const looks: Look[] = [];
  const writer = { done: false };
  const end = (): void => {
    writer.done = true;
  };
  writing.then(end, end);
  const rows = (RATE * SECONDS) / TENANTS;
  const all = (counts: readonly number[]): boolean => counts.every((count) => count === rows);
  for (;;) {
    const seen = await look(cdx);
    looks.push(seen);
    if (writer.done) await writing;
    if (writer.done && all(seen.ours) && all(seen.native)) return looks;
    if (seen.at - (looks[0]?.at ?? 0) > PATIENCE_MS) throw new Error('the changes do not arrive');
    await sleep(PACE_MS);
  }
}

/** When each of a tenant's rows committed, in their order, as PostgreSQL keeps it. */
async function commits(crm: pg.Pool, tenant: number): Promise<number[]> {
  const { rows } = await crm.query<{ at: number }>(
    'SELECT (extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000)::float8 AS at FROM leads WHERE tenant_id = $1 ORDER BY id',
    [tenantName(tenant)],
  );
  return rows.map(({ at }) => at);
}

/** From each commit to the first look that saw it. */
function delays(
  looks: readonly Look[],
  side: 'ours' | 'native',
  tenant: number,
  committed: readonly number[],
): number[] {
  let next = 0;
  const seen: number[] = [];
  for (const one of looks)
    for (const count = one[side][tenant] ?? 0; next < count; next += 1) seen.push(one.at - (committed[next] ?? NaN));
  return seen.slice(WARM_UP);
}

const describe = (values: readonly number[]) => ({
  p50Ms: round(percentile(values, 0.5)),
  p90Ms: round(percentile(values, 0.9)),
  p99Ms: round(percentile(values, 0.99)),
  maxMs: round(percentile(values, 1 - 1e-9)),
});

export async function measureFreshness(platform: SyncPlatform) {
  const [crm, cdx] = [platform.sql(embeddedDatabase('crm')), platform.sql(embeddedDatabase('cdx'))];
  await prepareFeed(crm, leads);
  const subscription = await subscribe(platform, leads, { database: embeddedDatabase('cdx'), indexes: 'key' });
  const jobs = await startProcess(new URL('relayProcess.ts', import.meta.url), {
    parameters: [platform.dataDirectory],
  });
  await subscription.start();
  await caughtUp(platform, leads);
  const writer = await startProcess(new URL('writerProcess.ts', import.meta.url), {
    parameters: [platform.dataDirectory, String(RATE), String(SECONDS)],
  });
  writer.send('go');
  const begun = performance.now();
  const writing = writer.heard().then(() => performance.now() - begun);
  const looks = await watch(cdx, writing);
  const wroteMs = await writing;
  await Promise.all([writer.stop(), jobs.stop()]);
  const committed = await Promise.all(Array.from({ length: TENANTS }, (_, tenant) => commits(crm, tenant)));
  await subscription.drop();
  const of = (side: 'ours' | 'native') =>
    describe(committed.flatMap((times, tenant) => delays(looks, side, tenant, times)));
  const gaps = looks.slice(1).map(({ at }, index) => at - (looks[index]?.at ?? NaN));
  const [ours, native] = [of('ours'), of('native')];
  return {
    p99VsNative: round(ours.p99Ms / native.p99Ms),
    p50ExtraMs: round(ours.p50Ms - native.p50Ms),
    changesPerSecond: round((RATE * SECONDS * 1000) / wroteMs),
    changes: RATE * SECONDS - WARM_UP * TENANTS,
    ours,
    native,
    betweenLooks: describe(gaps),
  };
}
