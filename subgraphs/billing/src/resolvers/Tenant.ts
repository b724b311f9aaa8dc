import type { TenantResolvers } from '../generated/types.ts';
import { invoices, payments, subscriptions } from '../tables.ts';

export const Tenant: TenantResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  invoices: ({ id }, args, ctx) => ctx.read.under(invoices, { field: 'tenantId', value: id }, args),
  subscriptions: ({ id }, args, ctx) => ctx.read.under(subscriptions, { field: 'tenantId', value: id }, args),
  payments: ({ id }, args, ctx) => ctx.read.under(payments, { field: 'tenantId', value: id }, args),
};
