import type { NotificationTemplateResolvers } from '../generated/types.ts';
import { tenantOf } from '../references.ts';
import { notificationTemplates } from '../tables.ts';

export const NotificationTemplate: NotificationTemplateResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(notificationTemplates, id),
  tenant: tenantOf,
};
