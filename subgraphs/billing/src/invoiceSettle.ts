import { Refusal } from '@metatron/platform/errors';
import * as fields from '@metatron/platform/verb/fields';
import { lockTarget } from '@metatron/platform/verb/lock';
import { z } from 'zod';

import { amountDue } from './balance.ts';
import { verb } from './context.ts';
import { existingInvoice, saveInvoice } from './invoice.ts';
import { moveInvoice } from './invoiceStates.ts';
import { addPayment, means, taken } from './payment.ts';

/** What costs nothing is paid as soon as it is open. */
export const invoiceFinalize = verb({
  name: 'invoiceFinalize',
  input: z.object(fields.versioned),
  tenant: existingInvoice,
  async act({ tx, input, tenantId }) {
    const before = await lockTarget(tx, { ...existingInvoice, tenantId, input });
    const status = moveInvoice('finalize', before.status);
    const opened = await saveInvoice(tx, before, 'invoice.finalized', { status });
    if (!opened.row.total.isZero()) return opened;
    const paid = { status: moveInvoice('pay', status), paidAt: new Date() };
    return { ...(await saveInvoice(tx, opened.row, 'invoice.paid', paid)), before };
  },
});

export const invoicePay = verb({
  name: 'invoicePay',
  input: z.object({ ...fields.versioned, ...means, method: fields.kept(means.method) }),
  tenant: existingInvoice,
  constraints: taken,
  async act({ tx, input, tenantId }) {
    const before = await lockTarget(tx, { ...existingInvoice, tenantId, input });
    moveInvoice('pay', before.status);
    const { method = 'manual', provider, reference } = input;
    const { settled } = await addPayment(tx, before, { amount: amountDue(before), method, provider, reference });
    return settled;
  },
});

export const invoiceVoid = verb({
  name: 'invoiceVoid',
  input: z.object(fields.versioned),
  tenant: existingInvoice,
  async act({ tx, input, tenantId }) {
    const before = await lockTarget(tx, { ...existingInvoice, tenantId, input });
    const status = moveInvoice('void', before.status);
    if (!before.amountPaid.isZero())
      throw new Refusal('CONFLICT', 'The invoice has payments: it can no longer be void.', 'id');
    // What was used stays owed: the subscription's next invoice claims it.
    await tx.usageRecord.updateMany({ where: { tenantId, invoiceId: before.id }, data: { invoiceId: null } });
    return saveInvoice(tx, before, 'invoice.voided', { status, voidedAt: new Date() });
  },
});
