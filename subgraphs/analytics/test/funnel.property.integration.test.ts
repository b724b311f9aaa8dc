/** A funnel in SQL is the funnel that one counts by hand: every start, every way on from it. */
import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { startInProcess, type InProcess } from '../../../platform/test/inProcess.ts';
import { closeSql } from '../../../platform/test/kit.ts';

import { askQuestion, insertEvents, newTenant } from './ingest.ts';

let analytics: InProcess;

beforeAll(async () => {
  analytics = await startInProcess('analytics');
});
afterAll(closeSql);

interface Hit {
  readonly visitor: number;
  readonly second: number;
  readonly name: string;
  readonly plan: string;
}

interface Step {
  readonly eventName: string;
  readonly plan: string | undefined;
}

const names = fc.constantFrom('a', 'b', 'c');
const plans = fc.constantFrom('free', 'pro');
const hits = fc.array(
  fc.record({ visitor: fc.nat({ max: 3 }), second: fc.nat({ max: 60 }), name: names, plan: plans }),
  { maxLength: 30 },
);
const steps = fc.array(fc.record({ eventName: names, plan: fc.option(plans, { nil: undefined, freq: 3 }) }), {
  minLength: 2,
  maxLength: 5,
});

/** How far one can come from here on, trying every way; hits are in order. */
function reach(rest: readonly Hit[], way: readonly Step[], until: number): number {
  const [step, ...further] = way;
  if (step === undefined) return 0;
  let best = 0;
  rest.forEach((hit, index) => {
    const fits = hit.name === step.eventName && (step.plan === undefined || hit.plan === step.plan);
    if (fits && hit.second <= until) best = Math.max(best, 1 + reach(rest.slice(index + 1), further, until));
  });
  return best;
}

function countByHand(all: readonly Hit[], way: readonly Step[], window: number): number[] {
  const reached = [0, 1, 2, 3].map((visitor) => {
    const own = all.filter((hit) => hit.visitor === visitor);
    const starts = own.map((hit, index) =>
      reach(own.slice(index, index + 1), way.slice(0, 1), hit.second) === 0
        ? 0
        : 1 + reach(own.slice(index + 1), way.slice(1), hit.second + window),
    );
    return Math.max(0, ...starts);
  });
  return way.map((_, index) => reached.filter((far) => far > index).length);
}

test('a funnel counts every visitor who took the steps in order within the window, and never grows', async () => {
  const begin = Date.parse('2026-05-05T12:00:00Z');
  await fc.assert(
    fc.asyncProperty(hits, steps, fc.integer({ min: 1, max: 60 }), async (unordered, way, window) => {
      const tenant = newTenant();
      const visits = [0, 1, 2, 3].map(() => randomUUID());
      // Events of one instant are taken in the order in which they came in.
      const all = unordered.toSorted((one, other) => one.second - other.second);
      await insertEvents(
        tenant,
        all.map(({ visitor, second, name, plan }) => ({
          at: new Date(begin + second * 1000),
          name,
          visit: visits[visitor] ?? null,
          data: { plan },
        })),
      );
      const input = {
        from: new Date(begin),
        to: new Date(begin + 61_000),
        windowSeconds: window,
        steps: way.map(({ eventName, plan }) => ({
          eventName,
          filter: plan === undefined ? [] : [{ property: 'plan', eq: plan }],
        })),
      };
      const funnel = await askQuestion<{ steps: { count: number }[] }>(analytics, tenant, 'funnel', input);
      const counts = funnel.steps.map(({ count }) => count);
      expect(counts).toEqual(countByHand(all, way, window));
      expect(counts).toEqual(counts.toSorted((one, other) => other - one));
    }),
    { numRuns: 60 },
  );
});
