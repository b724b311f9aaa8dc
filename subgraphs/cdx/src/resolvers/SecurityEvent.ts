import type { SecurityEventResolvers } from '../generated/types.ts';
import { tenantOf, userOf } from '../references.ts';
import { securityEvents } from '../tables.ts';

export const SecurityEvent: SecurityEventResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(securityEvents, id),
  tenant: tenantOf,
  actor: ({ actorId }) => userOf(actorId),
  assignedTo: ({ assignedTo }) => userOf(assignedTo),
};
