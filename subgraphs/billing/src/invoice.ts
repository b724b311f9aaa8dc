import { Refusal } from '@metatron/platform/errors';
import { defined } from '@metatron/platform/verb/defined';
import * as fields from '@metatron/platform/verb/fields';
import { holdRow, lockTarget } from '@metatron/platform/verb/lock';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

import { verb, type Tx } from './context.ts';
import { chargesOf, lines } from './invoiceLines.ts';
import { moveInvoice } from './invoiceStates.ts';
import type { InvoiceRow } from './mappers.ts';
import { requirePayer } from './payer.ts';
import { moveSubscription } from '@metatron/prisma/billing/subscriptionStates';
import { invoices, subscriptions } from './tables.ts';

const particulars = {
  dueDate: fields.changed(fields.time),
  paymentMethod: fields.changed(fields.text(50)),
  metadata: fields.kept(fields.jsonObject),
};

/** @throws Refusal NOT_FOUND unless the subscription is the customer's own. */
async function holdOrder(tx: Tx, tenantId: string, customerId: string, id: string | null): Promise<void> {
  if (id === null) return;
  const name = { table: subscriptions, tenantId, id, noun: 'subscription', field: 'subscriptionId' };
  const row = await holdRow(tx, name);
  if (row.customerId !== customerId)
    throw new Refusal('NOT_FOUND', 'The customer has no such subscription.', 'subscriptionId');
  moveSubscription('invoice', row.status, 'subscriptionId');
}

export const invoiceCreate = verb({
  name: 'invoiceCreate',
  input: z.object({
    ...fields.creating,
    ...particulars,
    customerId: fields.id,
    subscriptionId: fields.optional(fields.id),
    currency: z.string(),
    lines,
  }),
  tenant: { of: 'given' },
  creates: invoices,
  async act({ ctx, tx, input, tenantId }) {
    const { customerId, subscriptionId, currency, dueDate, paymentMethod, metadata } = input;
    const { rows, sums } = chargesOf(currency, input.lines);
    await requirePayer(ctx, tenantId, customerId);
    await holdOrder(tx, tenantId, customerId, subscriptionId);
    const id = uuidv7();
    const own = defined({ dueDate, paymentMethod, metadata });
    // The lines need the invoice to be there; Prisma nests them in the same transaction.
    const row = await tx.invoice.create({
      data: { ...own, ...sums, tenantId, id, customerId, subscriptionId, currency, lines: { create: rows } },
    });
    return {
      row,
      object: { type: 'Invoice', id },
      after: row,
      events: [{ type: 'invoice.created', payload: { invoiceId: id } }],
    };
  },
});

export const existingInvoice = { of: 'target', table: invoices, noun: 'invoice' } as const;

type ChangeEvent = `invoice.${'updated' | 'finalized' | 'paidPartly' | 'paid' | 'voided'}`;

/** Writes a change of an invoice that is locked. */
export async function saveInvoice(
  tx: Tx,
  before: InvoiceRow,
  type: ChangeEvent,
  data: Parameters<Tx['invoice']['update']>[0]['data'],
) {
  const { tenantId, id, version } = before;
  const row = await tx.invoice.update({
    where: { tenantId_id: { tenantId, id } },
    data: { ...data, version: version + 1 },
  });
  return {
    row,
    object: { type: 'Invoice', id },
    before,
    after: row,
    events: [{ type, payload: { invoiceId: id, status: row.status } }],
  };
}

export const invoiceUpdate = verb({
  name: 'invoiceUpdate',
  input: z.object({ ...fields.versioned, ...particulars, lines: fields.kept(lines) }),
  tenant: existingInvoice,
  async act({ tx, input, tenantId }) {
    const before = await lockTarget(tx, { ...existingInvoice, tenantId, input });
    moveInvoice('update', before.status);
    const { dueDate, paymentMethod, metadata } = input;
    const own = defined({ dueDate, paymentMethod, metadata });
    if (input.lines === undefined) return saveInvoice(tx, before, 'invoice.updated', own);
    const { rows, sums } = chargesOf(before.currency, input.lines);
    // Deleted first, since positions are unique.
    await tx.invoiceLine.deleteMany({ where: { tenantId, invoiceId: before.id } });
    return saveInvoice(tx, before, 'invoice.updated', { ...own, ...sums, lines: { create: rows } });
  },
});
