import type { ClientResolvers } from '../generated/types.ts';
import { clients } from '../tables.ts';
import { tenantOverview } from '../tenantOverview.ts';

export const Client: ClientResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(clients, id),
  tenants: ({ id }, args, ctx) => ctx.read.under(tenantOverview, { field: 'clientId', value: id }, args),
};
