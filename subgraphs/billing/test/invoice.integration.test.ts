import { afterAll, describe, expect, test } from '@jest/globals';

import { closeSql } from '../../../platform/test/kit.ts';
import { NOBODY } from '../../../platform/test/mutations.ts';

import { change, customerOf, done, line, newDraft, newInvoice, newSubscription, refusal, usd } from './billing.ts';

afterAll(closeSql);

describe('invoiceCreate', () => {
  test('drafts an invoice whose amounts are those of its lines', async () => {
    const { id: subscriptionId, customer } = await newSubscription();
    const invoice = await newDraft('0.335', {
      customerId: customer.id,
      subscriptionId,
      dueDate: '2030-01-31',
      lines: [line('0.335'), line('2.50', { quantity: '3', discount: '0.50', tax: '1.33' }), line('-1')],
    });
    expect(invoice).toMatchObject({
      tenant: { id: 'acme' },
      status: 'DRAFT',
      invoiceNumber: null,
      dueDate: '2030-01-31',
      subtotal: usd('6.84'),
      discount: usd('0.50'),
      tax: usd('1.33'),
      total: usd('7.67'),
      amountDue: usd('7.67'),
    });
    expect(invoice.lines.edges.map(({ node }) => node.amount.amount)).toEqual(['0.34', '7.50', '-1.00']);
  });

  test.each<[string, object, string]>([
    ['no line', { lines: [] }, 'INVALID lines'],
    ['more than 100 lines', { lines: Array.from({ length: 101 }, () => line('1')) }, 'INVALID lines'],
    ['a line that says nothing', { lines: [line('1', { description: ' ' })] }, 'INVALID lines.0.description'],
    ['a line with a NUL', { lines: [line('1', { description: 'a\0' })] }, 'INVALID lines.0.description'],
    ['a negative quantity', { lines: [line('1'), line('1', { quantity: '-1' })] }, 'INVALID lines.1.quantity'],
    ['a negative discount', { lines: [line('1', { discount: '-1' })] }, 'INVALID lines.0.discount'],
    ['a tenth of a cent of tax', { lines: [line('1', { tax: '0.001' })] }, 'INVALID lines.0.tax'],
    ['half a yen off', { currency: 'JPY', lines: [line('1', { discount: '0.5' })] }, 'INVALID lines.0.discount'],
    ['less than nothing', { lines: [line('1', { discount: '2' })] }, 'INVALID lines'],
    ['a credit alone', { lines: [line('-1')] }, 'INVALID lines'],
    ['a price beyond storage', { lines: [line('9999999999999999')] }, 'INVALID lines.0.unitPrice'],
    ['a product beyond storage', { lines: [line('999999999', { quantity: '999999999' })] }, 'INVALID lines.0.quantity'],
    ['an order that nobody has', { subscriptionId: NOBODY }, 'NOT_FOUND subscriptionId'],
    ['a day that is too far', { dueDate: '1899-01-01' }, 'INVALID dueDate'],
  ])('refuses %s', async (_what, input, expected) => {
    const draft = { tenantId: 'acme', customerId: await customerOf('acme'), currency: 'USD', lines: [line('1')] };
    expect(await refusal('invoiceCreate', { ...draft, ...input })).toBe(expected);
  });

  test('refuses the subscription of another customer, and one that has ended', async () => {
    const { id: subscriptionId, customer } = await newSubscription();
    const foreign = { tenantId: 'globex', customerId: await customerOf('globex'), currency: 'USD', lines: [line('1')] };
    expect(await refusal('invoiceCreate', { ...foreign, subscriptionId })).toBe('NOT_FOUND subscriptionId');
    await done('subscription', 'subscriptionCancel', { id: subscriptionId });
    const late = { ...foreign, tenantId: 'acme', customerId: customer.id, subscriptionId };
    expect(await refusal('invoiceCreate', late)).toBe('CONFLICT subscriptionId');
  });
});

