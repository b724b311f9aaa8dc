import { defineEvents, eventKind, id } from '@metatron/platform/verb/events';
import { z } from 'zod';

const notification = eventKind({ notificationId: id });
const template = eventKind({ templateId: id });
const pushSubscription = eventKind({ pushSubscriptionId: id });

/** What happens in NOTIFICATIONS. */
export const events = defineEvents('notifications', {
  'notification.queued': notification,
  'notification.cancelled': notification,
  'notification.read': notification,
  'notificationPreference.updated': eventKind({ preferenceId: id }),
  'notificationTemplate.created': template,
  'notificationTemplate.updated': template,
  'notificationTemplate.published': eventKind({ templateId: id, version: z.int() }),
  'notificationTemplate.archived': template,
  'notificationTemplate.restored': template,
  'pushSubscription.created': pushSubscription,
  'pushSubscription.deleted': pushSubscription,
});
