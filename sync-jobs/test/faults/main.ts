/**
 * `npm run test:faults -- [--seed N] [--faults N] [--only PATTERN]`: many faults, drawn from a seed. Writes
 * `bench/results/faults.json`; exits 1 when cdx was not exact after one.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

import { findRed } from './findRed.ts';
import { faults } from './kinds/index.ts';
import { mutations } from './mutations.ts';
import { writeReport } from './report.ts';
import { runSchedule, type Outcome } from './schedule.ts';
import { World, type Queue } from './world.ts';

const { values } = parseArgs({
  options: {
    mutations: { type: 'boolean', default: false },
    seed: { type: 'string' },
    faults: { type: 'string', default: '200' },
    only: { type: 'string', default: '' },
  },
});
const seed = Number(values.seed ?? randomInt(1_000_000));
const count = Number(values.faults);
const chosen = faults.filter(({ name }) => new RegExp(values.only).test(name));

function print({ step, fault, transactions, exactAfterMs, violation }: Outcome): void {
  const after = exactAfterMs === undefined ? 'VIOLATION' : `${String(exactAfterMs)} ms`;
  console.log(`${String(step).padStart(4)} ${after.padStart(9)}, ${String(transactions)} transactions: ${fault}`);
  if (violation !== undefined) console.log(`     seed ${String(seed)}, step ${String(step)}\n  ${violation.message}`);
}

/** The one half with the queue in cdx, the other with it in Redis. */
async function run(world: World, queue: Queue, half: number): Promise<Outcome[]> {
  await world.useQueue(queue);
  console.log(`queue in ${queue}:`);
  const outcomes: Outcome[] = [];
  for await (const outcome of runSchedule(world, { seed: seed + half, count: Math.ceil(count / 2), faults: chosen })) {
    print(outcome);
    outcomes.push(outcome);
  }
  return outcomes;
}

async function mutate(world: World): Promise<Record<string, number | null>> {
  const found: Record<string, number | null> = {};
  for (const mutation of mutations) {
    const step = await findRed(world, mutation, seed);
    console.log(step === undefined ? `GREEN ${mutation.name}` : `red at fault ${String(step)} ${mutation.name}`);
    found[mutation.name] = step ?? null;
  }
  return found;
}

console.log(`seed ${String(seed)}: ${String(count)} faults of ${String(chosen.length)} kinds`);
const world = await World.open();
try {
  const outcomes = [...(await run(world, 'postgres', 0)), ...(await run(world, 'redis', 1))];
  const violations = outcomes.filter(({ violation }) => violation !== undefined);
  const redAtFault = values.mutations ? await mutate(world) : undefined;
  if (values.only === '') writeReport({ seed, outcomes, redAtFault });
  console.log(
    `${String(outcomes.length)} faults, ${String(violations.length)} violations; replay: --seed ${String(seed)} --faults ${String(count)}`,
  );
  if (violations.length > 0 || Object.values(redAtFault ?? {}).includes(null)) process.exitCode = 1;
} finally {
  await world.close();
}
