import type { BillingOverviewResolvers } from '../generated/types.ts';
import { loadersOf } from '../loaders.ts';
import { completeThrough } from '../summaries.ts';
import { toSums } from '../sums.ts';

export const BillingOverview: BillingOverviewResolvers = {
  mrr: async ({ tenantId }, _args, ctx) => toSums(await loadersOf(ctx).billingMoney.load(tenantId), ({ mrr }) => mrr),
  outstanding: async ({ tenantId }, _args, ctx) =>
    toSums(await loadersOf(ctx).billingMoney.load(tenantId), ({ outstanding }) => outstanding),
  completeThrough: completeThrough('billing'),
};
