import type { PushSubscriptionResolvers } from '../generated/types.ts';
import { tenantOf, userOf } from '../references.ts';
import { pushSubscriptions } from '../tables.ts';

export const PushSubscription: PushSubscriptionResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(pushSubscriptions, id),
  tenant: tenantOf,
  user: ({ userId }) => userOf(userId),
};
