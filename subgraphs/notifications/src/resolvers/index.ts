import type { Resolvers } from '../generated/types.ts';

import { Mutation } from './Mutation.ts';
import { Notification } from './Notification.ts';
import { NotificationPreference } from './NotificationPreference.ts';
import { NotificationTemplate } from './NotificationTemplate.ts';
import { PushSubscription } from './PushSubscription.ts';
import { Query } from './Query.ts';
import { Tenant } from './Tenant.ts';
import { User } from './User.ts';

export const resolvers: Resolvers = {
  Mutation,
  Notification,
  NotificationPreference,
  NotificationTemplate,
  PushSubscription,
  Query,
  Tenant,
  User,
};
