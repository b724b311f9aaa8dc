import { defined } from '@metatron/platform/verb/defined';
import * as fields from '@metatron/platform/verb/fields';
import { lockTarget } from '@metatron/platform/verb/lock';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

import { verb, type Tx } from './context.ts';
import type { TemplateRow } from './mappers.ts';
import { templates } from './tables.ts';

const constraints = {
  templates_name_key: { code: 'TAKEN', message: 'Another template has this name.', field: 'name' },
} as const;

const details = {
  description: fields.changed(fields.text(1_000)),
  isActive: fields.kept(z.boolean()),
};

export const templateCreate = verb({
  name: 'templateCreate',
  input: z.object({ ...fields.creating, ...details, name: fields.text(100), definition: fields.jsonObject }),
  tenant: { of: 'given' },
  creates: templates,
  constraints,
  async act({ tx, input, tenantId }) {
    const { name, definition, description, isActive } = input;
    const row = await tx.template.create({
      data: { ...defined({ description, isActive }), tenantId, id: uuidv7(), name, definition },
    });
    return {
      row,
      object: { type: 'Template', id: row.id },
      after: row,
      events: [{ type: 'template.created', payload: { templateId: row.id } }],
    };
  },
});

/** Pages follow by the foreign key; what is published names its template by itself. */
async function renameInPublished(tx: Tx, { tenantId, name: old }: TemplateRow, name: string): Promise<void> {
  await tx.$executeRawUnsafe(
    `UPDATE pages SET published = jsonb_set(published, '{template}', to_jsonb($3::text))
      WHERE tenant_id = $1 AND published ->> 'template' = $2`,
    tenantId,
    old,
    name,
  );
}

const existing = { of: 'target', table: templates, noun: 'template' } as const;

export const templateUpdate = verb({
  name: 'templateUpdate',
  input: z.object({
    ...fields.versioned,
    ...details,
    name: fields.kept(fields.text(100)),
    definition: fields.kept(fields.jsonObject),
  }),
  tenant: existing,
  constraints,
  async act({ tx, input, tenantId }) {
    const before = await lockTarget(tx, { ...existing, tenantId, input });
    const { name, definition, description, isActive } = input;
    const row = await tx.template.update({
      where: { tenantId_id: { tenantId, id: before.id } },
      data: { ...defined({ name, definition, description, isActive }), version: before.version + 1 },
    });
    if (row.name !== before.name) await renameInPublished(tx, before, row.name);
    return {
      row,
      object: { type: 'Template', id: row.id },
      before,
      after: row,
      events: [{ type: 'template.updated', payload: { templateId: row.id } }],
    };
  },
});
