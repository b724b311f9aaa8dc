/** What a relay has seen at a source, and the source then loses: it was not yet on a disk. */
import { eventually } from '../../kit.ts';
import type { Fault } from '../fault.ts';
import type { World } from '../world.ts';

import { killSession, untilAnswers, waysTo } from './databases.ts';

const BEGIN = 'BEGIN; SET LOCAL session_replication_role = replica';
const INSERT = "INSERT INTO customers (tenant_id, id) VALUES ('globex', gen_random_uuid())";
const COMMIT_LATER = 'SET LOCAL synchronous_commit = off; COMMIT';

/** Waits until cdx has all that had been committed by now. */
async function untilSeen({ sql: { crm, cdx } }: World): Promise<void> {
  const { rows } = await crm.query<{ at: string }>('SELECT clock_timestamp()::text AS at');
  const past = "SELECT FROM sync_checkpoints WHERE source = 'crm' AND complete_through > $1::timestamptz";
  const seen = async (): Promise<boolean> => (await cdx.query(past, [rows[0]?.at])).rowCount === 1;
  await eventually(seen, 5_000, 'a relay has seen what was committed');
}

async function crash(world: World): Promise<void> {
  await world.source.crash();
  await world.source.start();
  await untilAnswers(world, 'source');
}

/** Loses what is not written while no relay looks, and lets its transaction ids be given out again if need be. */
async function lose(world: World, fall: () => Promise<void>, writes = 0): Promise<void> {
  for (const way of waysTo(world, 'source')) way.refuse();
  await fall();
  for (let times = 0; times < writes; times += 1) await world.sql.crm.query(`${BEGIN}; ${INSERT}; COMMIT`);
  for (const way of waysTo(world, 'source')) way.heal();
}

/** The last to commit has a lower id than what is on the disk, and is lost. */
async function commitLate(world: World): Promise<void> {
  const late = await world.sql.crm.connect();
  try {
    await late.query(`${BEGIN}; ${INSERT}`);
    await world.sql.crm.query(`${BEGIN}; ${INSERT}; COMMIT`);
    await untilSeen(world);
    await late.query(COMMIT_LATER);
  } finally {
    late.release();
  }
  await untilSeen(world);
}

export const lost: readonly Fault[] = [
  {
    name: 'source is killed when a relay has seen a rollback that was not yet written',
    alone: true,
    slow: true,
    befall: async (world) => {
      await world.sql.crm.query(`${BEGIN}; ${INSERT}; ROLLBACK`);
      await untilSeen(world);
      await lose(world, () => crash(world), 5);
    },
  },
  {
    name: 'source is killed when a relay has seen a late commit that was not yet written',
    alone: true,
    slow: true,
    befall: async (world) => {
      await commitLate(world);
      await lose(world, () => crash(world));
    },
  },
  {
    name: 'a session of source is killed when a relay has seen a late commit that was not yet written',
    alone: true,
    slow: true,
    befall: async (world) => {
      await commitLate(world);
      await killSession(world, 'source');
    },
  },
];
