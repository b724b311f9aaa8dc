/** Which tenants of a source are to be taken anew: asked for, chosen from, and when a run of them is done. */
import { keyOfRow, type Capture } from '@metatron/prisma/capture/declare';
import { capturedTables } from '@metatron/prisma/capture/outbox';
import type pg from 'pg';
import { v7 as uuid } from 'uuid';

import type { Source } from './source.ts';
import { targetsOf } from './targets.ts';

export type LoadKind = 'rebuild' | 'seed' | 'set_aside' | 'reconcile';

export interface Load {
  readonly tenantId: string;
  readonly kind: LoadKind;
  readonly runId: string | null;
  /** The table of cdx whose rows are next; null while the totals are. */
  readonly target: string | null;
  readonly lastId: string | null;
  /** When its rows were begun: asked for anew meanwhile, it is another load at the same place. */
  readonly begunAt: string | null;
}

/** Each tenant found by one look into the index, however many rows it has. */
const distinctTenants = (table: string, name: string): string => `(
  WITH RECURSIVE ${name} AS (
    (SELECT tenant_id FROM ${table} ORDER BY tenant_id LIMIT 1)
    UNION ALL
    SELECT (SELECT t.tenant_id FROM ${table} t WHERE t.tenant_id > ${name}.tenant_id ORDER BY t.tenant_id LIMIT 1)
      FROM ${name} WHERE ${name}.tenant_id IS NOT NULL)
  SELECT tenant_id FROM ${name} WHERE tenant_id IS NOT NULL)`;

async function tenantsOf(database: Pick<pg.Pool, 'query'>, tables: readonly string[]): Promise<readonly string[]> {
  if (tables.length === 0) return [];
  const union = tables.map((table, n) => distinctTenants(table, `t${String(n)}`)).join('\nUNION\n');
  const { rows } = await database.query<{ tenant_id: string }>(union);
  return rows.map(({ tenant_id: tenantId }) => tenantId);
}

const projections = (capture: Capture): string[] => [
  ...targetsOf(capture).map(({ table }) => table),
  ...capture.rows.filter((source) => keyOfRow(source).includes('tenant_id')).map(({ target }) => target),
];

type Database = Pick<pg.Pool, 'query'>;

/** Every tenant that the source has rows of. */
export const tenantsThere = (capture: Capture, origin: Database): Promise<readonly string[]> =>
  tenantsOf(origin, capturedTables(capture));

/** Every tenant that cdx has rows of. */
export const tenantsHere = (capture: Capture, cdx: Database): Promise<readonly string[]> =>
  tenantsOf(cdx, projections(capture));

export const either = (there: readonly string[], here: readonly string[]): readonly string[] =>
  [...new Set([...there, ...here])].toSorted();

export const everyTenant = async (capture: Capture, origin: Database, cdx: Database): Promise<readonly string[]> =>
  either(await tenantsThere(capture, origin), await tenantsHere(capture, cdx));

/** It is running once its loads are there: before, it would count as done. */
const BEGIN_RUN = `
INSERT INTO sync_runs (id, source, kind, status, started_at) VALUES ($1, $2, $3, 'pending', now())`;

/** One load of a tenant at a time: what is more urgent takes the other's place and begins again. */
const REQUEST = `
INSERT INTO sync_loads AS load (source, tenant_id, kind, run_id, is_behind)
SELECT $1, tenant_id, $2, $3, $4 FROM unnest($5::text[]) AS tenant_id
ON CONFLICT (tenant_id, source) DO UPDATE
   SET kind = excluded.kind, run_id = excluded.run_id, is_behind = load.is_behind OR excluded.is_behind,
       target = NULL, last_id = NULL, not_before = now()
 WHERE excluded.kind <> 'reconcile'`;

const COUNT_TENANTS = `
UPDATE sync_runs SET status = 'running', started_at = coalesce(started_at, now()), tenants = $2 WHERE id = $1`;

interface Request {
  readonly kind: LoadKind;
  readonly tenants: readonly string[];
  /** A run that is there already; else one is begun. */
  readonly runId?: string;
  /** Whether what cdx has of them is known not to be what it should be. */
  readonly isBehind: boolean;
}

/** Asks for tenants to be taken anew. @returns the run's id. */
export async function requestLoads(
  cdx: Database,
  source: string,
  { kind, tenants, runId, isBehind }: Request,
): Promise<string> {
  const run = runId ?? uuid();
  if (runId === undefined) await cdx.query(BEGIN_RUN, [run, source, kind]);
  await cdx.query(REQUEST, [source, kind, run, isBehind, tenants]);
  await cdx.query(COUNT_TENANTS, [run, tenants.length]);
  return run;
}

const NEXT = `
SELECT tenant_id AS "tenantId", kind, run_id AS "runId", target, last_id AS "lastId", begun_at::text AS "begunAt" FROM sync_loads
 WHERE source = $1 AND not_before <= now()
 ORDER BY array_position(ARRAY['rebuild', 'seed', 'set_aside', 'reconcile'], kind::text), target IS NULL, tenant_id LIMIT $2`;

/**
 * What to take next: one tenant whose rows are under way, or as many as given whose totals are to be
 * taken, all of one kind. Empty when nothing is due.
 */
export async function nextLoads({ cdx, name }: Source, limit: number): Promise<readonly Load[]> {
  const { rows } = await cdx.query<Load>(NEXT, [name, limit]);
  const [first] = rows;
  if (first === undefined) return [];
  return first.target === null ? rows.filter(({ kind, target }) => kind === first.kind && target === null) : [first];
}

/**
 * Runs none of whose tenants has a load any more are done, and what was set aside of tenants without one
 * has been accepted; a reconciliation says so at the source's checkpoint.
 */
const FINISH = `
WITH done AS (
  UPDATE sync_runs r SET status = CASE WHEN error IS NULL THEN 'succeeded' ELSE 'failed' END, finished_at = clock_timestamp()
   WHERE r.source = $1 AND r.status = 'running' AND r.kind IN ('seed', 'rebuild', 'reconcile')
     AND NOT EXISTS (SELECT FROM sync_loads l WHERE l.run_id = r.id) RETURNING kind, drift),
accepted AS (
  UPDATE dead_letters d SET status = 'retried', resolved_at = now(), updated_at = now()
   WHERE d.source = $1 AND d.job = 'drain' AND d.status = 'open'
     AND NOT EXISTS (SELECT FROM sync_loads l WHERE l.source = $1 AND l.tenant_id = d.tenant_id))
UPDATE sync_checkpoints c SET last_reconciled_at = now(), drift = done.drift FROM done
 WHERE c.source = $1 AND done.kind = 'reconcile'`;

export async function finishRuns({ cdx, name }: Source): Promise<void> {
  await cdx.query(FINISH, [name]);
}

export interface Progress {
  readonly status: string;
  readonly tenants: number;
  readonly done: number;
  readonly rows: number;
  readonly drift: number;
  readonly error: string | null;
}

const PROGRESS = `
SELECT status, coalesce(tenants, 0) AS tenants, rows_read::float8 AS rows, drift::float8, error,
       coalesce(tenants, 0) - (SELECT count(*) FROM sync_loads l WHERE l.run_id = r.id)::integer AS done
  FROM sync_runs r WHERE id = $1`;

/** How far a run has come. */
export async function readProgress(cdx: Database, run: string): Promise<Progress> {
  const { rows } = await cdx.query<Progress>(PROGRESS, [run]);
  const [progress] = rows;
  if (progress === undefined) throw new Error('there is no such run');
  return progress;
}
