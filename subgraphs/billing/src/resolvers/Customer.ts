import type { CustomerResolvers } from '../generated/types.ts';
import { invoices, payments, subscriptions } from '../tables.ts';

export const Customer: CustomerResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  subscriptions: ({ id }, args, ctx) => ctx.read.under(subscriptions, { field: 'customerId', value: id }, args),
  invoices: ({ id }, args, ctx) => ctx.read.under(invoices, { field: 'customerId', value: id }, args),
  payments: ({ id }, args, ctx) => ctx.read.under(payments, { field: 'customerId', value: id }, args),
};
