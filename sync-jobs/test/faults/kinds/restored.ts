/** Databases that are no longer what they were: put back from a copy of their files, or altered by hand. */
import { setTimeout as sleep } from 'node:timers/promises';

import { sources } from '../../statements.ts';
import type { Fault } from '../fault.ts';
import type { World } from '../world.ts';

/** A statement that takes a transaction id and changes nothing. */
const BURN = 'SELECT pg_current_xact_id()';
const SOURCES = sources.map((name) => `'${name}'`).join(', ');

const TAKE_ANEW = `
UPDATE sync_checkpoints SET snapshot = NULL, generation = generation + 1 WHERE source IN (${SOURCES})`;

/** Copies a cluster, lets the writers go on, and puts the copy in its place. */
async function putBack(world: World, side: 'source' | 'cdx', meanwhile: () => Promise<unknown>): Promise<void> {
  await world[side].backUp();
  await meanwhile();
  await world[side].crash();
  world[side].restore();
  await world[side].start();
}

async function xactIds(world: World): Promise<number> {
  const { rows } = await world.sql.crm.query<{ next: string }>(
    'SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next',
  );
  return Number(rows[0]?.next);
}

export const restored: readonly Fault[] = [
  {
    name: 'source is put back from a copy',
    slow: true,
    befall: async (world, random) => {
      await putBack(world, 'source', () => sleep(random.between(200, 1_000)));
      world.forgetAudited();
    },
  },
  {
    name: 'source is put back from a copy while it is taken anew',
    slow: true,
    befall: async (world, random) => {
      await putBack(world, 'source', async () => {
        await sleep(random.between(200, 600));
        await world.sql.cdx.query(TAKE_ANEW);
        await sleep(random.between(0, 400));
      });
      world.forgetAudited();
    },
  },
  {
    name: 'source is put back from a copy, and has gone past where it was before a relay sees it',
    slow: true,
    befall: async (world, random) => {
      await world.source.backUp();
      await sleep(random.between(200, 1_000));
      const before = await xactIds(world);
      for (const { proxies } of world.workers) proxies.source.refuse();
      await world.source.crash();
      world.source.restore();
      await world.source.start();
      world.forgetAudited();
      while ((await xactIds(world)) <= before + 50) await world.sql.crm.query(BURN);
      for (const { proxies } of world.workers) proxies.source.heal();
    },
  },
  {
    name: 'cdx is put back from a copy',
    slow: true,
    befall: (world, random) => putBack(world, 'cdx', () => sleep(random.between(200, 1_000))),
  },
  {
    name: 'cdx is altered by hand, and taken anew while there are writers',
    befall: async ({ sql }) => {
      await sql.cdx.query(`UPDATE crm_summary SET total_customers = total_customers + 7;
        DELETE FROM auth_events; UPDATE billing_overview_money SET mrr = mrr * 2`);
      await sql.cdx.query(TAKE_ANEW);
    },
  },
];
