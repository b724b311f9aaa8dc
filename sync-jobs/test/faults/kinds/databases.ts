/** Databases that end without having been asked, and come back. */
import { setTimeout as sleep } from 'node:timers/promises';

import { awhile, type Fault } from '../fault.ts';
import type { World } from '../world.ts';

export type Side = 'source' | 'cdx';

export const waysTo = (world: World, side: Side) => world.workers.map(({ proxies }) => proxies[side]);

function crashed(side: Side): Fault {
  return {
    name: `${side} is killed`,
    befall: async (world, random) => {
      await world[side].crash();
      if (random.oneIn(2)) await sleep(awhile(random));
      await world[side].start();
    },
  };
}

/** One session is killed: the others are ended, and the postmaster recovers by itself. */
export async function killSession(world: World, side: Side): Promise<void> {
  const pool = world.sql[side === 'cdx' ? 'cdx' : 'crm'];
  const { rows } = await pool.query<{ pid: number }>(
    "SELECT pid FROM pg_stat_activity WHERE usename LIKE 'metatron%' ORDER BY state = 'active' DESC, query_start DESC LIMIT 1",
  );
  const [session] = rows;
  if (session === undefined) throw new Error(`no worker is at ${side}`);
  const witness = await pool.connect();
  witness.on('error', () => undefined);
  const ended = new Promise((resolve) => witness.once('end', resolve));
  world[side].killSession(session.pid);
  await ended;
  witness.release(true);
  await untilAnswers(world, side);
}

const sessionKilled = (side: Side): Fault => ({
  name: `a session of ${side} is killed`,
  befall: (world) => killSession(world, side),
});

export async function untilAnswers(world: World, side: Side): Promise<void> {
  const pool = world.sql[side === 'cdx' ? 'cdx' : 'crm'];
  for (;;) {
    const answered = await pool.query('SELECT').then(
      () => true,
      () => false,
    );
    if (answered) return;
    await sleep(10);
  }
}

export const databases: readonly Fault[] = [
  crashed('source'),
  crashed('cdx'),
  sessionKilled('source'),
  sessionKilled('cdx'),
  {
    name: 'source is killed, and written to before a relay sees it again',
    befall: async (world, random) => {
      for (const way of waysTo(world, 'source')) way.refuse();
      await world.source.crash();
      await world.source.start();
      await sleep(awhile(random));
      for (const way of waysTo(world, 'source')) way.heal();
    },
  },
];
