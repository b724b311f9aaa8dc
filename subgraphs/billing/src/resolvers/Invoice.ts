import { amountDue } from '../balance.ts';
import type { InvoiceResolvers } from '../generated/types.ts';
import { moneyOf } from '../money.ts';
import { customerOf, tenantOf } from '../references.ts';
import { invoiceLines, invoices, payments, subscriptions } from '../tables.ts';

export const Invoice: InvoiceResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(invoices, id),
  tenant: tenantOf,
  customer: customerOf,
  subscription: ({ subscriptionId }, _args, ctx) => ctx.read.reference(subscriptions, subscriptionId),
  subtotal: ({ subtotal, currency }) => moneyOf(subtotal, currency),
  discount: ({ discountAmount, currency }) => moneyOf(discountAmount, currency),
  tax: ({ taxAmount, currency }) => moneyOf(taxAmount, currency),
  total: ({ total, currency }) => moneyOf(total, currency),
  amountPaid: ({ amountPaid, currency }) => moneyOf(amountPaid, currency),
  amountDue: (invoice) => moneyOf(amountDue(invoice), invoice.currency),
  lines({ id, tenantId }, args, ctx) {
    const orderBy = args.orderBy ?? { field: 'position', direction: 'asc' };
    return ctx.read.under(invoiceLines, { field: 'invoiceId', value: id, tenantId }, { ...args, orderBy });
  },
  payments: ({ id, tenantId }, args, ctx) =>
    ctx.read.under(payments, { field: 'invoiceId', value: id, tenantId }, args),
};
