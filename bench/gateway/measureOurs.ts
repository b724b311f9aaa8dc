/** How ours grows: with the answer, with the number of operations that it has seen, with the callers. */
import { round, takeTurns, type Turns } from '../statistics.ts';

import { startContender, type Contender, type Turn } from './contenders.ts';
import { BODY } from './contest.ts';
import { spread } from './figures.ts';
import { LIST } from './four/queries.ts';
import { startFour } from './four/startFour.ts';

/** How many products: an answer of 1 KB, of 1 MB, and between. */
const LENGTHS = ['2', '8', '32', '128', '512', '2700'] as const;
const GROWTH = { seconds: 0.7, callers: 10, rounds: { warmUps: 2, rounds: 3 } };

/** CPU of a request by the size of its answer; `worst` is how much faster than the answer it grew in one step. */
async function measureGrowth(ours: Contender) {
  const { callers, seconds, rounds } = GROWTH;
  const turns = LENGTHS.map((length) => {
    const body = JSON.stringify({ query: LIST, variables: { first: Number(length) } });
    return [length, () => ours.turn({ mode: 'distinct', body, callers, seconds })] as const;
  });
  const taken = (await takeTurns(Object.fromEntries(turns), rounds)) as Turns<(typeof LENGTHS)[number], Turn>;
  const sizes = LENGTHS.map((length) => ({
    bytes: taken[length][0]?.bytes ?? NaN,
    cpuMs: spread(taken[length], ({ cpuMs }) => cpuMs).median,
  }));
  const steps = sizes.slice(1).map(({ bytes, cpuMs }, index) => {
    const { bytes: fewer = NaN, cpuMs: less = NaN } = sizes[index] ?? {};
    return cpuMs / less / (bytes / fewer);
  });
  return { sizes, worst: round(Math.max(...steps)) };
}

const CALLERS = 50;
const LATENCY = { warmUps: 1, rounds: 3 };

async function measureLatency(ours: Contender) {
  const turn = (): Promise<Turn> => ours.turn({ mode: 'distinct', body: BODY, callers: CALLERS, seconds: 3 });
  const { ours: turns } = await takeTurns({ ours: turn }, LATENCY);
  return {
    callers: CALLERS,
    p50Ms: spread(turns, ({ p50 }) => p50),
    p99Ms: spread(turns, ({ p99 }) => p99),
    p99TimesP50: spread(turns, ({ p50, p99 }) => p99 / p50),
  };
}

const OPERATIONS = [10_000, 90_000] as const;
const DIGITS = 8;

/** The smallest of operations, under another name each time. */
const operation = (request: number): string =>
  JSON.stringify({ query: `{ topProducts(first: 1) { a${String(request).padStart(DIGITS, '0')}: name } }` });

/** What the heap holds after each number of distinct operations. */
async function measureMemory(ours: Contender) {
  const heapMb: number[] = [];
  let perSecond = NaN;
  for (const requests of OPERATIONS) {
    const turn = { mode: 'distinct', body: operation, callers: 10, seconds: Infinity, requests } as const;
    ({ perSecond } = await ours.turn(turn));
    heapMb.push(round((await ours.ask('heap')) / 2 ** 20));
  }
  const [first = NaN, last = NaN] = heapMb;
  return {
    heapMbAfter10k: first,
    heapMbAfter100k: last,
    growth: round(last / first),
    operationsPerSecond: round(perSecond),
  };
}

export async function measureOurs() {
  const four = await startFour('recorded');
  const options = { parameters: [four.supergraphFile, 'passing'], flags: ['--expose-gc'] };
  const ours = await startContender(new URL('ours.ts', import.meta.url), options);
  const latency = await measureLatency(ours);
  const growth = await measureGrowth(ours);
  const memory = await measureMemory(ours);
  await ours.stop();
  await four.stop();
  return { growth, memory, latency };
}
