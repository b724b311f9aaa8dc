import type { DashboardResolvers } from '../generated/types.ts';
import { tenantOf, userOf } from '../references.ts';
import { dashboards, insights } from '../tables.ts';

export const Dashboard: DashboardResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(dashboards, id),
  tenant: tenantOf,
  createdBy: ({ createdBy }) => userOf(createdBy),
  insights: ({ id, tenantId }, args, ctx) =>
    ctx.read.under(insights, { field: 'dashboardId', value: id, tenantId }, args),
};
