/** Draws faults from a seed, lets each befall a world that is written to, and holds cdx to the invariant after each. */
import { setTimeout as sleep } from 'node:timers/promises';

import { untilExact, Violation } from './exact.ts';
import type { Fault } from './fault.ts';
import { Random } from './random.ts';
import type { World } from './world.ts';
import { keepWriting } from './writer.ts';

const WRITERS = 3;

export interface Outcome {
  readonly fault: string;
  readonly transactions: number;
  /** From when all parts were back and nobody wrote any more. */
  readonly exactAfterMs: number;
}

/** One fault in the midst of writers. */
export async function endure(world: World, fault: Fault, random: Random): Promise<Outcome> {
  const stopping = new AbortController();
  const writers = Array.from({ length: WRITERS }, () => keepWriting(world, random.below(2 ** 31), stopping.signal));
  try {
    await sleep(random.between(20, 250));
    await fault.befall(world, random);
    await sleep(random.below(100));
  } finally {
    stopping.abort();
  }
  const written = await Promise.all(writers);
  const transactions = written.reduce((sum, one) => sum + one.transactions, 0);
  const audited = written.flatMap((one) => one.audited);
  const exactAfterMs = await untilExact(world, audited);
  for (const work of world.afterwards.splice(0)) await work();
  return { fault: fault.name, transactions, exactAfterMs };
}

/** Every fault once, then every fault again in another order, and so on. */
function* deal(faults: readonly Fault[], random: Random): Generator<Fault> {
  for (;;) yield* random.shuffle(faults);
}

/**
 * @param report is told of each outcome.
 * @throws Violation that says which step of which seed it was.
 */
export async function runSchedule(
  world: World,
  { seed, count, faults }: { readonly seed: number; readonly count: number; readonly faults: readonly Fault[] },
  report: (step: number, outcome: Outcome) => void,
): Promise<void> {
  const random = new Random(seed);
  const drawn = deal(faults, random);
  for (let step = 1; step <= count; step += 1) {
    const fault = drawn.next().value as Fault;
    // Each step's numbers are its own, however many the one before it took.
    const own = new Random(seed * 1_000 + step);
    try {
      report(step, await endure(world, fault, own));
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      throw new Violation(`seed ${String(seed)}, step ${String(step)} (${fault.name}):\n  ${error.message}`);
    }
  }
}
