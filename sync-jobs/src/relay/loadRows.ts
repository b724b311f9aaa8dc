/** One step of taking a tenant's rows anew: the next so many in the order of their ids. */
import type { RowSource } from '@metatron/prisma/capture/declare';
import type pg from 'pg';

import { inTransaction } from '../transaction.ts';

import type { Followed } from './checkpoint.ts';
import { putOrSetAside } from './isolate.ts';
import type { Load } from './loads.ts';
import { isOfData } from './reason.ts';
import { rowsInOrder } from './rows.ts';
import { replaceStatement } from './rowStatements.ts';
import { END_OF_LOAD } from './setAside.ts';
import type { Source } from './source.ts';

const CHUNK_ROWS = 1_000;

interface Chunk {
  readonly rows: string | null;
  readonly count: number;
  readonly last: string | null;
}

/** Where the load goes on, unless it has been asked for anew meanwhile. */
const GO_ON = `
UPDATE sync_loads SET target = $6, last_id = $7
 WHERE source = $1 AND tenant_id = $2 AND target = $3 AND last_id IS NOT DISTINCT FROM $4
   AND begun_at IS NOT DISTINCT FROM $5::timestamptz`;
const COUNT = `
UPDATE sync_runs SET rows_read = rows_read + $2, rows_written = rows_written + $3, drift = drift + $4 WHERE id = $1`;

const isShown = ({ onlyTenant }: RowSource, tenantId: string): boolean =>
  onlyTenant === undefined || onlyTenant === tenantId;

/** @returns where the load goes on; undefined when it is done. */
async function goOn({ name, cdx, capture: { rows } }: Source, load: Load, chunk?: Chunk): Promise<Load | undefined> {
  const at = [name, load.tenantId, load.target, load.lastId, load.begunAt];
  const after = rows[rows.findIndex(({ target }) => target === load.target) + 1];
  const isMore = chunk?.count === CHUNK_ROWS;
  if (!isMore && (after === undefined || load.target === null)) {
    await cdx.query(END_OF_LOAD, at);
    return undefined;
  }
  const next = isMore ? { target: load.target, lastId: chunk.last } : { target: after?.target ?? null, lastId: null };
  await cdx.query(GO_ON, [...at, next.target, next.lastId]);
  return { ...load, ...next };
}

async function read({ origin }: Source, rows: RowSource, { tenantId, lastId }: Load): Promise<Chunk> {
  const found = await origin.query<Chunk>(rowsInOrder(rows), [tenantId, lastId, CHUNK_ROWS]);
  return found.rows[0] ?? { rows: null, count: 0, last: null };
}

/** @returns how many rows were different; undefined when another worker has applied something meanwhile. */
async function replace(
  { name, cdx }: Source,
  rows: RowSource,
  { tenantId, lastId }: Load,
  { chunk, generation }: { readonly chunk: Chunk; readonly generation: string },
): Promise<number | undefined> {
  const end = chunk.count < CHUNK_ROWS ? null : chunk.last;
  const json = chunk.rows ?? '[]';
  const values = [name, generation, json, tenantId, lastId, end];
  const run = async (db: Pick<pg.Pool, 'query'>, puts: boolean): Promise<number | undefined> =>
    (await db.query<{ changed: number }>(replaceStatement(rows, { puts }), values)).rows[0]?.changed;
  try {
    return await run(cdx, true);
  } catch (error) {
    if (!isOfData(error)) throw error;
    return inTransaction(cdx, async (client) => {
      const gone = await run(client, false);
      if (gone !== undefined) await putOrSetAside(client, name, rows, json);
      return gone;
    });
  }
}

interface Taken {
  /** Whether the checkpoint's generation has moved by one, and by this alone. */
  readonly moved: boolean;
  readonly next: Load | undefined;
}

/**
 * Takes the next rows of a load. They are as they are after the checkpoint: what changed between the two
 * is brought again by the drain, and what another worker brought meanwhile makes this change nothing.
 */
export async function loadRows(source: Source, { generation }: Followed, load: Load): Promise<Taken> {
  const { cdx, capture } = source;
  const rows = capture.rows.find(({ target }) => target === load.target);
  if (rows === undefined || !isShown(rows, load.tenantId)) return { moved: false, next: await goOn(source, load) };
  const chunk = await read(source, rows, load);
  const changed = await replace(source, rows, load, { chunk, generation });
  if (changed === undefined) return { moved: false, next: undefined };
  const next = await goOn(source, load, chunk);
  const drift = load.kind === 'reconcile' || load.kind === 'rebuild' ? changed : 0;
  if (load.runId !== null) await cdx.query(COUNT, [load.runId, chunk.count, changed, drift]);
  return { moved: true, next };
}
