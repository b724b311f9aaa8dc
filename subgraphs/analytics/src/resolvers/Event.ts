import type { EventResolvers } from '../generated/types.ts';
import { tenantOf, userOf } from '../references.ts';
import { events } from '../tables.ts';

export const Event: EventResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(events, id),
  tenant: tenantOf,
  user: ({ userId }) => userOf(userId),
};
