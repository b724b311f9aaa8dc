import type { UsageRecordResolvers } from '../generated/types.ts';
import { customerOf, tenantOf } from '../references.ts';
import { invoices, subscriptions, usageRecords } from '../tables.ts';

export const UsageRecord: UsageRecordResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(usageRecords, id),
  tenant: tenantOf,
  customer: customerOf,
  subscription: ({ subscriptionId }, _args, ctx) => ctx.read.byId(subscriptions, subscriptionId),
  invoice: ({ invoiceId }, _args, ctx) => ctx.read.reference(invoices, invoiceId),
};
