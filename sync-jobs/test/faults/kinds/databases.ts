/** Databases that end without having been asked, and come back. */
import { setTimeout as sleep } from 'node:timers/promises';

import { eventually } from '../../kit.ts';
import { awhile, type Fault } from '../fault.ts';
import type { World } from '../world.ts';

type Side = 'source' | 'cdx';

const waysTo = (world: World, side: Side) => world.workers.map(({ proxies }) => proxies[side]);

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
function sessionKilled(side: Side): Fault {
  return {
    name: `a session of ${side} is killed`,
    befall: async (world) => {
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
    },
  };
}

async function untilAnswers(world: World, side: Side): Promise<void> {
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

/** The relay has seen a transaction end whose end is not written: its id is given out again after the crash. */
async function crashAfterRollback(world: World): Promise<void> {
  const { crm, cdx } = world.sql;
  const insert = "INSERT INTO customers (tenant_id, id) VALUES ('globex', gen_random_uuid())";
  const { rows } = await crm.query<{ id: string }>('SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS id');
  await crm.query(`BEGIN; SET LOCAL session_replication_role = replica; ${insert}; ROLLBACK`);
  const seen = async (): Promise<boolean> => {
    const past =
      "SELECT FROM sync_checkpoints WHERE source = 'crm' AND pg_snapshot_xmax(snapshot::pg_snapshot) > $1::xid8";
    return (await cdx.query(past, [rows[0]?.id])).rowCount === 1;
  };
  await eventually(seen, 5_000, 'the rollback is in the checkpoint');
  for (const way of waysTo(world, 'source')) way.refuse();
  await world.source.crash();
  await world.source.start();
  await untilAnswers(world, 'source');
  for (let times = 0; times < 5; times += 1)
    await crm.query(`BEGIN; SET LOCAL session_replication_role = replica; ${insert}; COMMIT`);
  for (const way of waysTo(world, 'source')) way.heal();
}

export const databases: readonly Fault[] = [
  crashed('source'),
  crashed('cdx'),
  sessionKilled('source'),
  sessionKilled('cdx'),
  {
    name: 'source is killed when a relay has seen a rollback that was not yet written',
    alone: true,
    slow: true,
    befall: crashAfterRollback,
  },
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
