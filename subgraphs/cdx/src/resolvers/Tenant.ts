import type { TenantResolvers } from '../generated/types.ts';
import { loadersOf } from '../loaders.ts';
import { empty } from '../summaries.ts';
import { clients } from '../tables.ts';
import { tenants } from '../tenantOverview.ts';

type Settings = Readonly<Record<string, unknown>> | null;

export const Tenant: TenantResolvers = {
  // Whoever refers to a tenant has read its id; a caller without rights is refused at the fields.
  __resolveReference: ({ id }) => ({ id }),
  client: async ({ id }, _args, ctx) =>
    ctx.read.reference(clients, (await ctx.read.byId(tenants, id))?.clientId ?? null),
  settings: async ({ id }, _args, ctx) => ((await ctx.read.byId(tenants, id))?.settings ?? null) as Settings,
  version: async ({ id }, _args, ctx) => (await ctx.read.byId(tenants, id))?.version ?? null,
  authSummary: async ({ id }, _args, ctx) => (await loadersOf(ctx).auth.load(id)) ?? { ...empty.auth, tenantId: id },
  crmSummary: async ({ id }, _args, ctx) => (await loadersOf(ctx).crm.load(id)) ?? { ...empty.crm, tenantId: id },
  cmsSummary: async ({ id }, _args, ctx) => (await loadersOf(ctx).cms.load(id)) ?? { ...empty.cms, tenantId: id },
  billingOverview: async ({ id }, _args, ctx) =>
    (await loadersOf(ctx).billing.load(id)) ?? { ...empty.billing, tenantId: id },
  analyticsSummary: async ({ id }, _args, ctx) =>
    (await loadersOf(ctx).analytics.load(id)) ?? { ...empty.analytics, tenantId: id },
  notificationSummary: async ({ id }, _args, ctx) =>
    (await loadersOf(ctx).notifications.load(id)) ?? { ...empty.notifications, tenantId: id },
};
