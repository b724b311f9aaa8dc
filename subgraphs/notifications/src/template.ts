import { defined } from '@metatron/platform/verb/defined';
import * as fields from '@metatron/platform/verb/fields';
import { lockTarget } from '@metatron/platform/verb/lock';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

import { verb } from './context.ts';
import { notificationTemplates } from './tables.ts';
import { body, draftFields, locale, readDraft } from './templateDraft.ts';
import { requireTemplateRight } from './templateRight.ts';

const key = fields
  .text(100)
  .regex(/^[a-z][a-z0-9]*([_-][a-z0-9]+)*$/, 'This must be lower-case words, such as `invoice_due`.');

export const existingTemplate = { of: 'target', table: notificationTemplates, noun: 'template' } as const;

export const notificationTemplateCreate = verb({
  name: 'notificationTemplateCreate',
  input: z.object({
    ...fields.creating,
    ...draftFields,
    key,
    channel: z.enum(['email', 'sms', 'push', 'in_app']),
    locale: fields.kept(locale),
    name: fields.text(255),
    body,
  }),
  tenant: { of: 'given' },
  creates: notificationTemplates,
  constraints: {
    notification_templates_key_key: {
      code: 'TAKEN',
      message: 'There is a template with this key for the channel and the language.',
      field: 'key',
    },
  },
  async act({ ctx, tx, input, tenantId }) {
    requireTemplateRight(ctx, tenantId, 'tenantId');
    const { key: name, channel, name: title, body: text, subject = null, locale: language, ...rest } = input;
    const { description, category, isCritical, variables } = rest;
    const optional = defined({ locale: language, description, category, isCritical, variables });
    const data = { tenantId, id: uuidv7(), key: name, channel, name: title, subject, body: text, ...optional };
    readDraft({ channel, subject, body: text, variables });
    const row = await tx.notificationTemplate.create({ data });
    return {
      row,
      object: { type: 'NotificationTemplate', id: row.id },
      after: row,
      events: [{ type: 'notificationTemplate.created', payload: { templateId: row.id } }],
    };
  },
});

export const notificationTemplateUpdate = verb({
  name: 'notificationTemplateUpdate',
  input: z.object({
    ...fields.versioned,
    ...draftFields,
    name: fields.kept(fields.text(255)),
    body: fields.kept(body),
  }),
  tenant: existingTemplate,
  async act({ ctx, tx, input, tenantId }) {
    requireTemplateRight(ctx, tenantId, 'id');
    const before = await lockTarget(tx, { ...existingTemplate, tenantId, input });
    const { name, body: text, subject, description, category, isCritical, variables } = input;
    const data = defined({ name, body: text, subject, description, category, isCritical, variables });
    readDraft({ ...before, ...data });
    const row = await tx.notificationTemplate.update({
      where: { tenantId_id: { tenantId, id: before.id } },
      data: { ...data, version: before.version + 1 },
    });
    return {
      row,
      object: { type: 'NotificationTemplate', id: row.id },
      before,
      after: row,
      events: [{ type: 'notificationTemplate.updated', payload: { templateId: row.id } }],
    };
  },
});
