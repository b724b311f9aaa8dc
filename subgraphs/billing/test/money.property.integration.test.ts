/** Whatever is charged and paid, in whatever order, the sums are exact. */
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { closeSql, sql } from '../../../platform/test/kit.ts';

import { customerOf, done, newInvoice, newSubscription, refusal } from './billing.ts';

afterAll(closeSql);

const RUNS = 5;
const SCALES = { JPY: 0, USD: 2, BHD: 3 } as const;
const UNIT = 10n ** 12n;

const text = (value: bigint, scale: number): string => {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return `${value < 0n ? '-' : ''}${whole}${scale === 0 ? '' : `.${digits.slice(-scale)}`}`;
};

/** A quotient rounded half-even, in whole numbers alone. */
function divide(dividend: bigint, divisor: bigint): bigint {
  const sign = dividend < 0n ? -1n : 1n;
  const positive = dividend * sign;
  const [whole, twice] = [positive / divisor, 2n * (positive % divisor)];
  return sign * (whole + (twice > divisor || (twice === divisor && whole % 2n === 1n) ? 1n : 0n));
}

const upTo = (max: bigint) => fc.bigInt({ min: 0n, max });

/** Quantities and prices in millionths, discounts and taxes in the currency's smallest unit. */
const given = fc.record({
  quantity: fc.oneof(upTo(10_000_000n), upTo(10n ** 12n)),
  unitPrice: fc.oneof(upTo(5_000_000n), upTo(10n ** 12n)),
  discount: upTo(3n),
  tax: upTo(1_000_000n),
});

describe('an invoice', () => {
  test('comes to exactly its lines in every scale, and stays so once it is frozen', async () => {
    const customerId = await customerOf('acme');
    const currencies = fc.constantFrom(...(Object.keys(SCALES) as (keyof typeof SCALES)[]));
    const sample = fc.tuple(currencies, fc.array(given, { minLength: 1, maxLength: 6 }));
    const property = fc.asyncProperty(sample, async ([currency, lines]) => {
      const scale = SCALES[currency];
      const unit = 10n ** BigInt(scale);
      const amounts = lines.map(({ quantity, unitPrice }) => divide(quantity * unitPrice * unit, UNIT));
      const sum = (values: bigint[]): bigint => values.reduce((total, value) => total + value, 0n);
      const [subtotal, discount, tax] = [
        sum(amounts),
        sum(lines.map((line) => line.discount)),
        sum(lines.map((line) => line.tax)),
      ];
      const total = subtotal - discount + tax;
      const input = lines.map((line) => ({
        description: 'Any',
        quantity: text(line.quantity, 6),
        unitPrice: text(line.unitPrice, 6),
        discount: text(line.discount, scale),
        tax: text(line.tax, scale),
      }));
      const draft = { tenantId: 'acme', customerId, currency, lines: input };
      if (total < 0n) {
        expect(await refusal('invoiceCreate', draft)).toBe('INVALID lines');
        return;
      }
      const { id } = await done('invoice', 'invoiceCreate', draft);
      const invoice = await done('invoice', 'invoiceFinalize', { id });
      expect(invoice.lines.edges.map(({ node }) => node.amount.amount)).toEqual(
        amounts.map((each) => text(each, scale)),
      );
      expect([invoice.subtotal, invoice.discount, invoice.tax, invoice.total].map(({ amount }) => amount)).toEqual(
        [subtotal, discount, tax, total].map((each) => text(each, scale)),
      );
      expect(invoice.status).toBe(total === 0n ? 'PAID' : 'OPEN');
    });
    await fc.assert(property, { numRuns: RUNS });
  });

  test('is paid exactly when parts of any size have covered it', async () => {
    const parts = fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 5 });
    const property = fc.asyncProperty(parts, async (cents) => {
      const total = cents.reduce((sum, each) => sum + each, 0);
      const { id: invoiceId } = await newInvoice(text(BigInt(total), 2));
      let paid = 0;
      for (const each of cents) {
        const [amount, method] = [{ amount: text(BigInt(each), 2), currency: 'USD' }, 'card'];
        const over = { amount: text(BigInt(total - paid + 1), 2), currency: 'USD' };
        expect(await refusal('paymentRecord', { invoiceId, amount: over, method })).toBe('INVALID amount.amount');
        const { invoice } = await done('payment', 'paymentRecord', { invoiceId, amount, method });
        paid += each;
        expect(invoice.amountDue.amount).toBe(text(BigInt(total - paid), 2));
        expect(invoice.status).toBe(paid === total ? 'PAID' : 'OPEN');
      }
    });
    await fc.assert(property, { numRuns: RUNS });
  });

  test('takes of many payments at once just as many as cover it', async () => {
    const { id: invoiceId } = await newInvoice('10.00');
    const payment = { invoiceId, amount: { amount: '3.00', currency: 'USD' }, method: 'card' };
    const answers = await Promise.allSettled(
      Array.from({ length: 8 }, () => done('payment', 'paymentRecord', payment)),
    );
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(await done('invoice', 'invoicePay', { id: invoiceId })).toMatchObject({
      status: 'PAID',
      payments: { totalCount: 4 },
    });
  });
});

describe('use', () => {
  test('that is replayed and shuffled is what it was when it was told once', async () => {
    const reports = fc.array(fc.record({ dedupe: fc.nat(4), at: fc.nat(1_000) }), { minLength: 1, maxLength: 10 });
    const property = fc.asyncProperty(reports, async (told) => {
      const { id: subscriptionId } = await newSubscription();
      const shuffled = told.toSorted((one, other) => one.at - other.at);
      // What a report says follows from its id: the same report again is the same.
      const report = ({ dedupe }: { dedupe: number }) => ({
        ...{
          subscriptionId,
          metric: 'calls',
          quantity: `${String(dedupe)}.000001`,
          dedupeId: `${subscriptionId}-${String(dedupe)}`,
        },
      });
      await Promise.all([...told, ...shuffled].map((each) => done('usageRecord', 'usageRecord', report(each))));
      const once = new Set(told.map(({ dedupe }) => dedupe));
      const expected = [...once].reduce((sum, dedupe) => sum + BigInt(dedupe) * 1_000_000n + 1n, 0n);
      const [row] = await sql<{ count: number; sum: string }>(
        'billing',
        'SELECT count(*)::int AS count, sum(quantity)::text AS sum FROM usage_records WHERE subscription_id = $1',
        [subscriptionId],
      );
      expect(row).toEqual({ count: once.size, sum: text(expected, 6) });
    });
    await fc.assert(property, { numRuns: RUNS });
  });
});
