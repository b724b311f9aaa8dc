/** What happens to a template as a whole: it is published, taken out of use, taken up again. */
import { requireUser } from '@metatron/platform/context';
import * as fields from '@metatron/platform/verb/fields';
import { lockTarget } from '@metatron/platform/verb/lock';
import { z } from 'zod';

import { verb } from './context.ts';
import { existingTemplate } from './template.ts';
import { requireDeclared } from './templateDraft.ts';
import { requireTemplateRight } from './templateRight.ts';
import { moveTemplate } from './templateStates.ts';

export const notificationTemplatePublish = verb({
  name: 'notificationTemplatePublish',
  input: z.object(fields.versioned),
  tenant: existingTemplate,
  async act({ ctx, tx, input, tenantId }) {
    requireTemplateRight(ctx, tenantId, 'id');
    const before = await lockTarget(tx, { ...existingTemplate, tenantId, input });
    const status = moveTemplate('publish', before.status);
    requireDeclared(before);
    const { id, version, subject, body, variables } = before;
    const object = { type: 'NotificationTemplate', id };
    if (status === before.status && version === before.publishedVersion)
      return { row: before, object, before, after: before };
    const publishedBy = requireUser(ctx.caller.identity).userId;
    await tx.notificationTemplateVersion.create({
      data: { tenantId, templateId: id, version, subject, body, variables: variables ?? [], publishedBy },
    });
    const row = await tx.notificationTemplate.update({
      where: { tenantId_id: { tenantId, id } },
      data: { status, publishedVersion: version },
    });
    return {
      row,
      object,
      before,
      after: row,
      events: [{ type: 'notificationTemplate.published', payload: { templateId: id, version } }],
    };
  },
});

type MoveEvent = `notificationTemplate.${'archived' | 'restored'}`;

const move = (name: 'archive' | 'restore', mutation: string, event: MoveEvent) =>
  verb({
    name: mutation,
    input: z.object(fields.versioned),
    tenant: existingTemplate,
    async act({ ctx, tx, input, tenantId }) {
      requireTemplateRight(ctx, tenantId, 'id');
      const before = await lockTarget(tx, { ...existingTemplate, tenantId, input });
      const row = await tx.notificationTemplate.update({
        where: { tenantId_id: { tenantId, id: before.id } },
        data: { status: moveTemplate(name, before.status), version: before.version + 1 },
      });
      return {
        row,
        object: { type: 'NotificationTemplate', id: row.id },
        before,
        after: row,
        events: [{ type: event, payload: { templateId: row.id } }],
      };
    },
  });

export const notificationTemplateArchive = move(
  'archive',
  'notificationTemplateArchive',
  'notificationTemplate.archived',
);
export const notificationTemplateRestore = move(
  'restore',
  'notificationTemplateRestore',
  'notificationTemplate.restored',
);
