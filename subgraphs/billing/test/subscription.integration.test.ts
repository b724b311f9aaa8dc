import { afterAll, describe, expect, test } from '@jest/globals';

import { closeSql } from '../../../platform/test/kit.ts';

import { customerOf, done, newPlan, newSubscription, refusal, usd } from './billing.ts';

afterAll(closeSql);

const invoicesOf = ({ invoices }: Awaited<ReturnType<typeof newSubscription>>) =>
  invoices.edges.map(({ node }) => `${node.kind} ${node.status}`);

describe('subscriptionCreate', () => {
  test('takes the plan’s terms of today and invoices the first period', async () => {
    const subscription = await newSubscription({ plan: { interval: 'YEAR' }, quantity: 2 });
    expect(subscription).toMatchObject({
      tenant: { id: 'acme' },
      planVersion: 1,
      status: 'ACTIVE',
      quantity: 2,
      price: usd('12.00'),
      interval: 'YEAR',
      monthlyAmount: usd('2.00'),
      billingAnchor: subscription.currentPeriodStart,
      cancelAtPeriodEnd: false,
    });
    expect(invoicesOf(subscription)).toEqual(['PERIOD OPEN']);
  });

  test('begins with the plan’s trial, which costs nothing', async () => {
    const subscription = await newSubscription({ plan: { trialPeriodDays: 14 } });
    expect(subscription).toMatchObject({
      status: 'TRIALING',
      billingAnchor: subscription.trialEnd,
      currentPeriodEnd: subscription.trialEnd,
    });
    expect(invoicesOf(subscription)).toEqual([]);
  });

  test('has nothing to be paid of a plan that is free', async () => {
    const subscription = await newSubscription({ plan: { price: usd('0') } });
    expect(invoicesOf(subscription)).toEqual(['PERIOD PAID']);
  });

  test('makes one subscription for one key, also for two callers at once', async () => {
    const [plan, customerId] = [await newPlan(), await customerOf('acme')];
    const input = { tenantId: 'acme', customerId, planId: plan.id, idempotencyKey: `sub-${plan.id}` };
    const both = [0, 1].map(() => done('subscription', 'subscriptionCreate', input));
    const [one, other] = await Promise.all(both);
    expect(one?.id).toBe(other?.id);
    expect(await refusal('subscriptionCreate', { ...input, quantity: 2 })).toBe('CONFLICT idempotencyKey');
  });

  test('refuses a plan that is no longer sold, and units that cannot be counted or paid', async () => {
    const [plan, customerId] = [await newPlan({ price: usd('9000000000000') }), await customerOf('acme')];
    const input = { tenantId: 'acme', customerId, planId: plan.id };
    expect(await refusal('subscriptionCreate', { ...input, quantity: 0 })).toBe('INVALID quantity');
    expect(await refusal('subscriptionCreate', { ...input, quantity: 1_000_001 })).toBe('INVALID quantity');
    expect(await refusal('subscriptionCreate', { ...input, quantity: 2 })).toBe('INVALID quantity');
    await done('plan', 'planArchive', { id: plan.id });
    expect(await refusal('subscriptionCreate', input)).toBe('INVALID planId');
  });
});

describe('subscriptionCancel', () => {
  test('ends a subscription now, once', async () => {
    const { id } = await newSubscription();
    expect(await refusal('subscriptionCancel', { id, expectedVersion: 7 })).toBe('CONFLICT expectedVersion');
    const cancelled = await done('subscription', 'subscriptionCancel', { id, reason: 'Too expensive' });
    expect(cancelled).toMatchObject({ status: 'CANCELLED', cancelReason: 'Too expensive', version: 2 });
    expect(cancelled.cancelledAt).not.toBeNull();
    expect(await refusal('subscriptionCancel', { id })).toBe('CONFLICT id');
    expect(await refusal('subscriptionCancel', { id, atPeriodEnd: true })).toBe('CONFLICT id');
  });

  test('lets a subscription run to the end of its period, and still ends it at once when asked', async () => {
    const { id } = await newSubscription();
    const ending = await done('subscription', 'subscriptionCancel', { id, atPeriodEnd: true });
    expect(ending).toMatchObject({ status: 'ACTIVE', cancelAtPeriodEnd: true });
    expect(await refusal('subscriptionCancel', { id, atPeriodEnd: true })).toBe('CONFLICT atPeriodEnd');
    const cancelled = await done('subscription', 'subscriptionCancel', { id });
    expect(cancelled).toMatchObject({ status: 'CANCELLED', cancelAtPeriodEnd: false });
  });

  test('is done once when two ask at the same time', async () => {
    const { id } = await newSubscription();
    const answers = await Promise.allSettled([0, 1].map(() => done('subscription', 'subscriptionCancel', { id })));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});
