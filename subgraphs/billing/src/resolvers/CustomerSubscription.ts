import type { CustomerSubscriptionResolvers } from '../generated/types.ts';
import { moneyColumn } from '../money.ts';
import { customerOf, tenantOf, userOf } from '../references.ts';
import { invoices, plans, subscriptions, usageRecords } from '../tables.ts';

export const CustomerSubscription: CustomerSubscriptionResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(subscriptions, id),
  tenant: tenantOf,
  customer: customerOf,
  contact: ({ contactId }) => userOf(contactId),
  plan: ({ planId }, _args, ctx) => ctx.read.byId(plans, planId),
  nextPlan: ({ nextPlanId }, _args, ctx) => ctx.read.reference(plans, nextPlanId),
  price: moneyColumn('amount'),
  monthlyAmount: moneyColumn('monthlyAmount'),
  invoices: ({ id, tenantId }, args, ctx) =>
    ctx.read.under(invoices, { field: 'subscriptionId', value: id, tenantId }, args),
  usageRecords: ({ id, tenantId }, args, ctx) =>
    ctx.read.under(usageRecords, { field: 'subscriptionId', value: id, tenantId }, args),
};
