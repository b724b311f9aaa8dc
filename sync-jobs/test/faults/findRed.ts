import { faults } from './kinds/index.ts';
import { mutations, type Mutation } from './mutations.ts';
import { mend, runSchedule } from './schedule.ts';
import type { World } from './world.ts';

const TRIES = 6;
const PATIENCE_MS = 1_000;

/**
 * Lets workers that lack something endure the faults that show it.
 * @returns at which fault cdx was wrong, not only late; undefined when it never was.
 */
export async function findRed(world: World, mutation: Mutation, seed: number): Promise<number | undefined> {
  const preload = new URL(`mutate.ts?${String(mutations.indexOf(mutation))}`, import.meta.url).href;
  const chosen = faults.filter(({ name }) => mutation.shownBy.test(name));
  await world.killWorkers();
  await world.startWorkers([preload]);
  try {
    for await (const { step, violation } of runSchedule(world, {
      seed,
      count: TRIES,
      faults: chosen,
      patienceMs: PATIENCE_MS,
    }))
      if (violation?.isWrong === true) return step;
    return undefined;
  } finally {
    await world.killWorkers();
    for (const work of world.afterwards.splice(0)) await work();
    await world.startWorkers();
    await mend(world);
  }
}
