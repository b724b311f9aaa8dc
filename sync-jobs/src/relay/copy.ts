/** Rows that stream from one transaction of a source into one of cdx. */
import type pg from 'pg';

import type { Checkpoint } from './checkpoint.ts';
import { AUDIT_COLUMNS } from './rows.ts';
import type { Source } from './source.ts';

const CHUNK_ROWS = 1_000;

/** For transactions that may take long: the process watches over them, not the roles' time limits. */
export const PATIENCE = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = '30s'";
export const SNAPSHOT = 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; ';

interface Read {
  /** A WITH clause before the query, or nothing. */
  readonly scope: string;
  readonly query: string;
}

async function fetch(origin: pg.PoolClient): Promise<readonly string[]> {
  const { rows } = await origin.query<{ row: string }>(`FETCH ${String(CHUNK_ROWS)} FROM chunk`);
  return rows.map(({ row }) => row);
}

/** Gives the rows of a query, a JSON array of so many at a time, to whoever puts them in; meanwhile the next are fetched. */
export async function copy(
  origin: pg.PoolClient,
  { scope, query }: Read,
  put: (json: string) => Promise<unknown>,
): Promise<void> {
  await origin.query(
    `DECLARE chunk NO SCROLL CURSOR FOR ${scope} SELECT row_to_json(found)::text AS row FROM (${query}) AS found`,
  );
  let rows = await fetch(origin);
  while (rows.length > 0) {
    const next = fetch(origin);
    const [following] = await Promise.all([next, put(`[${rows.join(',')}]`)]);
    rows = following;
  }
  await origin.query('CLOSE chunk');
}

/** Audit entries into the chain; those that are there stay as they are. */
export const copyAudit = (origin: pg.PoolClient, cdx: pg.PoolClient, source: string, scope: string): Promise<void> =>
  copy(origin, { scope, query: `SELECT ${AUDIT_COLUMNS} FROM audit_entries ORDER BY at, id` }, (json) =>
    cdx.query('SELECT audit_log_append($1, $2::jsonb)', [source, json]),
  );

/** Waits for whoever is at this source now; false when the checkpoint has moved on. */
export async function lockCheckpoint(cdx: pg.PoolClient, { name }: Source, { generation }: Checkpoint) {
  const { rowCount } = await cdx.query(
    'SELECT FROM sync_checkpoints WHERE source = $1 AND generation = $2 FOR UPDATE',
    [name, generation],
  );
  return rowCount === 1;
}
