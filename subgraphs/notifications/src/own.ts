/** What people set for themselves: it runs in the service's name, under their own id alone. */
import { requireUser } from '@metatron/platform/context';
import { Refusal } from '@metatron/platform/errors';
import { defined } from '@metatron/platform/verb/defined';
import * as fields from '@metatron/platform/verb/fields';
import { expectVersion } from '@metatron/platform/verb/version';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

import { verb, type Tx } from './context.ts';
import type { NotificationPreferenceRow } from './mappers.ts';
import { category } from './templateDraft.ts';

export const notificationMarkRead = verb({
  name: 'notificationMarkRead',
  input: z.object({ id: fields.id }),
  tenant: { of: 'active' },
  asService: true,
  async act({ ctx, tx, input: { id }, tenantId }) {
    const { userId } = requireUser(ctx.caller.identity);
    // Of two marks at once, the first one's time stays.
    const { count } = await tx.notification.updateMany({
      where: { tenantId, id, userId, readAt: null },
      data: { readAt: new Date() },
    });
    const row = await tx.notification.findFirst({
      where: { tenantId, id, userId },
      omit: { recipientAddress: true, recipient: true, data: true, dedupeKey: true },
    });
    if (row === null) throw new Refusal('NOT_FOUND', 'There is no such message to you.', 'id');
    return {
      row,
      object: { type: 'Notification', id },
      after: { id, readAt: row.readAt },
      events: count === 0 ? [] : [{ type: 'notification.read', payload: { notificationId: id } }],
    };
  },
});

interface PreferenceName {
  readonly tenantId: string;
  readonly userId: string;
  readonly category: string;
  readonly channel: string;
}

/** The person's preference, locked; made first where there is none, so that two callers meet here. */
async function lockPreference(tx: Tx, name: PreferenceName): Promise<NotificationPreferenceRow & { isNew: boolean }> {
  const { tenantId, userId, category: about, channel } = name;
  const { count } = await tx.notificationPreference.createMany({
    data: [{ ...name, id: uuidv7() }],
    skipDuplicates: true,
  });
  await tx.$queryRawUnsafe(
    'SELECT 1 FROM notification_preferences WHERE tenant_id = $1 AND user_id = $2::uuid AND category = $3 AND channel = $4 FOR UPDATE',
    tenantId,
    userId,
    about,
    channel,
  );
  const row = await tx.notificationPreference.findUniqueOrThrow({
    where: { tenantId_userId_category_channel: name },
  });
  return { ...row, isNew: count === 1 };
}

export const notificationPreferenceUpdate = verb({
  name: 'notificationPreferenceUpdate',
  input: z.object({
    category: fields.optional(category),
    channel: fields.optional(z.enum(['all', 'email', 'sms', 'push', 'in_app'])),
    isEnabled: fields.kept(z.boolean()),
    frequency: fields.kept(z.enum(['immediate', 'hourly', 'daily', 'weekly'])),
    expectedVersion: z.int().nullish(),
  }),
  tenant: { of: 'active' },
  asService: true,
  async act({ ctx, tx, input, tenantId }) {
    const { userId } = requireUser(ctx.caller.identity);
    const name = { tenantId, userId, category: input.category ?? 'all', channel: input.channel ?? 'all' };
    const { isNew, ...before } = await lockPreference(tx, name);
    // A caller who saw a version saw a row.
    expectVersion(isNew ? { version: 0 } : before, input.expectedVersion);
    const row = await tx.notificationPreference.update({
      where: { tenantId_id: { tenantId, id: before.id } },
      data: {
        ...defined({ isEnabled: input.isEnabled, frequency: input.frequency }),
        version: isNew ? 1 : before.version + 1,
      },
    });
    return {
      row,
      object: { type: 'NotificationPreference', id: row.id },
      before: isNew ? null : before,
      after: row,
      events: [{ type: 'notificationPreference.updated', payload: { preferenceId: row.id } }],
    };
  },
});
