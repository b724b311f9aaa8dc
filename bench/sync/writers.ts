/** What the triggers cost those who write row by row, at four connections. */
import { embeddedDatabase } from '@metatron/prisma/provision';
import type pg from 'pg';

import { median, round, takeTurns } from '../statistics.ts';

import { capture, insertRows, leads, prepareFeed, TENANTS, tenantName } from './feeds.ts';
import type { SyncPlatform } from './syncPlatform.ts';

const CONNECTIONS = 4;
const TURN_MS = 1_500;
const TURNS = { warmUps: 1, rounds: 15 };

const single = { name: 'lead', text: insertRows(leads, '$1', '$2::bigint') };

/** Transactions a second of connections that write row after row. */
async function insertAlone(clients: readonly pg.PoolClient[], next: () => number): Promise<number> {
  const begun = performance.now();
  let done = 0;
  const write = async (client: pg.PoolClient, index: number): Promise<void> => {
    for (; performance.now() - begun < TURN_MS; done += 1)
      await client.query({ ...single, values: [tenantName((index + done) % TENANTS), next()] });
  };
  await Promise.all(clients.map(write));
  return (done * 1000) / (performance.now() - begun);
}

export async function measureWriters(platform: SyncPlatform) {
  const sql = platform.sql(embeddedDatabase('crm'));
  await prepareFeed(sql, leads);
  let number = 0;
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => sql.connect()));
  const turn = async (isOn: boolean): Promise<number> => {
    await capture(sql, leads, isOn);
    return insertAlone(clients, () => (number += 1));
  };
  const rates = await takeTurns({ captured: () => turn(true), none: () => turn(false) }, TURNS);
  for (const client of clients) client.release();
  const [captured, none] = [median(rates.captured), median(rates.none)];
  return { ratio: round(captured / none), perSecond: Math.round(captured), perSecondWithout: Math.round(none) };
}
