import type { NotificationGlobalResolvers } from '../generated/types.ts';
import { tenantOf, userOf } from '../references.ts';
import { notifications } from '../tables.ts';

export const NotificationGlobal: NotificationGlobalResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(notifications, id),
  tenant: tenantOf,
  user: ({ userId }) => userOf(userId),
};
