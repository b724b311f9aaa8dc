/** What the triggers cost statements over ten thousand rows, in time and in WAL. */
import { embeddedDatabase } from '@metatron/prisma/provision';
import type pg from 'pg';

import { median, round, takeTurns } from '../statistics.ts';

import { capture, insertRows, leads, prepareFeed, tenantName } from './feeds.ts';
import type { SyncPlatform } from './syncPlatform.ts';

const ROWS = 10_000;
const TURNS = { warmUps: 2, rounds: 11 };

interface Cost {
  readonly ms: number;
  readonly wal: number;
}

async function costOf(client: pg.ClientBase, text: string, values: readonly unknown[]): Promise<Cost> {
  const position = async (): Promise<number> => {
    const { rows } = await client.query<{ n: string }>("SELECT pg_current_wal_insert_lsn() - '0/0' AS n");
    return Number(rows[0]?.n);
  };
  const before = await position();
  const begun = performance.now();
  const { rowCount } = await client.query(text, [...values]);
  const ms = performance.now() - begun;
  if (rowCount !== ROWS) throw new Error(`${rowCount ?? 0} rows`);
  return { ms, wal: (await position()) - before };
}

const range = 'tenant_id = $1 AND id BETWEEN bench_id($2::bigint) AND bench_id($3::bigint)';
const SQL = {
  insert: insertRows(leads, '$1', 'n', 'FROM generate_series($2::bigint, $3::bigint) AS n'),
  update: `UPDATE leads SET value = value + 1, updated_at = now() WHERE ${range}`,
  delete: `DELETE FROM leads WHERE ${range}`,
} as const;
type Statement = keyof typeof SQL;

/** The same 10,000 rows put, changed and taken, with the triggers or without. */
async function bulkTurn(client: pg.ClientBase, isOn: boolean, from: number): Promise<Record<Statement, Cost>> {
  await capture(client, leads, isOn);
  const values = [tenantName(0), from, from + ROWS - 1];
  const insert = await costOf(client, SQL.insert, values);
  const update = await costOf(client, SQL.update, values);
  return { insert, update, delete: await costOf(client, SQL.delete, values) };
}

interface Turn {
  readonly side: 'captured' | 'none';
  readonly costs: Record<Statement, Cost>;
}

function compare(turns: readonly Turn[], statement: Statement) {
  const medianOf = (side: Turn['side'], part: keyof Cost): number =>
    median(
      turns
        .filter((turn) => turn.side === side)
        .slice(TURNS.warmUps)
        .map(({ costs }) => costs[statement][part]),
    );
  const [ms, msWithout] = [medianOf('captured', 'ms'), medianOf('none', 'ms')];
  const [wal, walWithout] = [medianOf('captured', 'wal'), medianOf('none', 'wal')];
  return {
    ratio: round(ms / msWithout),
    walRatio: round(wal / walWithout),
    ms: round(ms),
    msWithout: round(msWithout),
    walBytes: wal,
  };
}

export async function measureBulk(platform: SyncPlatform) {
  const sql = platform.sql(embeddedDatabase('crm'));
  await prepareFeed(sql, leads);
  const client = await sql.connect();
  const turns: Turn[] = [];
  let from = 1;
  const turn = async (side: Turn['side']): Promise<number> =>
    turns.push({ side, costs: await bulkTurn(client, side === 'captured', (from += ROWS)) });
  await takeTurns({ captured: () => turn('captured'), none: () => turn('none') }, TURNS);
  client.release();
  return {
    insert: compare(turns, 'insert'),
    update: compare(turns, 'update'),
    delete: compare(turns, 'delete'),
  };
}
