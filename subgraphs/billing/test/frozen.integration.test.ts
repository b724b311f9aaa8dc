/** What the database itself holds to: numbers without gaps, and invoices that do not change. */
import { afterAll, describe, expect, test } from '@jest/globals';

import { closeSql, sql } from '../../../platform/test/kit.ts';

import { change, customerOf, done, newDraft, newInvoice } from './billing.ts';

afterAll(closeSql);

const AT_ONCE = 20;

describe('numbers', () => {
  test('have no gap after many finalizations at once, of which some fail', async () => {
    const customerId = await customerOf('sakura');
    const input = { tenantId: 'sakura', customerId, currency: 'JPY' };
    const drafts = await Promise.all(Array.from({ length: AT_ONCE }, () => newDraft('100', input)));
    // Every third is asked for twice, every fifth has a version that nobody saw.
    const asked = drafts.flatMap(({ id }, index) => [
      ...(index % 3 === 0 ? [{ id }] : []),
      index % 5 === 0 ? { id, expectedVersion: 9 } : { id },
    ]);
    const answers = await Promise.all(asked.map((each) => change('invoiceFinalize', each)));
    const finalized = answers.filter(({ invoice }) => invoice != null);
    const failing = drafts.filter((_, index) => index % 5 === 0 && index % 3 !== 0);
    expect(finalized).toHaveLength(AT_ONCE - failing.length);
    const [numbers] = await sql<{ count: number; distinct: number; max: number }>(
      'billing',
      `SELECT count(*)::int AS count, count(DISTINCT invoice_number)::int AS distinct, max(sequence_number)::int AS max
       FROM invoices WHERE tenant_id = 'sakura' AND sequence_number IS NOT NULL`,
    );
    expect(numbers).toEqual({ count: numbers!.max, distinct: numbers!.max, max: numbers!.max });
  });

  test('of a tenant do not move with another’s', async () => {
    const last = async () =>
      (
        await sql<{ n: string }>('billing', "SELECT last_number AS n FROM invoice_counters WHERE tenant_id = 'globex'")
      )[0]?.n;
    const before = await last();
    await newInvoice();
    expect(await last()).toBe(before);
  });
});

/** Runs SQL as the billing service, and gives the class of PostgreSQL's refusal. */
const attempt = (text: string, values: unknown[]): Promise<string> =>
  sql('billing', text, values).then(
    () => 'done',
    (error: unknown) => (error as { code?: string }).code ?? 'unknown',
  );

const CHECK = '23514';

describe('a finalized invoice', () => {
  let invoice: ReturnType<typeof newInvoice> | undefined;

  test.each([
    'subtotal = subtotal + 1, total = total + 1',
    'discount_amount = 1, total = total - 1',
    'tax_amount = 1, total = total + 1',
    "currency = 'EUR'",
    "invoice_number = 'INV-1'",
    'sequence_number = 900000',
    "due_date = '2040-01-01'",
    "kind = 'proration'",
    "period_start = now(), period_end = now() + interval '1 day'",
    'finalized_at = now()',
    'created_at = now()',
    'customer_id = gen_random_uuid()',
    "status = 'draft'",
    "status = 'paid', paid_at = now()",
    'amount_paid = 1',
  ])('refuses SET %s, also of the service itself', async (assignment) => {
    const { id } = await (invoice ??= newInvoice());
    expect(await attempt(`UPDATE invoices SET ${assignment} WHERE id = $1`, [id])).toBe(CHECK);
  });

  test('is never deleted, and neither are its lines', async () => {
    const { id } = await newInvoice();
    expect(await attempt('DELETE FROM invoices WHERE id = $1', [id])).toBe(CHECK);
    expect(await attempt('DELETE FROM invoice_lines WHERE invoice_id = $1', [id])).toBe(CHECK);
    expect(await attempt("UPDATE invoice_lines SET description = 'x' WHERE invoice_id = $1", [id])).toBe(CHECK);
    expect(await attempt('UPDATE invoice_lines SET amount = 0 WHERE invoice_id = $1', [id])).toBe(CHECK);
    const more = `INSERT INTO invoice_lines (tenant_id, id, customer_id, invoice_id, position, description, amount, currency)
      SELECT tenant_id, gen_random_uuid(), customer_id, id, 99, 'x', 1, currency FROM invoices WHERE id = $1`;
    expect(await attempt(more, [id])).toBe(CHECK);
  });

  test('that is paid does not leave that state, and its payment does not change', async () => {
    const { id } = await newInvoice();
    await done('invoice', 'invoicePay', { id });
    for (const status of ['draft', 'open', 'void', 'uncollectible'])
      expect(await attempt('UPDATE invoices SET status = $2 WHERE id = $1', [id, status])).toBe(CHECK);
    for (const text of [
      'UPDATE payments SET amount = 1',
      "UPDATE payments SET status = 'failed'",
      'DELETE FROM payments',
    ])
      expect(await attempt(`${text} WHERE invoice_id = $1`, [id])).toBe(CHECK);
  });
});
