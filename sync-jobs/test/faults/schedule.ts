/** Draws faults from a seed, lets each befall a world that is written to, and holds cdx to the invariant after each. */
import { setTimeout as sleep } from 'node:timers/promises';

import { domains } from '@metatron/platform/domains';

import { caughtUp } from '../kit.ts';

import { untilExact, Violation } from './exact.ts';
import type { Fault } from './fault.ts';
import { Random } from './random.ts';
import type { World } from './world.ts';
import { untilTold } from './told.ts';
import { keepWriting } from './writer.ts';

const WRITERS = 3;
const PATIENCE_MS = 60_000;

export interface Outcome {
  readonly step: number;
  readonly fault: string;
  /** What was committed while it befell. */
  readonly transactions: number;
  /** From when all parts were back and nobody wrote any more; undefined when it was too late or never. */
  readonly exactAfterMs: number | undefined;
  readonly violation: Violation | undefined;
}

export interface Schedule {
  readonly seed: number;
  readonly count: number;
  readonly faults: readonly Fault[];
  /** How long what is not exact is waited for, to tell what is late from what is lost. */
  readonly patienceMs?: number;
}

/** One fault in the midst of writers. @returns how much they wrote, and how long it took to be exact. */
async function endure(
  world: World,
  fault: Fault,
  random: Random,
  patienceMs?: number,
): Promise<readonly [number, number]> {
  const stopping = new AbortController();
  const { lives } = world;
  const writers = Array.from({ length: fault.alone === true ? 0 : WRITERS }, () =>
    keepWriting(world, random.below(2 ** 31), stopping.signal),
  );
  try {
    await sleep(random.between(20, 250));
    await fault.befall(world, random);
    await sleep(random.below(100));
  } finally {
    stopping.abort();
  }
  const written = await Promise.all(writers);
  const transactions = written.reduce((sum, one) => sum + one.transactions, 0);
  const audited = world.lives === lives ? written.flatMap((one) => one.audited) : [];
  return [transactions, await untilExact(world, audited, patienceMs)];
}

/** Every fault once, then every fault again in another order, and so on. */
function deal(faults: readonly Fault[], count: number, random: Random): Fault[] {
  const dealt: Fault[] = [];
  while (dealt.length < count) dealt.push(...random.shuffle(faults));
  return dealt.slice(0, count);
}

/** Takes every source anew: what one fault has broken is not to be held against the next. */
export async function mend(world: World): Promise<void> {
  await world.sql.cdx.query('UPDATE sync_checkpoints SET snapshot = NULL, generation = generation + 1');
  await caughtUp(world, domains, PATIENCE_MS);
}

/** What may take longer than a fault's turn: the domain events of all of them. */
async function afterAll(world: World, step: number): Promise<Outcome> {
  const outcome = { step, fault: 'after all of them, the domain events', transactions: 0 };
  try {
    const [transactions, exactAfterMs] = await untilTold(world);
    return { ...outcome, transactions, exactAfterMs, violation: undefined };
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    return { ...outcome, exactAfterMs: undefined, violation: error };
  }
}

/** Runs a schedule to its end; the world is whole again after each step. */
export async function* runSchedule(
  world: World,
  { seed, count, faults, patienceMs }: Schedule,
): AsyncGenerator<Outcome> {
  await caughtUp(world, domains, PATIENCE_MS);
  for (const [index, fault] of deal(faults, count, new Random(seed)).entries()) {
    const step = index + 1;
    // Each step's numbers are its own, however many the one before it took.
    const random = new Random(seed * 1_000 + step);
    const outcome = { step, fault: fault.name, transactions: 0, exactAfterMs: undefined, violation: undefined };
    try {
      const [transactions, exactAfterMs] = await endure(world, fault, random, patienceMs);
      yield { ...outcome, transactions, exactAfterMs };
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      yield { ...outcome, violation: error };
      await world.startWorkers();
      await mend(world);
    }
    for (const work of world.afterwards.splice(0)) await work();
  }
  yield await afterAll(world, count + 1);
}
