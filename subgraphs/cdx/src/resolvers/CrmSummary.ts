import type { CrmSummaryResolvers } from '../generated/types.ts';
import { loadersOf } from '../loaders.ts';
import { completeThrough } from '../summaries.ts';
import { toSums } from '../sums.ts';

/** To two decimals; null for no leads. */
const mean = (sum: number, count: number): number | null =>
  count === 0 ? null : Math.round((sum / count) * 100) / 100;

export const CrmSummary: CrmSummaryResolvers = {
  avgProbability: ({ probabilitySum, probabilityCount }) => mean(probabilitySum, probabilityCount),
  pipelineValue: async ({ tenantId }, _args, ctx) =>
    toSums(await loadersOf(ctx).crmMoney.load(tenantId), ({ pipelineValue }) => pipelineValue),
  dealValue: async ({ tenantId }, _args, ctx) =>
    toSums(await loadersOf(ctx).crmMoney.load(tenantId), ({ dealValue }) => dealValue),
  wonValue: async ({ tenantId }, _args, ctx) =>
    toSums(await loadersOf(ctx).crmMoney.load(tenantId), ({ wonValue }) => wonValue),
  completeThrough: completeThrough('crm'),
};
