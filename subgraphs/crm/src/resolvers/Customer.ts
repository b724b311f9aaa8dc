import type { CustomerResolvers } from '../generated/types.ts';
import { tenantOf } from '../references.ts';
import { customers, deals, interactions, leads } from '../tables.ts';

export const Customer: CustomerResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(customers, id),
  tenant: tenantOf,
  leads: ({ id, tenantId }, list, ctx) => ctx.read.under(leads, { field: 'customerId', value: id, tenantId }, list),
  deals: ({ id, tenantId }, list, ctx) => ctx.read.under(deals, { field: 'customerId', value: id, tenantId }, list),
  interactions: ({ id, tenantId }, list, ctx) =>
    ctx.read.under(interactions, { field: 'customerId', value: id, tenantId }, list),
};
