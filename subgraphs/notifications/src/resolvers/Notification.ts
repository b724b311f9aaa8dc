import type { NotificationResolvers } from '../generated/types.ts';
import { tenantOf, userOf } from '../references.ts';
import { deliveryAttempts, notifications } from '../tables.ts';

export const Notification: NotificationResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(notifications, id),
  tenant: tenantOf,
  user: ({ userId }) => userOf(userId),
  attempts: ({ id, tenantId }, args, ctx) =>
    ctx.read.under(deliveryAttempts, { field: 'notificationId', value: id, tenantId }, args),
};
