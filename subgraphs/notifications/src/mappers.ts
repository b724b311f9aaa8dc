import type { Connection } from '@metatron/platform/read/connection';
import type {
  DeliveryAttempt,
  Notification,
  NotificationPreference,
  NotificationTemplate,
  PushSubscription,
} from '@metatron/prisma/notifications/client';

/** The API shows neither where a message went nor what fills its template, which may be secret. */
export type NotificationRow = Omit<Notification, 'recipientAddress' | 'recipient' | 'data' | 'dedupeKey'>;
export type DeliveryAttemptRow = DeliveryAttempt;
export type NotificationTemplateRow = NotificationTemplate;
export type NotificationPreferenceRow = NotificationPreference;
/** Whoever knows the endpoint reaches the browser. */
export type PushSubscriptionRow = Omit<PushSubscription, 'endpoint' | 'p256dh' | 'auth'>;

export type NotificationConnectionRow = Connection<NotificationRow>;
export type DeliveryAttemptConnectionRow = Connection<DeliveryAttemptRow>;
export type NotificationTemplateConnectionRow = Connection<NotificationTemplateRow>;
export type NotificationPreferenceConnectionRow = Connection<NotificationPreferenceRow>;
export type PushSubscriptionConnectionRow = Connection<PushSubscriptionRow>;

export interface TenantRow {
  readonly id: string;
}

export interface UserRow {
  readonly id: string;
}
