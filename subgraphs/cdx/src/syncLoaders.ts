/** How far the sources have been carried over, read once for a request. */
import type { Prisma, PrismaClient, SyncRun } from '@metatron/prisma/cdx/client';
import DataLoader from 'dataloader';

function completeThrough(db: PrismaClient): DataLoader<string, Date | null> {
  return new DataLoader(async (sources) => {
    const checkpoints = await db.syncCheckpoint.findMany({ where: { source: { in: [...sources] } } });
    const bySource = new Map(checkpoints.map((checkpoint) => [checkpoint.source, checkpoint.completeThrough]));
    return sources.map((source) => bySource.get(source) ?? null);
  });
}

const latest: Prisma.SyncRunOrderByWithRelationInput[] = [{ createdAt: 'desc' }, { id: 'desc' }];

/** What takes a source's tenants anew now; of several the one that was asked for last. */
function runningRun(db: PrismaClient): DataLoader<string, SyncRun | null> {
  return new DataLoader(async (sources) => {
    const kind = { in: ['seed', 'rebuild', 'reconcile'] };
    const where = { source: { in: [...sources] }, status: 'running', kind };
    const runs = Map.groupBy(await db.syncRun.findMany({ where, orderBy: latest }), ({ source }) => source);
    return sources.map((source) => runs.get(source)?.[0] ?? null);
  });
}

/** The last runs that took a source anew. */
function lastRuns(db: PrismaClient): DataLoader<string, readonly SyncRun[]> {
  const read = (source: string) =>
    db.syncRun.findMany({
      where: { source, kind: { in: ['seed', 'rebuild', 'reconcile'] } },
      orderBy: latest,
      take: 5,
    });
  return new DataLoader((sources) => Promise.all(sources.map(read)));
}

/** How many tenants of a run are still to be taken. */
function loadsLeft(db: PrismaClient): DataLoader<string, number> {
  return new DataLoader(async (runs) => {
    const where = { runId: { in: [...runs] } };
    const counts = await db.syncLoad.groupBy({ by: ['runId'], where, _count: { _all: true } });
    const byRun = new Map(counts.map(({ runId, _count }) => [runId, _count._all]));
    return runs.map((run) => byRun.get(run) ?? 0);
  });
}

/** How many tenants of a source are set aside. */
function setAside(db: PrismaClient): DataLoader<string, number> {
  return new DataLoader(async (sources) => {
    const where = { source: { in: [...sources] }, kind: 'set_aside' };
    const counts = await db.syncLoad.groupBy({ by: ['source'], where, _count: { _all: true } });
    const bySource = new Map(counts.map(({ source, _count }) => [source, _count._all]));
    return sources.map((source) => bySource.get(source) ?? 0);
  });
}

/** Which sources a tenant is behind with: what is shown of them is what was last complete. */
function sourcesBehind(db: PrismaClient): DataLoader<string, ReadonlySet<string>> {
  return new DataLoader(async (ids) => {
    const where = { tenantId: { in: [...ids] }, isBehind: true };
    const loads = Map.groupBy(await db.syncLoad.findMany({ where }), ({ tenantId }) => tenantId);
    return ids.map((id) => new Set(loads.get(id)?.map(({ source }) => source)));
  });
}

export const syncLoaders = (db: PrismaClient) => ({
  completeThrough: completeThrough(db),
  sourcesBehind: sourcesBehind(db),
  runningRun: runningRun(db),
  lastRuns: lastRuns(db),
  loadsLeft: loadsLeft(db),
  setAside: setAside(db),
});
