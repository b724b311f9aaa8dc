/** Rows that stream from one transaction of a source into one of cdx. */
import type pg from 'pg';

import type { Checkpoint } from './checkpoint.ts';
import { PLACE } from './place.ts';
import { AUDIT_COLUMNS } from './rows.ts';
import { whilePresent } from './present.ts';
import type { Source } from './source.ts';

const FETCH = 'FETCH 1000 FROM chunk';

/** For transactions that may take long: the process watches over them, not the roles' time limits. */
export const PATIENCE = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = '30s'";
export const SNAPSHOT = 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; ';

/** A transaction at each end of the way. */
export interface Ends {
  readonly origin: pg.PoolClient;
  readonly cdx: pg.PoolClient;
}

interface Read {
  /** A WITH clause before the query, or nothing. */
  readonly scope: string;
  readonly query: string;
}

/** By column: JSON, or nothing. */
type Found = Readonly<Record<string, string | null>>;

/** A column as one JSON array, without what is null. */
export const listOf = (rows: readonly Found[], column: string): string =>
  `[${rows.flatMap((row) => row[column] ?? []).join(',')}]`;

/** Gives the rows of a query, so many at a time, to whoever puts them in; meanwhile the next are fetched. */
export async function copy(
  { origin, cdx }: Ends,
  { scope, query }: Read,
  put: (rows: readonly Found[]) => Promise<unknown>,
): Promise<void> {
  await origin.query(`DECLARE chunk NO SCROLL CURSOR FOR ${scope} ${query}`);
  const fetch = async (): Promise<readonly Found[]> => (await origin.query<Found>(FETCH)).rows;
  let rows = await whilePresent(cdx, fetch());
  while (rows.length > 0) {
    const following = fetch();
    // Should putting fail, nobody waits for it any more.
    following.catch(() => undefined);
    await put(rows);
    rows = await whilePresent(cdx, following);
  }
  await origin.query('CLOSE chunk');
}

const ENTRIES = `SELECT row_to_json(found)::text AS entry FROM (SELECT ${AUDIT_COLUMNS} FROM audit_entries ORDER BY at, id) AS found`;

/** Audit entries into the chain; those that are there stay as they are. */
export const copyAudit = (ends: Ends, source: string, scope: string): Promise<void> =>
  copy(ends, { scope, query: ENTRIES }, (rows) =>
    ends.cdx.query('SELECT audit_log_append($1, $2::jsonb)', [source, listOf(rows, 'entry')]),
  );

/** Waits for whoever is at this source now; false when the checkpoint has moved on. */
export async function lockCheckpoint(cdx: pg.PoolClient, { name }: Source, { place }: Checkpoint) {
  const { rowCount } = await cdx.query(`SELECT FROM sync_checkpoints WHERE source = $1 AND ${PLACE} = $2 FOR UPDATE`, [
    name,
    place,
  ]);
  return rowCount === 1;
}
