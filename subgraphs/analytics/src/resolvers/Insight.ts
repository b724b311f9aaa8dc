import type { InsightResolvers } from '../generated/types.ts';
import { tenantOf, userOf } from '../references.ts';
import { dashboards, insights } from '../tables.ts';

export const Insight: InsightResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(insights, id),
  tenant: tenantOf,
  dashboard: ({ dashboardId }, _args, ctx) => ctx.read.reference(dashboards, dashboardId),
  createdBy: ({ createdBy }) => userOf(createdBy),
};
