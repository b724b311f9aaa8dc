/** The ways between the parts fail, each pair apart. */
import { setTimeout as sleep } from 'node:timers/promises';

import { catchAny } from '../catchAny.ts';
import { awhile, type Fault } from '../fault.ts';
import type { FaultProxy } from '../proxy.ts';
import type { Random } from '../random.ts';
import type { Part } from '../worker.ts';
import type { World } from '../world.ts';

const NAMES: Readonly<Record<Part, string>> = {
  source: 'between relay and source',
  cdx: 'between relay and cdx',
  redis: 'between worker and queue',
};

/** One worker's way, or both workers'. */
function ways(world: World, random: Random, part: Part): FaultProxy[] {
  // Without a Redis the queue is in cdx.
  const way = part === 'redis' && world.queue === 'postgres' ? 'cdx' : part;
  const all = world.workers.map(({ proxies }) => proxies[way]);
  return random.oneIn(2) ? all : all.slice(0, 1);
}

/** What is silent stays so until all has been found exact. */
function buryAfterwards(world: World, all: readonly FaultProxy[]): void {
  world.afterwards.push(() => {
    for (const way of all) way.bury();
    return Promise.resolve();
  });
}

function betweenEach(
  name: string,
  befall: (all: FaultProxy[], random: Random, world: World) => Promise<void>,
): Fault[] {
  return (['source', 'cdx', 'redis'] as const).map((part) => ({
    name: `${name} ${NAMES[part]}`,
    befall: (world, random) => befall(ways(world, random, part), random, world),
  }));
}

export const network: readonly Fault[] = [
  ...betweenEach('connections are cut', async (all, random) => {
    for (let times = random.between(1, 4); times > 0; times -= 1) {
      for (const way of all) way.cut();
      await sleep(random.below(60));
    }
  }),
  ...betweenEach('connections are refused', async (all, random) => {
    for (const way of all) way.refuse();
    await sleep(awhile(random));
    for (const way of all) way.heal();
  }),
  ...betweenEach('connections are half-open', (all, _random, world) => {
    for (const way of all) way.silence();
    buryAfterwards(world, all);
    return Promise.resolve();
  }),
  ...betweenEach('nothing gets through', async (all, random, world) => {
    for (const way of all) way.swallow();
    await sleep(awhile(random));
    for (const way of all) way.heal();
    buryAfterwards(world, all);
  }),
  ...betweenEach('answers are late', async (all, random) => {
    for (const way of all) way.delay(random.between(5, 150));
    await sleep(awhile(random));
    for (const way of all) way.heal();
  }),
  {
    name: 'the answer to a commit in cdx is lost',
    befall: async (world) => {
      const { proxies } = await catchAny(world, 'cdx', { request: 'apply crm', when: 'answered' });
      proxies.cdx.bury();
    },
  },
];
