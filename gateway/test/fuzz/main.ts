/**
 * `npm run test:fuzz -- --operations 100000 --seed 1`: the long run; its count goes to `bench/results/fuzz.json`.
 * With several seeds, as many operations from each of them.
 */
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

import { readSupergraph } from '../../src/supergraph.ts';
import { writeResult } from '../writeResult.ts';

import { Bed } from './bed.ts';
import { fuzz, joined, type Fuzzed } from './fuzz.ts';
import { composeLibrary } from './library.ts';

type Name = 'platform' | 'library';

interface Share {
  readonly name: Name;
  readonly seed: number;
  readonly operations: number;
}

const supergraphs: Readonly<Record<Name, () => string>> = {
  platform: () => readSupergraph().sdl,
  library: composeLibrary,
};

/** A share of the operations, in a thread of its own. */
function runShare(share: Share): Promise<Fuzzed> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(import.meta.filename, { workerData: share });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

/** Seeds that no other share comes near. */
const SEEDS = 1_000_000;

async function runOver(name: Name, seed: number, operations: number): Promise<Fuzzed> {
  const share = Math.ceil(operations / 2);
  const seeds = [seed, seed + SEEDS];
  const [first, second] = await Promise.all(seeds.map((from) => runShare({ name, seed: from, operations: share })));
  if (first === undefined || second === undefined) throw new Error('a share is missing');
  return joined(first, second);
}

async function runAll(): Promise<void> {
  const { values } = parseArgs({
    options: {
      operations: { type: 'string', default: '2000' },
      seed: { type: 'string', multiple: true, default: ['1'] },
    },
  });
  const operations = Math.ceil(Number(values.operations) / 2);
  const seeds = values.seed.map(Number);
  const startedAt = performance.now();
  const runs: [Fuzzed, Fuzzed][] = [];
  for (const seed of seeds)
    runs.push(await Promise.all([runOver('platform', seed, operations), runOver('library', seed, operations)]));
  const platform = runs.map(([of]) => of).reduce(joined);
  const library = runs.map(([, of]) => of).reduce(joined);
  for (const text of [...platform.found, ...library.found]) console.error(`${text}\n`);
  const detail = {
    what: 'operations that our executor and the one of Apollo have both run over the same plan and the same subgraphs, with injected errors, nulls and delays; differences nobody has explained',
    operations: platform.operations + library.operations,
    differences: platform.found.length + library.found.length,
    seeds,
    seconds: Math.round((performance.now() - startedAt) / 1000),
    supergraphs: { platform, library },
  };
  writeResult('fuzz', detail);
  console.log(detail);
  if (detail.differences > 0) process.exitCode = 1;
}

if (isMainThread) await runAll();
else {
  const { name, seed, operations } = workerData as Share;
  parentPort?.postMessage(await fuzz(new Bed(supergraphs[name]()), seed, operations));
}
