import type { UserResolvers } from '../generated/types.ts';
import { deals, leads } from '../tables.ts';

export const User: UserResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  assignedLeads: ({ id }, list, ctx) => ctx.read.under(leads, { field: 'assignedTo', value: id }, list),
  ownedDeals: ({ id }, list, ctx) => ctx.read.under(deals, { field: 'ownerId', value: id }, list),
};
