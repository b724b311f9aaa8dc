import type { InteractionResolvers } from '../generated/types.ts';
import { tenantOf, userOf } from '../references.ts';
import { customers, deals, interactions, leads } from '../tables.ts';

export const Interaction: InteractionResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(interactions, id),
  tenant: tenantOf,
  customer: ({ customerId }, _, ctx) => ctx.read.reference(customers, customerId),
  lead: ({ leadId }, _, ctx) => ctx.read.reference(leads, leadId),
  deal: ({ dealId }, _, ctx) => ctx.read.reference(deals, dealId),
  user: ({ userId }) => userOf(userId),
};
