/** A relay that is killed: at any instant, and precisely between each two of its steps. */
import { setTimeout as sleep } from 'node:timers/promises';

import { awhile, type Fault } from '../fault.ts';
import { catchAny } from '../catchAny.ts';
import type { Part } from '../worker.ts';
import type { Instant } from '../trap.ts';

/** What a relay's requests contain, whatever its source is. */
const POLL = 'poll crm';
const APPLY = 'apply crm';

function killedAt(name: string, part: Part, instant: Instant): Fault {
  return {
    name,
    befall: async (world) => {
      const worker = await catchAny(world, part, instant);
      await worker.kill();
      world.afterwards.push(() => world.startWorkers());
    },
  };
}

export const killed: readonly Fault[] = [
  killedAt('a relay is killed before it reads', 'source', { request: POLL, when: 'sent' }),
  killedAt('a relay is killed when it has read', 'source', { request: POLL, when: 'answered' }),
  killedAt('a relay is killed before it applies', 'cdx', { request: APPLY, when: 'sent' }),
  killedAt('a relay is killed when it has applied', 'cdx', { request: APPLY, when: 'answered' }),
  {
    name: 'a relay is killed',
    befall: async (world, random) => {
      await random.pick(world.workers).kill();
      world.afterwards.push(() => world.startWorkers());
    },
  },
  {
    name: 'both relays are killed',
    befall: async (world, random) => {
      await Promise.all(world.workers.map((worker) => worker.kill()));
      await sleep(awhile(random));
      await world.startWorkers();
    },
  },
  {
    name: 'a relay is paused beyond its lock',
    befall: async (world, random) => {
      const worker = random.pick(world.workers);
      worker.pause();
      await sleep(random.between(2_200, 4_000));
      worker.resume();
    },
  },
];
