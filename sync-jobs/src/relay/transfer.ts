/**
 * What is too much for one statement: a seed, which takes everything anew, and a backlog with many
 * changed rows. Rows stream from one snapshot of the source into one transaction of cdx, which ends
 * with the ordinary statement; memory stays that of one chunk.
 */
import type { RowSource } from '@metatron/prisma/capture/declare';
import type pg from 'pg';
import { v7 as uuid } from 'uuid';

import { inTransaction } from '../transaction.ts';

import { applyParameters, applyStatement, putStatement, takeStatement } from './applyStatement.ts';
import type { Checkpoint } from './checkpoint.ts';
import { collapse } from './collapse.ts';
import { pollStatement, ranges, type Poll } from './pollStatement.ts';
import { allRows, AUDIT_COLUMNS, changedRows, goneKeys } from './rows.ts';
import type { Snapshot } from './snapshot.ts';
import type { Source } from './source.ts';
import { targetsOf } from './targets.ts';

const CHUNK_ROWS = 1_000;
const PATIENCE = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = '5min'";

const SNAPSHOT = 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; ';

/** The rows of a query as JSON arrays of `CHUNK_ROWS`. */
async function* chunks(
  client: pg.PoolClient,
  query: string,
  scope = '',
): AsyncGenerator<{ readonly json: string; readonly rows: number }> {
  await client.query(
    `DECLARE chunk NO SCROLL CURSOR FOR ${scope} SELECT row_to_json(found)::text AS row FROM (${query}) AS found`,
  );
  for (;;) {
    const { rows } = await client.query<{ row: string }>(`FETCH ${String(CHUNK_ROWS)} FROM chunk`);
    if (rows.length > 0) yield { json: `[${rows.map(({ row }) => row).join(',')}]`, rows: rows.length };
    if (rows.length < CHUNK_ROWS) break;
  }
  await client.query('CLOSE chunk');
}

async function copy(
  origin: pg.PoolClient,
  cdx: pg.PoolClient,
  query: string,
  statement: string,
  scope: string,
  first: readonly string[] = [],
): Promise<number> {
  let copied = 0;
  for await (const { json, rows } of chunks(origin, query, scope)) {
    await cdx.query(statement, [...first, json]);
    copied += rows;
  }
  return copied;
}

/** Waits for whoever is at this source now; false when the checkpoint has moved on. */
async function lock(cdx: pg.PoolClient, source: Source, { generation }: Checkpoint): Promise<boolean> {
  const { rowCount } = await cdx.query(
    'SELECT FROM sync_checkpoints WHERE source = $1 AND generation = $2 FOR UPDATE',
    [source.name, generation],
  );
  return rowCount === 1;
}

async function finish(cdx: pg.PoolClient, source: Source, { generation }: Checkpoint, poll: Poll): Promise<void> {
  const arrays = applyParameters(source.capture).map((name) => poll[name] ?? null);
  await cdx.query(applyStatement(source.capture), [
    source.name,
    generation,
    poll.snapshot,
    poll.completeThrough,
    poll.lagMs,
    poll.changes,
    null,
    ...arrays,
  ]);
}

const bounds = ({ xmax, inProgress }: Snapshot) => ({
  xmax: `'${xmax}'::xid8`,
  running: `'{${inProgress.join(',')}}'::xid8[]`,
});

/**
 * Applies a backlog whose changed rows are many.
 * @returns what was applied; undefined when another worker was faster, or a table was truncated.
 */
export function transferBacklog(source: Source, checkpoint: Checkpoint, since: Snapshot): Promise<Poll | undefined> {
  const { capture, name } = source;
  const scope = `WITH ${ranges(capture, bounds(since))}`;
  const read = async (origin: pg.PoolClient, cdx: pg.PoolClient): Promise<Poll | undefined> => {
    const {
      rows: [poll],
    } = await origin.query<Poll>(pollStatement(capture), [since.xmax, since.inProgress, 0]);
    if (poll === undefined || poll.truncated || !(await lock(cdx, source, checkpoint))) return undefined;
    for (const rows of capture.rows) {
      await copy(origin, cdx, changedRows(rows), putStatement(rows), scope);
      await copy(origin, cdx, goneKeys(rows), takeStatement(rows), scope);
    }
    await copy(
      origin,
      cdx,
      `SELECT ${AUDIT_COLUMNS} FROM audit_entries ORDER BY at, id`,
      'SELECT audit_log_append($1, $2::jsonb)',
      scope,
      [name],
    );
    await finish(cdx, source, checkpoint, poll);
    return poll;
  };
  return inTransaction(
    source.origin,
    (origin) => inTransaction(source.cdx, (cdx) => read(origin, cdx), PATIENCE),
    `${SNAPSHOT}${PATIENCE}`,
  );
}

/** The whole of a source's aggregates, in the shape of a poll's. */
function seedStatement({ capture }: Source): string {
  const totals = targetsOf(capture).map(
    (target) =>
      `, (SELECT json_agg(found) FROM (${collapse(target, 'rows')}) AS found)::text AS "totals_${target.table}"`,
  );
  return `SELECT pg_current_snapshot()::text AS snapshot, statement_timestamp()::text AS "completeThrough",
    0 AS changes, false AS truncated, 0 AS volume, 0 AS "lagMs", NULL AS audit${totals.join('')}`;
}

async function empty(cdx: pg.PoolClient, { capture }: Source): Promise<void> {
  const tables = [...targetsOf(capture).map(({ table }) => table), ...capture.rows.map(({ target }) => target)];
  for (const table of tables) await cdx.query(`DELETE FROM ${table}`);
}

async function recordSeed(cdx: pg.PoolClient, { name }: Source, { identity }: Checkpoint, rows: number): Promise<void> {
  await cdx.query('UPDATE sync_checkpoints SET system_identifier = $2, epoch = $3 WHERE source = $1', [
    name,
    identity.systemIdentifier,
    identity.epoch,
  ]);
  await cdx.query(
    "INSERT INTO sync_runs (id, source, kind, status, rows_read, rows_written, started_at, finished_at) VALUES ($1, $2, 'seed', 'succeeded', $3, $3, now(), clock_timestamp())",
    [uuid(), name, rows],
  );
}

/**
 * Takes everything anew; readers of cdx see what was there until it is whole.
 * @returns what was read; undefined when another worker was faster.
 */
export function seed(source: Source, checkpoint: Checkpoint): Promise<Poll | undefined> {
  const { capture, name } = source;
  const audit = `SELECT ${AUDIT_COLUMNS} FROM audit_entries ORDER BY at, id`;
  const read = async (origin: pg.PoolClient, cdx: pg.PoolClient): Promise<Poll | undefined> => {
    // Locked before the source is read: what another worker applies meanwhile would be undone.
    if (!(await lock(cdx, source, checkpoint))) return undefined;
    const {
      rows: [poll],
    } = await origin.query<Poll>(seedStatement(source));
    if (poll === undefined) return undefined;
    await empty(cdx, source);
    let rows = 0;
    for (const table of capture.rows)
      rows += await copy(origin, cdx, allRows(table satisfies RowSource), putStatement(table), '');
    rows += await copy(origin, cdx, audit, 'SELECT audit_log_append($1, $2::jsonb)', '', [name]);
    await finish(cdx, source, checkpoint, poll);
    await recordSeed(cdx, source, checkpoint, rows);
    return poll;
  };
  return inTransaction(
    source.origin,
    (origin) => inTransaction(source.cdx, (cdx) => read(origin, cdx), PATIENCE),
    `${SNAPSHOT}${PATIENCE}`,
  );
}
