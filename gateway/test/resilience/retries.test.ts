import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { pauseBefore, RetryBudget } from '../../src/resilience/retries.ts';
import { RESILIENCE } from '../../src/resilience/settings.ts';

const { retries } = RESILIENCE;

/** What a subgraph's fetches do: each pays once, and may then want to try again. */
const history = fc.array(fc.constantFrom<'pays' | 'wants'>('pays', 'wants'), { maxLength: 2_000 });

describe('retries', () => {
  test('are a fifth of the fetches at most, and what was saved, in any stretch of time', () => {
    fc.assert(
      fc.property(history, fc.nat(2_000), (events, from) => {
        const budget = new RetryBudget(retries);
        let [paid, taken] = [0, 0];
        for (const [at, event] of events.entries()) {
          if (event === 'pays') budget.pay();
          const isTaken = event === 'wants' && budget.take();
          if (at < from) continue;
          if (event === 'pays') paid += 1;
          if (isTaken) taken += 1;
          expect(taken).toBeLessThanOrEqual(retries.saved + paid * retries.perFetch + 1e-6);
        }
      }),
    );
  });

  test('are allowed while fetches pay for them', () => {
    const budget = new RetryBudget(retries);
    for (let nth = 0; nth < retries.saved; nth += 1) expect(budget.take()).toBe(true);
    expect(budget.take()).toBe(false);
    for (let nth = 0; nth <= 1 / retries.perFetch; nth += 1) budget.pay();
    expect(budget.take()).toBe(true);
    expect(budget.take()).toBe(false);
  });

  test('pause for any time up to a limit that doubles', () => {
    for (const [retry, limit] of [
      [1, retries.pause],
      [2, 2 * retries.pause],
    ] as const) {
      const pauses = Array.from({ length: 500 }, () => pauseBefore(retry, retries));
      expect(Math.max(...pauses)).toBeLessThan(limit);
      expect(Math.max(...pauses)).toBeGreaterThan(limit * 0.8);
      expect(Math.min(...pauses)).toBeLessThan(limit * 0.2);
    }
  });
});
