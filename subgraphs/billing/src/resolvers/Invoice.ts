import { amountDue } from '../balance.ts';
import type { InvoiceResolvers } from '../generated/types.ts';
import { moneyColumn, moneyOf } from '../money.ts';
import { customerOf, tenantOf } from '../references.ts';
import { invoiceLines, invoices, payments, subscriptions } from '../tables.ts';

export const Invoice: InvoiceResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(invoices, id),
  tenant: tenantOf,
  customer: customerOf,
  subscription: ({ subscriptionId }, _args, ctx) => ctx.read.reference(subscriptions, subscriptionId),
  subtotal: moneyColumn('subtotal'),
  discount: moneyColumn('discountAmount'),
  tax: moneyColumn('taxAmount'),
  total: moneyColumn('total'),
  amountPaid: moneyColumn('amountPaid'),
  amountDue: (invoice) => moneyOf(amountDue(invoice), invoice.currency),
  lines({ id, tenantId }, args, ctx) {
    const orderBy = args.orderBy ?? { field: 'position', direction: 'asc' };
    return ctx.read.under(invoiceLines, { field: 'invoiceId', value: id, tenantId }, { ...args, orderBy });
  },
  payments: ({ id, tenantId }, args, ctx) =>
    ctx.read.under(payments, { field: 'invoiceId', value: id, tenantId }, args),
};
