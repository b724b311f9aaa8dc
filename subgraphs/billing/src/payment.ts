import { Refusal } from '@metatron/platform/errors';
import { Exact, toMoney } from '@metatron/platform/money';
import { defined } from '@metatron/platform/verb/defined';
import * as fields from '@metatron/platform/verb/fields';
import { lockTarget } from '@metatron/platform/verb/lock';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

import { amountDue } from './balance.ts';
import { verb, type Tx } from './context.ts';
import { saveInvoice } from './invoice.ts';
import { moveInvoice } from './invoiceStates.ts';
import type { InvoiceRow } from './mappers.ts';
import { invoices, payments } from './tables.ts';

/** How far another machine's clock may be ahead. */
const CLOCK_MS = 60_000;

/** How something was paid. */
export const means = {
  method: fields.text(50),
  provider: fields.optional(fields.text(50)),
  reference: fields.optional(fields.text(255)),
};

interface Paid extends z.output<z.ZodObject<typeof means>> {
  readonly amount: { toString(): string };
  readonly succeededAt?: Date | undefined;
  readonly metadata?: Parameters<Tx['payment']['create']>[0]['data']['metadata'];
}

/** Adds a payment that has arrived to a locked invoice, which is paid exactly when nothing is due any more. */
export async function addPayment(tx: Tx, invoice: InvoiceRow, paid: Paid) {
  const { tenantId, id: invoiceId, customerId, currency } = invoice;
  const { amount, method, provider, reference, metadata = {}, succeededAt = new Date() } = paid;
  const covered = amountDue(invoice).eq(amount.toString());
  const status = moveInvoice(covered ? 'pay' : 'payPartly', invoice.status, 'invoiceId');
  const payment = await tx.payment.create({
    data: {
      ...{ tenantId, id: uuidv7(), customerId, invoiceId, currency, metadata },
      ...{ amount: amount.toString(), method, provider, providerReference: reference },
      ...{ status: 'succeeded', succeededAt },
    },
  });
  const type = covered ? 'invoice.paid' : 'invoice.paidPartly';
  const change = covered ? { status, paidAt: succeededAt, paymentMethod: method } : {};
  return { payment, settled: await saveInvoice(tx, invoice, type, change) };
}

/** @throws Refusal INVALID for an amount that the invoice does not wait for. */
function expectDue(invoice: InvoiceRow, { amount, currency }: z.output<typeof fields.money>): void {
  if (currency !== invoice.currency)
    throw new Refusal('INVALID', `The invoice is in ${invoice.currency}.`, ['amount', 'currency']);
  const due = amountDue(invoice);
  if (due.lt(amount)) {
    const open = toMoney(due, currency)?.amount ?? '';
    throw new Refusal('INVALID', `Only ${open} ${currency} are still to be paid.`, ['amount', 'amount']);
  }
}

const positive = fields.money.refine(({ amount }) => new Exact(amount).gt(0), {
  path: ['amount'],
  message: 'The amount must be more than nothing.',
});

const past = fields.time.refine((at) => at.getTime() <= Date.now() + CLOCK_MS, 'This lies in the future.');

export const taken = {
  payments_provider_key: {
    code: 'TAKEN',
    message: 'This payment of the provider is recorded already.',
    field: 'reference',
  },
} as const;

export const paymentRecord = verb({
  name: 'paymentRecord',
  input: z.object({
    ...fields.creating,
    ...means,
    invoiceId: fields.id,
    amount: positive,
    paidAt: fields.kept(past),
    metadata: fields.kept(fields.jsonObject),
  }),
  tenant: { of: 'target', table: invoices, noun: 'invoice', field: 'invoiceId' },
  creates: payments,
  constraints: taken,
  async act({ tx, input, tenantId }) {
    const { invoiceId, amount, method, provider, reference, paidAt, metadata } = input;
    const invoice = await lockTarget(tx, { table: invoices, tenantId, noun: 'invoice', input: { id: invoiceId } });
    moveInvoice('payPartly', invoice.status, 'invoiceId');
    expectDue(invoice, amount);
    const paid = { method, provider, reference, amount: amount.amount, ...defined({ succeededAt: paidAt, metadata }) };
    const { payment, settled } = await addPayment(tx, invoice, paid);
    return {
      row: payment,
      object: { type: 'Payment', id: payment.id },
      after: payment,
      events: [{ type: 'payment.succeeded', payload: { paymentId: payment.id, invoiceId } }, ...settled.events],
    };
  },
});
