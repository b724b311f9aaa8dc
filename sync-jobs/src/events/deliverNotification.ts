import { events } from '@metatron/prisma/notifications/events';

import { deliver } from '../delivery/deliver.ts';
import { providersOf } from '../delivery/providers.ts';

import { defineHandler } from './defineHandler.ts';

/** Sends what was queued. */
export const deliverNotification = defineHandler({
  name: 'deliverNotification',
  of: events,
  on: ['notification.queued'],
  handle: ({ event: { tenantId }, payload: { notificationId: id }, attempt, lastAttempt }, context) => {
    const { connections, environment } = context;
    const providers = providersOf(context);
    return deliver({ tenantId, id }, { attempt, lastAttempt, connections, providers, from: environment.mailFrom });
  },
});
