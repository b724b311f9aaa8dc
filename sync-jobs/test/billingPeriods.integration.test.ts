/** What becomes of subscriptions when their period is over. */
import { afterAll, describe, expect, test } from '@jest/globals';
import { createLog } from '@metatron/platform/log';

import { closeSql, serviceOf, sql } from '../../platform/test/kit.ts';
import { done, newPlan, newSubscription, usd } from '../../subgraphs/billing/test/billing.ts';
import { turnPeriods } from '../src/billing/turnPeriods.ts';

afterAll(closeSql);

const run = () => turnPeriods(serviceOf('billing'), createLog('silent'), new AbortController().signal);

/** Lets a subscription have begun at another time. */
const begin = (id: string, start: string, end: string) =>
  sql(
    'billing',
    `UPDATE subscriptions SET billing_anchor = $2, current_period_start = $2, current_period_end = $3,
            created_at = $2 WHERE id = $1`,
    [id, start, end],
  );

interface Stored {
  readonly status: string;
  readonly plan_version: number;
  readonly quantity: number;
  readonly current_period_start: Date;
  readonly current_period_end: Date;
  readonly cancel_at_period_end: boolean;
  readonly next_plan_id: string | null;
  readonly version: number;
}

async function stored(id: string): Promise<Stored> {
  const [row] = await sql<Stored>('billing', 'SELECT * FROM subscriptions WHERE id = $1', [id]);
  return row!;
}

interface Invoiced {
  readonly status: string;
  readonly total: string;
  readonly start: Date;
  readonly end: Date;
}

/** The invoices of periods that began in the past, the oldest first. */
const invoices = (id: string) =>
  sql<Invoiced>(
    'billing',
    `SELECT status, total::text, period_start AS start, period_end AS "end" FROM invoices
     WHERE subscription_id = $1 AND kind = 'period' AND period_start < now() - interval '1 hour' ORDER BY period_start`,
    [id],
  );

const day = (at: Date | undefined) => at?.toISOString().slice(0, 10);

