import type { NotificationPreferenceResolvers } from '../generated/types.ts';
import { tenantOf, userOf } from '../references.ts';
import { notificationPreferences } from '../tables.ts';

export const NotificationPreference: NotificationPreferenceResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(notificationPreferences, id),
  tenant: tenantOf,
  user: ({ userId }) => userOf(userId),
};
