/** `npm run test:faults -- [--seed N] [--faults N]`: many faults, drawn from a seed; exits 1 when cdx is not exact after one. */
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { Violation } from './exact.ts';
import { faults } from './kinds/index.ts';
import { runSchedule } from './schedule.ts';
import { World } from './world.ts';

const LINES = 20;
const tail = (file: string): string => readFileSync(file, 'utf8').trim().split('\n').slice(-LINES).join('\n');

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    faults: { type: 'string', default: '200' },
    only: { type: 'string', default: '' },
  },
});
const seed = Number(values.seed ?? randomInt(1_000_000));
const count = Number(values.faults);
const chosen = faults.filter(({ name }) => new RegExp(values.only).test(name));
console.log(`seed ${String(seed)}: ${String(count)} faults of ${String(chosen.length)} kinds`);
const world = await World.open();
try {
  await world.startWorkers();
  await runSchedule(world, { seed, count, faults: chosen }, (step, { fault, transactions, exactAfterMs }) => {
    console.log(
      `${String(step).padStart(4)} ${String(exactAfterMs).padStart(5)} ms, ${String(transactions)} transactions: ${fault}`,
    );
  });
} catch (error) {
  console.error(error instanceof Violation ? `VIOLATION at ${error.message}` : error);
  for (const { logFile } of world.workers) console.error(`${logFile}:\n${tail(logFile)}`);
  process.exitCode = 1;
} finally {
  await world.close();
}
