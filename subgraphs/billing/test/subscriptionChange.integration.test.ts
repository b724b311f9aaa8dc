import { afterAll, describe, expect, test } from '@jest/globals';

import { closeSql, sql } from '../../../platform/test/kit.ts';

import { done, newPlan, newSubscription, refusal, usd } from './billing.ts';

afterAll(closeSql);

type Subscription = Awaited<ReturnType<typeof newSubscription>>;

const invoicesOf = ({ invoices }: Subscription) =>
  invoices.edges.map(({ node }) => `${node.kind} ${node.total.amount} ${node.status}`);

/** Puts half of the period behind the subscription. */
async function wait(id: string): Promise<void> {
  await sql(
    'billing',
    `UPDATE subscriptions SET billing_anchor = now() - interval '15 days', current_period_start = now() - interval '15 days',
            current_period_end = now() + interval '15 days' WHERE id = $1`,
    [id],
  );
}

const change = (id: string, planId: string, rest: object = {}) =>
  done('subscription', 'subscriptionChangePlan', { id, planId, ...rest });

describe('subscriptionChangePlan', () => {
  test('charges what is left of the period at the new price less the old', async () => {
    const { id } = await newSubscription();
    await wait(id);
    const dear = await newPlan({ price: usd('42.00') });
    const changed = await change(id, dear.id, { expectedVersion: 1 });
    expect(changed).toMatchObject({
      plan: { id: dear.id },
      price: usd('42.00'),
      monthlyAmount: usd('42.00'),
      version: 2,
    });
    expect(invoicesOf(changed)).toEqual(['PRORATION 15.00 OPEN', 'PERIOD 12.00 OPEN']);
  });

  test('pays nothing back for a plan that is cheaper, and nothing for one at the same price', async () => {
    const { id } = await newSubscription();
    await wait(id);
    for (const price of [usd('1.00'), usd('1.00')])
      expect(invoicesOf(await change(id, (await newPlan({ price })).id))).toEqual(['PERIOD 12.00 OPEN']);
  });

  test('begins a period at once under another interval, less the rest of the old one', async () => {
    const { id } = await newSubscription();
    await wait(id);
    const yearly = await newPlan({ price: usd('100.00'), interval: 'YEAR' });
    const changed = await change(id, yearly.id);
    expect(changed.interval).toBe('YEAR');
    expect(changed.billingAnchor).toBe(changed.currentPeriodStart);
    expect(invoicesOf(changed)).toEqual(['PERIOD 94.00 OPEN', 'PERIOD 12.00 OPEN']);
    const small = await change(id, (await newPlan({ price: usd('2.00') })).id);
    expect(invoicesOf(small)[0]).toBe('PERIOD 0.00 PAID');
  });

  test('mixes no currencies: the old rest is not taken off', async () => {
    const { id } = await newSubscription();
    const yen = await newPlan({ price: { amount: '900', currency: 'JPY' } });
    expect(invoicesOf(await change(id, yen.id))).toEqual(['PERIOD 900 OPEN', 'PERIOD 12.00 OPEN']);
  });

  test('lets a trial go on', async () => {
    const { id, trialEnd } = await newSubscription({ plan: { trialPeriodDays: 7 } });
    const changed = await change(id, (await newPlan()).id, { quantity: 3 });
    expect(changed).toMatchObject({ status: 'TRIALING', trialEnd, quantity: 3 });
    expect(invoicesOf(changed)).toEqual([]);
  });

  test('waits for the end of the period when asked, until another change takes its place', async () => {
    const { id, plan } = await newSubscription();
    const next = await newPlan();
    const waiting = await change(id, next.id, { atPeriodEnd: true, quantity: 4 });
    const nothing = { nextPlan: null, nextPlanVersion: null, nextQuantity: null };
    expect(waiting).toMatchObject({
      plan,
      quantity: 1,
      nextPlan: { id: next.id },
      nextPlanVersion: 1,
      nextQuantity: 4,
    });
    expect(await change(id, next.id)).toMatchObject({ plan: { id: next.id }, quantity: 1, ...nothing });
    await change(id, plan.id, { atPeriodEnd: true });
    const input = { id, atPeriodEnd: true };
    expect(await done('subscription', 'subscriptionCancel', input)).toMatchObject(nothing);
    expect(await refusal('subscriptionChangePlan', { ...input, planId: plan.id })).toBe('CONFLICT atPeriodEnd');
  });

  test('refuses an ended subscription, an old version and a plan that is no longer sold', async () => {
    const { id, plan } = await newSubscription();
    const input = { id, planId: plan.id };
    expect(await refusal('subscriptionChangePlan', { ...input, expectedVersion: 2 })).toBe('CONFLICT expectedVersion');
    expect(await refusal('subscriptionChangePlan', { ...input, quantity: 0 })).toBe('INVALID quantity');
    expect(await refusal('subscriptionChangePlan', { id, planId: id })).toBe('NOT_FOUND planId');
    await done('plan', 'planArchive', { id: plan.id });
    expect(await refusal('subscriptionChangePlan', input)).toBe('INVALID planId');
    await done('subscription', 'subscriptionCancel', { id });
    expect(await refusal('subscriptionChangePlan', input)).toBe('CONFLICT id');
  });
});
