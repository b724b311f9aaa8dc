import { afterAll, describe, expect, test } from '@jest/globals';

import { closeSql, sql } from '../../../platform/test/kit.ts';
import { NOBODY } from '../../../platform/test/mutations.ts';

import { done, newPlan, newSubscription, refusal, usd } from './billing.ts';

afterAll(closeSql);

describe('planCreate', () => {
  test('adds a plan to the catalogue with its first version', async () => {
    const plan = await newPlan({ name: ' Gold ', trialPeriodDays: 14, intervalCount: 3, features: { seats: 5 } });
    expect(plan).toMatchObject({
      name: 'Gold',
      price: usd('12.00'),
      interval: 'MONTH',
      intervalCount: 3,
      trialPeriodDays: 14,
      isActive: true,
      version: 1,
    });
  });

  test.each<[string, object, string]>([
    ['no name', { name: ' ' }, 'INVALID name'],
    ['a name with a NUL', { name: 'a\0b' }, 'INVALID name'],
    ['a name that is too long', { name: 'x'.repeat(256) }, 'INVALID name'],
    ['a negative price', { price: usd('-0.01') }, 'INVALID price.amount'],
    ['half a yen', { price: { amount: '1.5', currency: 'JPY' } }, 'INVALID price.amount'],
    ['a price that cannot be stored', { price: usd('9999999999999999') }, 'INVALID price.amount'],
    ['no interval between renewals', { intervalCount: 0 }, 'INVALID intervalCount'],
    ['a trial that runs backwards', { trialPeriodDays: -1 }, 'INVALID trialPeriodDays'],
    ['features beyond 64 KB', { features: { x: 'y'.repeat(70_000) } }, 'INVALID features'],
  ])('refuses %s', async (_what, input, expected) => {
    const plan = { name: 'Bad', price: usd('1'), interval: 'YEAR', ...input };
    expect(await refusal('planCreate', plan)).toBe(expected);
  });

  test('makes one plan for one key', async () => {
    const input = { idempotencyKey: `plan-${String(Date.now())}` };
    const { id } = await newPlan(input);
    expect((await newPlan(input)).id).toBe(id);
    const other = { ...input, name: 'Another', price: usd('1'), interval: 'YEAR' };
    expect(await refusal('planCreate', other)).toBe('CONFLICT idempotencyKey');
  });
});

describe('planUpdate', () => {
  test('makes a version; what was sold before keeps its terms', async () => {
    const sold = await newSubscription();
    const { id } = sold.plan;
    const plan = await done('plan', 'planUpdate', { id, expectedVersion: 1, price: usd('20'), interval: 'YEAR' });
    expect(plan).toMatchObject({ price: usd('20.00'), interval: 'YEAR', name: 'A plan', version: 2 });
    const versions = await sql('billing', 'SELECT version FROM plan_versions WHERE plan_id = $1 ORDER BY 1', [id]);
    expect(versions).toEqual([{ version: 1 }, { version: 2 }]);
    const moved = await done('subscription', 'subscriptionChangePlan', { id: sold.id, planId: id });
    expect([sold, moved].map(({ planVersion, price }) => [planVersion, price.amount])).toEqual([
      [1, '12.00'],
      [2, '20.00'],
    ]);
  });

  test('refuses an old version, a plan that is not there, and half a yen', async () => {
    const { id } = await newPlan();
    expect(await refusal('planUpdate', { id, name: 'Late', expectedVersion: 2 })).toBe('CONFLICT expectedVersion');
    expect(await refusal('planUpdate', { id: NOBODY, name: 'No' })).toBe('NOT_FOUND id');
    expect(await refusal('planUpdate', { id: 'x', name: 'No' })).toBe('INVALID id');
    const price = { amount: '1.5', currency: 'JPY' };
    expect(await refusal('planUpdate', { id, price })).toBe('INVALID price.amount');
  });
});

describe('planArchive', () => {
  test('ends the sale of a plan, once', async () => {
    const { id } = await newPlan();
    expect(await done('plan', 'planArchive', { id, expectedVersion: 1 })).toMatchObject({
      isActive: false,
      version: 2,
    });
    expect(await refusal('planArchive', { id })).toBe('CONFLICT id');
    expect(await refusal('planArchive', { id: NOBODY })).toBe('NOT_FOUND id');
  });
});
