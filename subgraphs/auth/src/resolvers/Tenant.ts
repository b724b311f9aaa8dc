import { findTenant } from '../directory.ts';
import type { TenantResolvers } from '../generated/types.ts';
import { users } from '../tables.ts';

export const Tenant: TenantResolvers = {
  __resolveReference: ({ id }, ctx) => findTenant(ctx, id),
  users: (tenant, list, ctx) => ctx.read.under(users, { field: 'tenantId', value: tenant.id }, list),
};
