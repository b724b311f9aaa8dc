import type { QueryResolvers } from '../generated/types.ts';
import { invoices, payments, plans, subscriptions, usageRecords } from '../tables.ts';

export const Query: QueryResolvers = {
  plans: (_root, args, ctx) => ctx.read.page(plans, args),
  subscription: (_root, { id }, ctx) => ctx.read.byId(subscriptions, id),
  subscriptions: (_root, args, ctx) => ctx.read.page(subscriptions, args),
  invoice: (_root, { id }, ctx) => ctx.read.byId(invoices, id),
  invoices: (_root, args, ctx) => ctx.read.page(invoices, args),
  payments: (_root, args, ctx) => ctx.read.page(payments, args),
  usageRecords: (_root, args, ctx) => ctx.read.page(usageRecords, args),
};
