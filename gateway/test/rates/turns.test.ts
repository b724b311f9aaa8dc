/** Requests begin a few in each turn of the event loop; who waits for too long is refused. */
import { setImmediate as turn } from 'node:timers/promises';

import { afterAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';

import { Turns, type TurnSettings } from '../../src/rates/turns.ts';

const settings: TurnSettings = { perTurn: 2, patience: 1_000, impatience: 30 };

/** What becomes of each request, in the order that it is known in. */
interface Entrance {
  readonly fates: string[];
  readonly take: (name: string) => void;
  /** How long the first one that was refused had waited, and when. */
  readonly refusal: () => { readonly at: number; readonly waited: number } | undefined;
  /** Waits until so many fates are known. */
  readonly until: (count: number) => Promise<void>;
}

function entrance(changes: Partial<TurnSettings> = {}): Entrance {
  const turns = new Turns({ ...settings, ...changes });
  const fates: string[] = [];
  let refusal: ReturnType<Entrance['refusal']>;
  const take = (name: string): void => {
    const since = performance.now();
    const refuse = (): void => {
      const at = performance.now();
      refusal ??= { at, waited: at - since };
      fates.push(`not ${name}`);
    };
    turns.take(() => fates.push(name), refuse);
  };
  const until = async (count: number): Promise<void> => {
    while (fates.length < count) await turn();
  };
  return { fates, take, refusal: () => refusal, until };
}

/** The tests' own time: no other program that uses the machine makes anybody wait. */
let now = 0;
const clock = jest.spyOn(performance, 'now').mockImplementation(() => now);

beforeEach(() => {
  now = 0;
});

afterAll(() => clock.mockRestore());

/** So long nobody else gets the thread. */
function hold(milliseconds: number): void {
  now += milliseconds;
}

describe('requests', () => {
  test('begin at once when they are few', () => {
    const { fates, take } = entrance();
    take('a');
    take('b');
    expect(fates).toEqual(['a', 'b']);
  });

  test('begin in later turns when they are many, as many in each, in their order', async () => {
    const { fates, take } = entrance();
    for (const name of ['a', 'b', 'c', 'd', 'e']) take(name);
    const seen: string[] = [fates.join('')];
    while (fates.length < 5) {
      await turn();
      seen.push(fates.join(''));
    }
    expect(seen.filter((fate, index) => fate !== seen[index - 1])).toEqual(['ab', 'abcd', 'abcde']);
  });

  test('that come while others wait do not overtake them', async () => {
    const { fates, take, until } = entrance();
    for (const name of ['a', 'b', 'c', 'd', 'e']) take(name);
    await turn();
    take('f');
    await until(6);
    expect(fates.join('')).toBe('abcdef');
  });

  test('begin or are refused, once each, whatever comes when', async () => {
    const arrivals = fc.array(fc.nat(12), { maxLength: 15 });
    await fc.assert(
      fc.asyncProperty(arrivals, fc.integer({ min: 1, max: 4 }), async (perArrival, perTurn) => {
        const { fates, take, until } = entrance({ perTurn, patience: 2, impatience: 1 });
        const names: string[] = [];
        for (const count of perArrival) {
          for (let nth = 0; nth < count; nth += 1) {
            names.push(String(names.length));
            take(names.at(-1) ?? '');
          }
          hold(count / 10);
          await turn();
        }
        await until(names.length);
        expect(fates.map((fate) => fate.replace('not ', ''))).toEqual(names);
      }),
      { numRuns: 50 },
    );
  });
});

describe('who waits for too long', () => {
  test('is refused, and who comes after is not', async () => {
    const { fates, take, until } = entrance({ patience: 300 });
    for (const name of ['a', 'b', 'c']) take(name);
    hold(350);
    take('d');
    await until(4);
    expect(fates).toEqual(['a', 'b', 'not c', 'd']);
  });

  test('is whoever has waited for less, once somebody has been waiting all the time', async () => {
    const { take, refusal } = entrance({ perTurn: 1, patience: 200, impatience: 20 });
    const startedAt = performance.now();
    // More than can be done: each turn takes one, two come.
    for (let nth = 0; refusal() === undefined; nth += 1) {
      take(`${String(nth)} a`);
      take(`${String(nth)} b`);
      hold(5);
      await turn();
    }
    const { at = 0, waited = Infinity } = refusal() ?? {};
    // Until then it might have been a burst.
    expect(at - startedAt).toBeGreaterThan(200);
    expect(waited).toBeLessThan(200);
  });

  test('waits for as long as ever when all have been served in between', async () => {
    const { fates, take, until } = entrance({ perTurn: 1, patience: 500, impatience: 10 });
    for (let burst = 1; burst <= 4; burst += 1) {
      for (const name of ['a', 'b']) take(name);
      hold(200);
      await until(burst * 2);
    }
    expect(fates.join('')).toBe('abababab');
  });
});
