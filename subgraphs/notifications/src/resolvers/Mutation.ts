import { deletion, payload } from '@metatron/platform/verb/payload';

import type { MutationResolvers } from '../generated/types.ts';
import { notificationMarkRead, notificationPreferenceUpdate } from '../own.ts';
import { pushSubscriptionCreate, pushSubscriptionDelete } from '../pushSubscription.ts';
import { notificationCancel, notificationSend } from '../send.ts';
import { notificationTemplateCreate, notificationTemplateUpdate } from '../template.ts';
import {
  notificationTemplateArchive,
  notificationTemplatePublish,
  notificationTemplateRestore,
} from '../templatePublish.ts';

export const Mutation: MutationResolvers = {
  notificationTemplateCreate: payload('notificationTemplate', notificationTemplateCreate),
  notificationTemplateUpdate: payload('notificationTemplate', notificationTemplateUpdate),
  notificationTemplatePublish: payload('notificationTemplate', notificationTemplatePublish),
  notificationTemplateArchive: payload('notificationTemplate', notificationTemplateArchive),
  notificationTemplateRestore: payload('notificationTemplate', notificationTemplateRestore),
  notificationSend: payload('notification', notificationSend),
  notificationCancel: payload('notification', notificationCancel),
  notificationMarkRead: payload('notification', notificationMarkRead),
  notificationPreferenceUpdate: payload('notificationPreference', notificationPreferenceUpdate),
  pushSubscriptionCreate: payload('pushSubscription', pushSubscriptionCreate),
  pushSubscriptionDelete: deletion(pushSubscriptionDelete),
};