describe('invoiceUpdate', () => {
  test('puts new lines in place of all, as long as it is a draft', async () => {
    const { id } = await newDraft();
    const input = { id, expectedVersion: 1, lines: [line('4'), line('5')], dueDate: '2031-05-01' };
    const changed = await done('invoice', 'invoiceUpdate', input);
    expect(changed).toMatchObject({ total: usd('9.00'), dueDate: '2031-05-01', version: 2 });
    expect(changed.lines.edges).toHaveLength(2);
    expect(await refusal('invoiceUpdate', { id, expectedVersion: 1, dueDate: null })).toBe('CONFLICT expectedVersion');
    expect(await refusal('invoiceUpdate', { id, lines: [line('-1')] })).toBe('INVALID lines');
    expect(await done('invoice', 'invoiceUpdate', { id, dueDate: null })).toMatchObject({
      dueDate: null,
      total: usd('9.00'),
    });
    await done('invoice', 'invoiceFinalize', { id });
    expect(await refusal('invoiceUpdate', { id, dueDate: '2031-05-01' })).toBe('CONFLICT id');
  });
});

describe('invoiceFinalize', () => {
  test('numbers a draft, once', async () => {
    const { id } = await newDraft();
    expect(await refusal('invoiceFinalize', { id, expectedVersion: 2 })).toBe('CONFLICT expectedVersion');
    const invoice = await done('invoice', 'invoiceFinalize', { id, expectedVersion: 1 });
    expect(invoice).toMatchObject({ status: 'OPEN', amountDue: usd('10.00'), version: 2 });
    expect(invoice.invoiceNumber).toMatch(/^INV-\d{6}$/);
    const { userErrors } = await change('invoiceFinalize', { id });
    expect(userErrors).toEqual([
      { field: ['id'], code: 'CONFLICT', message: 'The invoice is OPEN: «finalize» starts from DRAFT.' },
    ]);
  });

  test('leaves nothing to be paid of an invoice that comes to nothing', async () => {
    expect(await newInvoice('0')).toMatchObject({ status: 'PAID', total: usd('0.00'), amountPaid: usd('0.00') });
  });
});

describe('invoicePay', () => {
  test('records what is still due, once', async () => {
    const { id } = await newInvoice('10.00');
    await done('payment', 'paymentRecord', { invoiceId: id, amount: usd('4'), method: 'card' });
    const invoice = await done('invoice', 'invoicePay', { id });
    expect(invoice).toMatchObject({
      status: 'PAID',
      amountPaid: usd('10.00'),
      amountDue: usd('0.00'),
      payments: { totalCount: 2 },
    });
    expect(invoice.paidAt).not.toBeNull();
    expect(await refusal('invoicePay', { id })).toBe('CONFLICT id');
    expect(await refusal('invoiceVoid', { id })).toBe('CONFLICT id');
  });

  test('is done once when two ask at the same time', async () => {
    const { id } = await newInvoice();
    const answers = await Promise.allSettled([0, 1].map(() => done('invoice', 'invoicePay', { id })));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('refuses a draft, an old version and a method without a name', async () => {
    const { id } = await newDraft();
    expect(await refusal('invoicePay', { id })).toBe('CONFLICT id');
    expect(await refusal('invoicePay', { id, expectedVersion: 9 })).toBe('CONFLICT expectedVersion');
    expect(await refusal('invoicePay', { id, method: ' ' })).toBe('INVALID method');
  });
});

describe('invoiceVoid', () => {
  test('withdraws an open invoice, once; it keeps its number', async () => {
    const { id, invoiceNumber } = await newInvoice();
    expect(await done('invoice', 'invoiceVoid', { id, expectedVersion: 2 })).toMatchObject({
      status: 'VOID',
      invoiceNumber,
      amountDue: usd('0.00'),
    });
    for (const mutation of ['invoiceVoid', 'invoicePay', 'invoiceFinalize', 'invoiceUpdate'])
      expect(await refusal(mutation, { id })).toBe('CONFLICT id');
  });

  test('refuses a draft, and an invoice that was paid in part', async () => {
    const draft = await newDraft();
    expect(await refusal('invoiceVoid', { id: draft.id })).toBe('CONFLICT id');
    const { id } = await newInvoice();
    await done('payment', 'paymentRecord', { invoiceId: id, amount: usd('1'), method: 'card' });
    expect(await refusal('invoiceVoid', { id })).toBe('CONFLICT id');
  });
});
