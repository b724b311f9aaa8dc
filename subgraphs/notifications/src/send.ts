import * as fields from '@metatron/platform/verb/fields';
import { holdRow } from '@metatron/platform/verb/lock';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

import { verb } from './context.ts';
import type { NotificationRow } from './mappers.ts';
import { moveNotification } from './notificationStates.ts';
import { readRecipient } from './recipient.ts';
import { notifications } from './tables.ts';
import { locale } from './templateDraft.ts';
import { wordsOf, findPublished } from './wording.ts';

const YEAR_MS = 366 * 24 * 60 * 60 * 1_000;

const soon = z.date().refine((at) => at.getTime() <= Date.now() + YEAR_MS, 'This is more than a year ahead.');

/** What the records say of a message: nothing of its words, its address or its values. */
const recordOf = ({ id, channel, category, status, templateKey }: NotificationRow) => ({
  id,
  channel,
  category,
  status,
  templateKey,
});

const hidden = { recipientAddress: true, recipient: true, data: true, dedupeKey: true } as const;

export const notificationSend = verb({
  name: 'notificationSend',
  input: z.object({
    ...fields.creating,
    userId: fields.optional(fields.id),
    address: fields.optional(fields.text(320)),
    channel: z.enum(['email', 'sms', 'push', 'in_app']),
    template: fields.text(100),
    locale: fields.optional(locale),
    data: fields.optional(fields.jsonObject),
    dedupeKey: fields.text(255),
    scheduledAt: fields.optional(soon),
  }),
  tenant: { of: 'given' },
  creates: notifications,
  constraints: {
    notifications_dedupe_key: {
      code: 'TAKEN',
      message: 'The recipient was already told of this by this channel.',
      field: 'dedupeKey',
    },
  },
  async act({ ctx, tx, input, tenantId }) {
    const { channel, data, dedupeKey, scheduledAt } = input;
    const { userId, address } = await readRecipient(ctx, tenantId, input);
    const name = { tenantId, key: input.template, channel, locale: input.locale ?? 'en' };
    const { template, version } = await findPublished(tx, name);
    const words = wordsOf(template, version, data ?? {});
    const later = scheduledAt !== null && scheduledAt.getTime() > Date.now();
    const row = await tx.notification.create({
      omit: hidden,
      data: {
        tenantId,
        id: uuidv7(),
        userId,
        recipientAddress: address,
        channel,
        category: template.category,
        isCritical: template.isCritical,
        templateId: template.id,
        templateVersion: version.version,
        templateKey: template.key,
        locale: template.locale,
        ...words,
        data: data ?? {},
        dedupeKey,
        scheduledAt,
      },
    });
    return {
      row,
      object: { type: 'Notification', id: row.id },
      after: recordOf(row),
      // What waits for its time is queued when that has come.
      events: later ? [] : [{ type: 'notification.queued', payload: { notificationId: row.id } }],
    };
  },
});

export const notificationCancel = verb({
  name: 'notificationCancel',
  input: z.object({ ...fields.tenanted, id: fields.id }),
  tenant: { of: 'target', table: notifications, noun: 'message' },
  async act({ tx, input: { id }, tenantId }) {
    const where = { tenantId_id: { tenantId, id } };
    await tx.$queryRawUnsafe(
      'SELECT 1 FROM notifications WHERE tenant_id = $1 AND id = $2::uuid FOR UPDATE',
      tenantId,
      id,
    );
    const before = await holdRow(tx, { table: notifications, tenantId, id, noun: 'message', field: 'id' });
    const status = moveNotification('cancel', before.status);
    const row = await tx.notification.update({ where, omit: hidden, data: { status } });
    return {
      row,
      object: { type: 'Notification', id },
      before: recordOf(before),
      after: recordOf(row),
      events: [{ type: 'notification.cancelled', payload: { notificationId: id } }],
    };
  },
});
