import type { TenantResolvers } from '../generated/types.ts';
import { customers, deals, leads } from '../tables.ts';

export const Tenant: TenantResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  customers: ({ id }, list, ctx) => ctx.read.under(customers, { field: 'tenantId', value: id }, list),
  leads: ({ id }, list, ctx) => ctx.read.under(leads, { field: 'tenantId', value: id }, list),
  deals: ({ id }, list, ctx) => ctx.read.under(deals, { field: 'tenantId', value: id }, list),
};
