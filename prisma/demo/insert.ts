import { escapeIdentifier as identifier } from 'pg';
import type { PoolClient } from 'pg';

import type { Row, Step } from './scene.ts';

/** A statement ends well within the 10 s that a service's statement may take. */
const CHUNK = 1_000;

/** One parameter whatever the number of rows; PostgreSQL reads each value as its column's type. */
function insertSql(table: string, columns: readonly string[]): string {
  const list = columns.map(identifier).join(', ');
  return `INSERT INTO ${identifier(table)} (${list}) SELECT ${list} FROM jsonb_populate_recordset(NULL::${identifier(table)}, $1::jsonb) ON CONFLICT DO NOTHING`;
}

function sqlOf(step: Step, first: Row): string {
  return 'sql' in step ? step.sql : insertSql(step.table, Object.keys(first));
}

/**
 * A connection plans the checks of its foreign keys and triggers once, and while a table is nearly
 * empty any index looks as good as the right one. Before each step they are planned anew.
 */
const PLAN_ANEW = 'DISCARD PLANS';

/**
 * Runs a step, one statement per thousand rows.
 * @returns the rows inserted; a statement over existing rows counts none.
 */
export async function runStep(client: PoolClient, step: Step): Promise<number> {
  const [first] = step.rows;
  if (first === undefined) return 0;
  const sql = sqlOf(step, first);
  let inserted = 0;
  await client.query(PLAN_ANEW);
  for (let from = 0; from < step.rows.length; from += CHUNK) {
    const { rowCount } = await client.query(sql, [JSON.stringify(step.rows.slice(from, from + CHUNK))]);
    inserted += 'sql' in step ? 0 : (rowCount ?? 0);
  }
  return inserted;
}
