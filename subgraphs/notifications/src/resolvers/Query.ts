import { readVapidKeys } from '@metatron/platform/vapid';

import type { QueryResolvers } from '../generated/types.ts';
import { notificationPreferences, notifications, notificationTemplates, pushSubscriptions } from '../tables.ts';

export const Query: QueryResolvers = {
  notifications: (_root, args, ctx) => ctx.read.page(notifications, args),
  notificationTemplates: (_root, args, ctx) => ctx.read.page(notificationTemplates, args),
  notificationPreferences: (_root, args, ctx) => ctx.read.page(notificationPreferences, args),
  pushSubscriptions: (_root, args, ctx) => ctx.read.page(pushSubscriptions, args),
  pushPublicKey: (_root, _args, ctx) => readVapidKeys(ctx.services.vapidKeysFile).publicKey,
};
