import { afterAll, describe, expect, test } from '@jest/globals';

import { closeSql } from '../../../platform/test/kit.ts';

import { done, newDraft, newInvoice, refusal, usd } from './billing.ts';

afterAll(closeSql);

const pay = (invoiceId: string, amount: string, rest: object = {}) =>
  done('payment', 'paymentRecord', { invoiceId, amount: usd(amount), method: 'card', ...rest });

describe('paymentRecord', () => {
  test('records a part, then the rest, with which the invoice is paid', async () => {
    const { id } = await newInvoice('10.00');
    const part = await pay(id, '4', { paidAt: '2026-01-02T03:04:05.000Z', reference: 'cheque 7' });
    expect(part).toMatchObject({
      status: 'SUCCEEDED',
      amount: usd('4.00'),
      method: 'card',
      provider: null,
      providerReference: 'cheque 7',
      succeededAt: '2026-01-02T03:04:05.000Z',
      invoice: { status: 'OPEN', amountDue: usd('6.00') },
    });
    expect((await pay(id, '6.00')).invoice).toEqual({ status: 'PAID', amountDue: usd('0.00') });
  });

  test('records a provider’s payment once', async () => {
    const { id } = await newInvoice();
    const named = { provider: 'stripe', reference: `pi_${id}` };
    await pay(id, '1', named);
    const again = { invoiceId: id, amount: usd('1'), method: 'card', ...named };
    expect(await refusal('paymentRecord', again)).toBe('TAKEN reference');
    expect(await refusal('invoicePay', { id, ...named })).toBe('TAKEN reference');
  });

  test('makes one payment for one key', async () => {
    const { id } = await newInvoice();
    const key = { idempotencyKey: `pay-${id}` };
    const [one, other] = await Promise.all([pay(id, '3', key), pay(id, '3', key)]);
    expect(one.id).toBe(other.id);
    expect((await pay(id, '7')).invoice.status).toBe('PAID');
  });

  let open: ReturnType<typeof newInvoice> | undefined;

  test.each<[string, object, string]>([
    ['more than is due', { amount: usd('10.01') }, 'INVALID amount.amount'],
    ['nothing', { amount: usd('0') }, 'INVALID amount.amount'],
    ['less than nothing', { amount: usd('-1') }, 'INVALID amount.amount'],
    ['a tenth of a cent', { amount: usd('0.001') }, 'INVALID amount.amount'],
    ['another currency', { amount: { amount: '5', currency: 'EUR' } }, 'INVALID amount.currency'],
    ['a method without a name', { method: '' }, 'INVALID method'],
    ['a reference with a NUL', { reference: 'a\0b' }, 'INVALID reference'],
    ['what has yet to arrive', { paidAt: '2099-01-01T00:00:00Z' }, 'INVALID paidAt'],
  ])('refuses %s', async (_what, input, expected) => {
    const { id } = await (open ??= newInvoice('10.00'));
    const payment = { invoiceId: id, amount: usd('1'), method: 'card', ...input };
    expect(await refusal('paymentRecord', payment)).toBe(expected);
  });

  test('refuses a draft, a void and a paid invoice', async () => {
    const [draft, open, paid] = [await newDraft(), await newInvoice(), await newInvoice()];
    await done('invoice', 'invoiceVoid', { id: open.id });
    await done('invoice', 'invoicePay', { id: paid.id });
    for (const { id } of [draft, open, paid]) {
      const payment = { invoiceId: id, amount: usd('1'), method: 'card' };
      expect(await refusal('paymentRecord', payment)).toBe('CONFLICT invoiceId');
    }
  });
});
