/** What sync costs and how fast it is, beside PostgreSQL's own logical replication in the same run. */
import type { Measured } from '../run.ts';

import { measureBulk } from './bulk.ts';
import { measureDrain } from './drain.ts';
import { measureFreshness } from './freshness.ts';
import { measureGrowth } from './growth.ts';
import { measurePlanCache } from './planCache.ts';
import { startSyncPlatform, type SyncPlatform } from './syncPlatform.ts';
import { measureWriters } from './writers.ts';

const WHAT = {
  freshness:
    'leads inserted one a transaction at ten connections; from the commit as PostgreSQL keeps it (track_commit_timestamp) to the first look that sees it. One statement looks at cdx’s summary and at the subscription’s table at once, in the same database, so both have the same error: at most the time between two looks',
  drain:
    'a backlog of single-row statements (100 a transaction): from the start of a relay’s process that is ready, connections included, until cdx says that all is there; from ALTER SUBSCRIPTION ENABLE until the last row is there. The subscriber’s table has the key and nothing else, and takes binary. hundredRows: by statements of a hundred rows, which is our best case and so in no ratio',
  writers: 'as the superuser, whom row security does not slow; without: the same table, its capture triggers disabled',
  bulk: 'likewise; the same 10,000 rows put, changed, taken; the ratio is that of the worst',
  planCache: 'an update of 10,000 rows after 10,000 updates of one row in the same session, against a fresh session',
  growth:
    'one updated row: its trigger’s time, the look at the source and the write into cdx, at 10,000 rows and 10 tenants, at 10,000,000 rows, at 10,000 tenants, in turns. recomputeMs: what adding up every lead takes there, the naive way',
};

/** Each part has a cluster that no other has written to. */
async function onFreshPlatform<T>(measure: (platform: SyncPlatform) => Promise<T>): Promise<T> {
  const platform = await startSyncPlatform();
  try {
    return await measure(platform);
  } finally {
    await platform.stop();
  }
}

export async function measureSync(): Promise<Measured> {
  const freshness = await onFreshPlatform(measureFreshness);
  const drain = await onFreshPlatform(measureDrain);
  const writers = await onFreshPlatform(measureWriters);
  const bulk = await onFreshPlatform(measureBulk);
  const planCache = await onFreshPlatform(measurePlanCache);
  const growth = await onFreshPlatform(measureGrowth);
  const statements = Object.values(bulk);
  return {
    ratios: {
      freshnessP99VsNative: freshness.p99VsNative,
      freshnessP50ExtraMs: freshness.p50ExtraMs,
      drainVsNative: drain.singleRows.ratio,
      rowDrainVsNative: drain.rowLevel.ratioSameIndexes,
      writerThroughput4VsNone: writers.ratio,
      bulk10kVsNone: Math.max(...statements.map(({ ratio }) => ratio)),
      bulk10kWalVsNone: Math.max(...statements.map(({ walRatio }) => walRatio)),
      costAt10MVs10k: growth.rowsRatio,
      costAt10kTenantsVs10: growth.tenantsRatio,
    },
    detail: {
      what: WHAT,
      relayMemoryMb: Math.max(...Object.values(drain).map(({ relayMemoryMb }) => relayMemoryMb.peak)),
      planCacheVsFresh: planCache.ratio,
      ...{ freshness, drain, writers, bulk, planCache, growth },
    },
  };
}
