import type { QueryResolvers } from '../generated/types.ts';
import { notificationPreferences, notifications, notificationTemplates } from '../tables.ts';

export const Query: QueryResolvers = {
  notifications: (_root, args, ctx) => ctx.read.page(notifications, args),
  notificationTemplates: (_root, args, ctx) => ctx.read.page(notificationTemplates, args),
  notificationPreferences: (_root, args, ctx) => ctx.read.page(notificationPreferences, args),
};
