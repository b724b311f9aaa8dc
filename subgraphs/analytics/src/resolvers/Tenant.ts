import type { TenantResolvers } from '../generated/types.ts';
import { events } from '../tables.ts';

export const Tenant: TenantResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  events: ({ id }, args, ctx) => ctx.read.under(events, { field: 'tenantId', value: id }, args),
};
