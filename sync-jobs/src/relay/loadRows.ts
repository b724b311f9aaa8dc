/** One step of taking a tenant's rows anew: the next so many in the order of their ids. */
import type { RowSource } from '@metatron/prisma/capture/declare';
import type pg from 'pg';

import { inTransaction } from '../transaction.ts';

import type { Followed } from './checkpoint.ts';
import { putOrSetAside } from './isolate.ts';
import type { Load } from './loads.ts';
import { isWhole, lookValues, pollOnce } from './poll.ts';
import { pollStatement, type Look, type Poll } from './pollStatement.ts';
import { isOfData } from './reason.ts';
import type { Chunk } from './rows.ts';
import { replaceStatement } from './rowStatements.ts';
import { END_OF_LOAD } from './setAside.ts';
import type { Source } from './source.ts';

const CHUNK_ROWS = 1_000;

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

/** Rows, and what else has changed up to them. */
export type RowsFound = Poll & Chunk;

/**
 * The next rows of a load, and the changes between the checkpoint and them: those are to be applied first,
 * so that the rows are never ahead of the checkpoint.
 * @returns undefined when another server answers; `none` where the tenant's are not shown; `later` when
 *   there are so many changes that an ordinary step has to come first.
 */
export async function readRows(
  { name, capture, origin }: Source,
  checkpoint: Followed,
  look: Look,
  { load, rowsAtOnce }: { readonly load: Load; readonly rowsAtOnce: number },
): Promise<RowsFound | 'none' | 'later' | undefined> {
  const source = capture.rows.find(({ target }) => target === load.target);
  if (source === undefined || !isShown(source, load.tenantId)) return 'none';
  const isFirst = load.lastId === null;
  const values = [...lookValues(look, rowsAtOnce), load.tenantId, CHUNK_ROWS, ...(isFirst ? [] : [load.lastId])];
  const found = await pollOnce<RowsFound>(origin, checkpoint, {
    name: `poll ${name} ${source.target} ${isFirst ? 'first' : 'next'}`,
    text: pollStatement(capture, { chunk: { source, isFirst } }),
    values,
  });
  return found === undefined || isWhole(found, look, rowsAtOnce) ? found : 'later';
}

/** @returns how many rows were different; undefined when another worker has applied something meanwhile. */
async function replace(
  source: Source,
  rows: RowSource,
  { tenantId, lastId }: Load,
  { chunk, place }: { readonly chunk: Chunk; readonly place: string },
): Promise<number | undefined> {
  const end = chunk.count < CHUNK_ROWS ? null : chunk.last;
  const json = chunk.rows ?? '[]';
  const { name, cdx } = source;
  const values = [name, place, json, tenantId, lastId, end];
  const run = async (db: Pick<pg.Pool, 'query'>, puts: boolean): Promise<number | undefined> =>
    (await db.query<{ changed: number }>(replaceStatement(rows, { puts }), values)).rows[0]?.changed;
  try {
    return await run(cdx, true);
  } catch (error) {
    if (!isOfData(error)) throw error;
    return inTransaction(cdx, async (client) => {
      const gone = await run(client, false);
      if (gone !== undefined) await putOrSetAside(client, source, rows, json);
      return gone;
    });
  }
}

interface Taken {
  /** Whether the checkpoint's generation has moved by one, and by this alone. */
  readonly moved: boolean;
  readonly next: Load | undefined;
}

/** Puts the rows that were read in the place of those there, as long as the checkpoint is where they were read. */
export async function takeRows(source: Source, { place }: Followed, load: Load, chunk: Chunk | 'none'): Promise<Taken> {
  const rows = source.capture.rows.find(({ target }) => target === load.target);
  if (rows === undefined || chunk === 'none') return { moved: false, next: await goOn(source, load) };
  const changed = await replace(source, rows, load, { chunk, place });
  if (changed === undefined) return { moved: false, next: undefined };
  const next = await goOn(source, load, chunk);
  const drift = load.kind === 'reconcile' || load.kind === 'rebuild' ? changed : 0;
  if (load.runId !== null) await source.cdx.query(COUNT, [load.runId, chunk.count, changed, drift]);
  return { moved: true, next };
}
