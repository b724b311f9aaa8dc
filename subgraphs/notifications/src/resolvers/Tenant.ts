import type { TenantResolvers } from '../generated/types.ts';
import { notifications } from '../tables.ts';

export const Tenant: TenantResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  notifications: ({ id }, args, ctx) => ctx.read.under(notifications, { field: 'tenantId', value: id }, args),
};
