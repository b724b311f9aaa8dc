/** Workers whose clocks are an hour apart. */
import { setTimeout as sleep } from 'node:timers/promises';

import { awhile, type Fault } from '../fault.ts';

const HOUR_MS = 3_600_000;

/** A module, as an address, that sets the clock of the process that loads it. */
const shifted = (milliseconds: number): string =>
  `data:text/javascript,${encodeURIComponent(`const now = Date.now; Date.now = () => now() + ${String(milliseconds)};
globalThis.Date = class extends Date { constructor(...given) { if (given.length === 0) super(now() + ${String(milliseconds)}); else super(...given); } };`)}`;

export const clocks: readonly Fault[] = [
  {
    name: 'the workers’ clocks are an hour apart',
    befall: async (world, random) => {
      const [one, two] = world.workers;
      await two.kill();
      await two.start(world.queue, [shifted(random.oneIn(2) ? HOUR_MS : -HOUR_MS)]);
      await sleep(awhile(random));
      // Whose clock is right goes, and what the other one put off is due in an hour.
      await one.kill();
      world.afterwards.push(async () => {
        await two.kill();
        await world.startWorkers();
      });
    },
  },
];
