import type { ClientResolvers } from '../generated/types.ts';
import { clients } from '../tables.ts';
import { overviewFor } from '../tenantOverview.ts';

export const Client: ClientResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(clients, id),
  tenants: ({ id }, args, ctx) => ctx.read.under(overviewFor(args), { field: 'clientId', value: id }, args),
};
