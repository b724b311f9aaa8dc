import { z } from 'zod';

import { deliver } from '../delivery/deliver.ts';
import { providersOf } from '../delivery/providers.ts';

import { defineHandler } from './defineHandler.ts';

/** Sends what was queued. */
export const deliverNotification = defineHandler({
  name: 'deliverNotification',
  on: ['notification.queued'],
  payload: z.object({ notificationId: z.uuid() }),
  handle: ({ event: { tenantId }, payload: { notificationId: id }, attempt, lastAttempt }, context) => {
    const { connections, environment } = context;
    const providers = providersOf(context);
    return deliver({ tenantId, id }, { attempt, lastAttempt, connections, providers, from: environment.mailFrom });
  },
});
