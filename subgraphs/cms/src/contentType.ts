import { defined } from '@metatron/platform/verb/defined';
import * as fields from '@metatron/platform/verb/fields';
import { lockTarget } from '@metatron/platform/verb/lock';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

import { requireFit, requireFreeSlug, requireTypes } from './contentTypeUse.ts';
import { verb } from './context.ts';
import { definition, type Definition } from './definition.ts';
import { codeSlug, toSlug } from './slug.ts';
import { contentTypes } from './tables.ts';

const constraints = {
  content_types_slug_key: { code: 'TAKEN', message: 'Another content type has this slug.', field: 'slug' },
} as const;

const schema = fields.jsonObject.transform((value): unknown => value).pipe(definition);

/** Prisma's JSON has no readonly lists. */
const asJson = (given: Definition): object => given;

export const contentTypeCreate = verb({
  name: 'contentTypeCreate',
  input: z.object({
    ...fields.creating,
    name: fields.text(100),
    slug: fields.kept(codeSlug),
    schema,
    settings: fields.kept(fields.jsonObject),
  }),
  tenant: { of: 'given' },
  creates: contentTypes,
  constraints,
  async act({ tx, input, tenantId }) {
    const { name, settings = {} } = input;
    const slug = input.slug ?? toSlug(name, 'type');
    await requireTypes(tx, { tenantId, slug }, input.schema);
    const row = await tx.contentType.create({
      data: { tenantId, id: uuidv7(), name, slug, schema: asJson(input.schema), settings },
    });
    return {
      row,
      object: { type: 'ContentType', id: row.id },
      after: row,
      events: [{ type: 'contentType.created', payload: { contentTypeId: row.id } }],
    };
  },
});

const existing = { of: 'target', table: contentTypes, noun: 'content type' } as const;

export const contentTypeUpdate = verb({
  name: 'contentTypeUpdate',
  input: z.object({
    ...fields.versioned,
    name: fields.kept(fields.text(100)),
    slug: fields.kept(codeSlug),
    schema: fields.kept(schema),
    settings: fields.kept(fields.jsonObject),
  }),
  tenant: existing,
  constraints,
  async act({ tx, input, tenantId }) {
    const before = await lockTarget(tx, { ...existing, tenantId, input });
    const { name, slug = before.slug, settings } = input;
    if (slug !== before.slug) await requireFreeSlug(tx, before);
    if (input.schema !== undefined) {
      await requireTypes(tx, { tenantId, slug }, input.schema);
      await requireFit(tx, before, input.schema);
    }
    const changed = input.schema === undefined ? undefined : asJson(input.schema);
    const row = await tx.contentType.update({
      where: { tenantId_id: { tenantId, id: before.id } },
      data: { ...defined({ name, schema: changed, settings }), slug, version: before.version + 1 },
    });
    return {
      row,
      object: { type: 'ContentType', id: row.id },
      before,
      after: row,
      events: [{ type: 'contentType.updated', payload: { contentTypeId: row.id } }],
    };
  },
});
