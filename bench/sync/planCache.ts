/** A statement over many rows, in a session that knows the triggers from ten thousand small ones, and in a fresh one. */
import { embeddedDatabase } from '@metatron/prisma/provision';
import type pg from 'pg';

import { median, round, takeTurns } from '../statistics.ts';

import { insertRows, leads, prepareFeed, tenantName } from './feeds.ts';
import type { SyncPlatform } from './syncPlatform.ts';

const ROWS = 10_000;
const TURNS = { warmUps: 1, rounds: 5 };

const CHANGE_ALL = `UPDATE leads SET value = value + 1 WHERE tenant_id = '${tenantName(0)}'`;
/** Each its own statement, so that each fires the triggers. */
const CHANGE_EACH = `DO $$ BEGIN
  FOR n IN 1..${ROWS} LOOP
    UPDATE leads SET value = value + 1 WHERE tenant_id = '${tenantName(0)}' AND id = bench_id(n);
  END LOOP;
END $$`;

async function timeOfAll(client: pg.ClientBase): Promise<number> {
  const begun = performance.now();
  await client.query(CHANGE_ALL);
  return performance.now() - begun;
}

/**
 * The small changes first, in the session that then changes all or in another one: both find the table as those left
 * it. Each turn has sessions of its own: what one planned before, it planned for this turn.
 */
async function turn(sql: pg.Pool, isSameSession: boolean): Promise<number> {
  const first = await sql.connect();
  await first.query(CHANGE_EACH);
  if (!isSameSession) first.release(true);
  const client = isSameSession ? first : await sql.connect();
  const ms = await timeOfAll(client);
  client.release(true);
  // The rows' old versions would make every turn slower than the one before.
  await sql.query('VACUUM leads');
  return ms;
}

export async function measurePlanCache(platform: SyncPlatform) {
  const sql = platform.sql(embeddedDatabase('crm'));
  await prepareFeed(sql, leads);
  await sql.query(insertRows(leads, '$1', 'n', `FROM generate_series(1, ${ROWS}) AS n`), [tenantName(0)]);
  const times = await takeTurns({ after: () => turn(sql, true), fresh: () => turn(sql, false) }, TURNS);
  const [afterMs, freshMs] = [median(times.after), median(times.fresh)];
  return { ratio: round(afterMs / freshMs), afterMs: round(afterMs), freshMs: round(freshMs) };
}
