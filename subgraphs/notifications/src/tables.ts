import { defineTable } from '@metatron/platform/read/table';
import { Prisma } from '@metatron/prisma/notifications/client';

import type {
  DeliveryAttemptRow,
  NotificationPreferenceRow,
  NotificationRow,
  NotificationTemplateRow,
  PushSubscriptionRow,
} from './mappers.ts';

export const notifications = defineTable<NotificationRow>(
  'Notification',
  'notifications',
  Prisma.NotificationScalarFieldEnum,
  { without: ['recipientAddress', 'recipient', 'data', 'dedupeKey'] },
);
export const deliveryAttempts = defineTable<DeliveryAttemptRow>(
  'DeliveryAttempt',
  'delivery_attempts',
  Prisma.DeliveryAttemptScalarFieldEnum,
);
export const notificationTemplates = defineTable<NotificationTemplateRow>(
  'NotificationTemplate',
  'notification_templates',
  Prisma.NotificationTemplateScalarFieldEnum,
);
export const notificationPreferences = defineTable<NotificationPreferenceRow>(
  'NotificationPreference',
  'notification_preferences',
  Prisma.NotificationPreferenceScalarFieldEnum,
);
export const pushSubscriptions = defineTable<PushSubscriptionRow>(
  'PushSubscription',
  'push_subscriptions',
  Prisma.PushSubscriptionScalarFieldEnum,
  { without: ['endpoint', 'p256dh', 'auth'] },
);
