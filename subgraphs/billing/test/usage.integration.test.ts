import { afterAll, describe, expect, test } from '@jest/globals';

import { closeSql, sql } from '../../../platform/test/kit.ts';

import { done, newSubscription, refusal } from './billing.ts';

afterAll(closeSql);

const use = (subscriptionId: string, rest: object = {}) => ({
  subscriptionId,
  metric: 'api_calls',
  quantity: '1.5',
  dedupeId: `use-${subscriptionId}`,
  ...rest,
});

describe('usageRecord', () => {
  let shared: ReturnType<typeof newSubscription> | undefined;

  test('records use in the current period, once for its id, also for callers at once', async () => {
    const { id, currentPeriodStart, currentPeriodEnd } = await newSubscription();
    const report = use(id, { unitPrice: '0.0025', metadata: { b: 1, a: [2] } });
    const records = await Promise.all([0, 1, 2, 3].map(() => done('usageRecord', 'usageRecord', report)));
    expect(new Set(records.map((record) => record.id)).size).toBe(1);
    expect(records[0]).toMatchObject({
      subscription: { id },
      quantity: '1.5',
      unitPrice: '0.0025',
      currency: 'USD',
      periodStart: currentPeriodStart,
      periodEnd: currentPeriodEnd,
    });
    const rows = await sql('billing', 'SELECT 1 FROM usage_records WHERE subscription_id = $1', [id]);
    expect(rows).toHaveLength(1);
    const told = await sql(
      'billing',
      "SELECT 1 FROM domain_events WHERE payload->>'subscriptionId' = $1 AND type = 'usage.recorded'",
      [id],
    );
    expect(told).toHaveLength(1);
  });

  test.each<[string, object]>([
    ['another quantity', { quantity: '2' }],
    ['another metric', { metric: 'storage' }],
    ['a price', { unitPrice: '1' }],
    ['another time', { recordedAt: '2020-01-01T00:00:00Z' }],
    ['other metadata', { metadata: { a: 1 } }],
  ])('refuses %s under an id that was used', async (_what, other) => {
    const { id } = await (shared ??= newSubscription());
    await done('usageRecord', 'usageRecord', use(id));
    expect(await refusal('usageRecord', use(id, other))).toBe('CONFLICT dedupeId');
  });

  test('answers a report again after the subscription has ended, and refuses a new one', async () => {
    const { id } = await newSubscription();
    const record = await done('usageRecord', 'usageRecord', use(id));
    await done('subscription', 'subscriptionCancel', { id });
    expect(await done('usageRecord', 'usageRecord', use(id))).toEqual(record);
    expect(await refusal('usageRecord', use(id, { dedupeId: 'late' }))).toBe('CONFLICT subscriptionId');
  });

  test.each<[string, object, string]>([
    ['less than no use', { quantity: '-1' }, 'INVALID quantity'],
    ['use beyond storage', { quantity: '9999999999999999' }, 'INVALID quantity'],
    ['a negative price', { unitPrice: '-1' }, 'INVALID unitPrice'],
    ['no id', { dedupeId: '' }, 'INVALID dedupeId'],
    ['an id with a NUL', { dedupeId: 'a\0' }, 'INVALID dedupeId'],
    ['no metric', { metric: ' ' }, 'INVALID metric'],
    ['half a period', { periodStart: '2026-01-01T00:00:00Z' }, 'INVALID periodEnd'],
    [
      'a period that runs backwards',
      { periodStart: '2026-01-02T00:00:00Z', periodEnd: '2026-01-01T00:00:00Z' },
      'INVALID periodEnd',
    ],
  ])('refuses %s', async (_what, input, expected) => {
    const { id } = await (shared ??= newSubscription());
    expect(await refusal('usageRecord', use(id, input))).toBe(expected);
  });
});
