/** What a subscription that ends now leaves to pay. */
import { afterAll, describe, expect, test } from '@jest/globals';

import { closeSql, sql } from '../../../platform/test/kit.ts';

import { change, done, newPlan, newSubscription, refusal, usd } from './billing.ts';

afterAll(closeSql);

const use = (subscriptionId: string, word: string, rest: object) =>
  done('usageRecord', 'usageRecord', {
    ...{ subscriptionId, metric: 'calls', quantity: '101', unitPrice: '0.0025', dedupeId: `${subscriptionId}-${word}` },
    ...rest,
  });

/** A subscription's final invoices with their lines. */
const finals = (id: string) =>
  sql(
    'billing',
    `SELECT i.currency, i.status, i.total::text, array_agg(l.kind || ' ' || l.description || ' ' || l.amount::text) AS lines
     FROM invoices i JOIN invoice_lines l ON l.tenant_id = i.tenant_id AND l.invoice_id = i.id
     WHERE i.subscription_id = $1 AND i.kind = 'final' GROUP BY i.currency, i.status, i.total ORDER BY i.currency`,
    [id],
  );

describe('a subscription that ends now', () => {
  test('leaves an invoice for the priced use that none has charged, once for callers at once', async () => {
    const { id } = await newSubscription();
    await use(id, 'a', {});
    await use(id, 'b', {});
    await use(id, 'free', { unitPrice: undefined });
    const answers = await Promise.all([0, 1, 2].map(() => change('subscriptionCancel', { id })));
    expect(answers.filter(({ subscription }) => subscription?.status === 'CANCELLED')).toHaveLength(1);
    expect(await refusal('subscriptionCancel', { id })).toBe('CONFLICT id');
    // 202 × 0.0025 = 0.505, of which the half cent goes to the even neighbour.
    const lines = ['usage calls 0.5000'];
    expect(await finals(id)).toEqual([{ currency: 'USD', status: 'open', total: '0.5000', lines }]);
    const events = await sql<{ type: string }>(
      'billing',
      `SELECT e.type FROM domain_events e JOIN invoices i ON i.id::text = e.payload ->> 'invoiceId'
       WHERE i.subscription_id = $1 AND i.kind = 'final'`,
      [id],
    );
    expect(events).toEqual([{ type: 'invoice.finalized' }]);
  });

  test('leaves none when there is nothing to charge', async () => {
    const { id } = await newSubscription();
    await use(id, 'free', { unitPrice: undefined });
    await done('subscription', 'subscriptionCancel', { id });
    expect(await finals(id)).toEqual([]);
  });

  test('leaves one in each currency that it was used in', async () => {
    const { id } = await newSubscription();
    await use(id, 'in dollars', {});
    const plan = await newPlan({ price: { ...usd('9'), currency: 'EUR' } });
    await done('subscription', 'subscriptionChangePlan', { id, planId: plan.id });
    await use(id, 'in euros', { quantity: '400' });
    await done('subscription', 'subscriptionCancel', { id });
    expect(await finals(id)).toEqual([
      { currency: 'EUR', status: 'open', total: '1.0000', lines: ['usage calls 1.0000'] },
      { currency: 'USD', status: 'open', total: '0.2500', lines: ['usage calls 0.2500'] },
    ]);
  });
});