describe('a period that is over', () => {
  test('is followed by the next without a gap, with one invoice each, also by two workers at once', async () => {
    const { id } = await newSubscription();
    await begin(id, '2026-01-31T10:00:00Z', '2026-02-28T10:00:00Z');
    await Promise.all([run(), run()]);
    await run();
    const made = await invoices(id);
    expect(made.slice(0, 3).map(({ start, end }) => [day(start), day(end)])).toEqual([
      ['2026-02-28', '2026-03-31'],
      ['2026-03-31', '2026-04-30'],
      ['2026-04-30', '2026-05-31'],
    ]);
    expect(made.slice(1).map(({ start }) => start)).toEqual(made.slice(0, -1).map(({ end }) => end));
    const now = await stored(id);
    expect(made.at(-1)).toMatchObject({ start: now.current_period_start, end: now.current_period_end });
    expect(now.current_period_end.getTime()).toBeGreaterThan(Date.now());
    expect(now).toMatchObject({ status: 'active', version: made.length + 1 });
    expect(new Set(made.map(({ status, total }) => `${status} ${total}`))).toEqual(new Set(['open 12.0000']));
  });

  test('charges its priced use, once', async () => {
    const { id } = await newSubscription();
    const [start, end] = [new Date(Date.now() - 31 * 86_400_000), new Date(Date.now() - 60_000)].map((at) =>
      at.toISOString(),
    );
    await begin(id, start!, end!);
    for (const [dedupeId, unitPrice] of [
      ['a', '0.0025'],
      ['b', '0.0025'],
      ['c', undefined],
    ])
      await done('usageRecord', 'usageRecord', {
        ...{ subscriptionId: id, metric: 'calls', quantity: '101', dedupeId: `${id}-${dedupeId!}` },
        ...{ unitPrice, periodStart: start, periodEnd: end },
      });
    await Promise.all([run(), run()]);
    const lines = await sql(
      'billing',
      `SELECT l.kind, l.quantity::text, l.amount::text FROM invoice_lines l JOIN invoices i ON i.id = l.invoice_id
       WHERE i.subscription_id = $1 AND i.period_start = $2 ORDER BY l.position`,
      [id, end],
    );
    expect(lines).toEqual([
      { kind: 'plan', quantity: '1.000000', amount: '12.0000' },
      // 202 × 0.0025 = 0.505, of which the half cent goes to the even neighbour.
      { kind: 'usage', quantity: '202.000000', amount: '0.5000' },
    ]);
    const charged = await sql(
      'billing',
      'SELECT 1 FROM usage_records WHERE subscription_id = $1 AND invoice_id IS NOT NULL',
      [id],
    );
    expect(charged).toHaveLength(2);
  });

  test('charges the use of an invoice that was declared void, once more and once', async () => {
    const { id } = await newSubscription();
    await begin(id, '2026-08-01T00:00:00Z', '2026-09-01T00:00:00Z');
    const period = { periodStart: '2026-08-02T00:00:00Z', periodEnd: '2026-08-03T00:00:00Z' };
    await done('usageRecord', 'usageRecord', {
      ...{ subscriptionId: id, metric: 'calls', quantity: '1000', unitPrice: '0.01', dedupeId: id, ...period },
    });
    await run();
    const charging = () =>
      sql<{ id: string; status: string }>(
        'billing',
        `SELECT i.id, i.status FROM invoice_lines l JOIN invoices i ON i.tenant_id = l.tenant_id AND i.id = l.invoice_id
         WHERE i.subscription_id = $1 AND l.kind = 'usage' AND l.amount = 10 ORDER BY i.period_start`,
        [id],
      );
    const [first] = await charging();
    await done('invoice', 'invoiceVoid', { id: first!.id });
    await sql('billing', 'UPDATE subscriptions SET current_period_end = now() WHERE id = $1', [id]);
    await Promise.all([run(), run()]);
    expect((await charging()).map(({ status }) => status)).toEqual(['void', 'open']);
  });

  test('ends the subscription that was to end with it, without an invoice', async () => {
    const { id } = await newSubscription();
    await done('subscription', 'subscriptionCancel', { id, atPeriodEnd: true });
    await begin(id, '2026-01-31T00:00:00Z', '2026-02-28T00:00:00Z');
    await run();
    expect(await stored(id)).toMatchObject({ status: 'cancelled', cancel_at_period_end: false });
    expect(await invoices(id)).toEqual([]);
  });

  test('that was the last leaves an invoice for what was used in it, once, also by two workers at once', async () => {
    const { id } = await newSubscription();
    await done('subscription', 'subscriptionCancel', { id, atPeriodEnd: true });
    const [start, end] = ['2026-01-31T00:00:00Z', '2026-02-28T00:00:00Z'];
    await done('usageRecord', 'usageRecord', {
      ...{ subscriptionId: id, metric: 'calls', quantity: '101', unitPrice: '0.25', dedupeId: id },
      ...{ periodStart: start, periodEnd: end },
    });
    await begin(id, start, end);
    await Promise.all([run(), run()]);
    await run();
    const made = await sql<Invoiced & { readonly kind: string }>(
      'billing',
      `SELECT kind, status, total::text, period_start AS start, period_end AS "end" FROM invoices
       WHERE subscription_id = $1 AND kind <> 'period'`,
      [id],
    );
    expect(made).toEqual([
      { kind: 'final', status: 'open', total: '25.2500', start: new Date(start), end: new Date(end) },
    ]);
    const left = await sql('billing', 'SELECT 1 FROM usage_records WHERE subscription_id = $1 AND invoice_id IS NULL', [
      id,
    ]);
    expect(left).toEqual([]);
  });

  test('makes a trial a subscription that is paid', async () => {
    const { id } = await newSubscription({ plan: { trialPeriodDays: 7 } });
    const end = new Date(Date.now() - 7_200_000).toISOString();
    await sql(
      'billing',
      `UPDATE subscriptions SET trial_start = trial_start - interval '9 days', trial_end = $2, billing_anchor = $2,
              current_period_start = current_period_start - interval '9 days', current_period_end = $2 WHERE id = $1`,
      [id, end],
    );
    await run();
    expect((await stored(id)).status).toBe('active');
    expect(await invoices(id)).toMatchObject([{ start: new Date(end), total: '12.0000' }]);
  });

  test('goes on being owed while the last one is not paid', async () => {
    const { id } = await newSubscription();
    await begin(id, '2026-10-01T00:00:00Z', '2026-11-01T00:00:00Z');
    await sql('billing', "UPDATE subscriptions SET status = 'past_due' WHERE id = $1", [id]);
    await run();
    expect(await stored(id)).toMatchObject({ status: 'past_due', version: 2 });
  });

  test('brings the change that waited for it, in the version that was agreed on', async () => {
    const [{ id }, plan] = [await newSubscription(), await newPlan({ price: usd('120'), interval: 'YEAR' })];
    await done('subscription', 'subscriptionChangePlan', { id, planId: plan.id, quantity: 2, atPeriodEnd: true });
    await done('plan', 'planUpdate', { id: plan.id, price: usd('999') });
    await begin(id, '2026-01-30T00:00:00Z', '2026-02-28T00:00:00Z');
    await run();
    const now = await stored(id);
    expect(now).toMatchObject({ plan_version: 1, quantity: 2, next_plan_id: null });
    expect([day(now.current_period_start), day(now.current_period_end)]).toEqual(['2026-02-28', '2027-02-28']);
    expect((await invoices(id)).map(({ total }) => total)).toEqual(['240.0000']);
  });

  test('that cannot be turned stays as it is, and the others go on', async () => {
    const [bad, good] = [await newSubscription(), await newSubscription()];
    const huge = '9000000000000';
    await begin(bad.id, '2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z');
    await begin(good.id, '2026-10-01T00:00:00Z', '2026-11-01T00:00:00Z');
    await done('usageRecord', 'usageRecord', {
      ...{ subscriptionId: bad.id, metric: 'huge', quantity: huge, unitPrice: huge, dedupeId: bad.id },
      ...{ periodStart: '2026-01-01T00:00:00Z', periodEnd: '2026-02-01T00:00:00Z' },
    });
    expect(await run()).toEqual([bad.id]);
    expect([(await stored(bad.id)).version, (await stored(good.id)).version]).toEqual([1, 2]);
    expect(await invoices(bad.id)).toEqual([]);
    await sql('billing', 'DELETE FROM usage_records WHERE subscription_id = $1', [bad.id]);
    expect(await run()).toEqual([]);
  });
});
