import { Refusal } from '@metatron/platform/errors';
import { defined } from '@metatron/platform/verb/defined';
import * as fields from '@metatron/platform/verb/fields';
import { holdRow } from '@metatron/platform/verb/lock';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

import { authorId, newAuthor, requireAuthor } from './author.ts';
import { verb, type Tx } from './context.ts';
import {
  existingItem,
  holdType,
  itemConstraints,
  itemOutcome,
  keyOf,
  lockItem,
  noteItemUsage,
  saveVersion,
} from './contentItemRows.ts';
import { editItem } from './contentItemStates.ts';
import { draftData } from './itemData.ts';
import type { ContentTypeRow } from './mappers.ts';
import { slug, toSlug } from './slug.ts';
import { contentItems } from './tables.ts';

/** An original is of the same type, since its copies lie beside it. */
async function holdOriginal(tx: Tx, type: ContentTypeRow, id: string | null | undefined): Promise<void> {
  if (id == null) return;
  const { tenantId } = type;
  const noun = 'content item';
  const original = await holdRow(tx, { table: contentItems, tenantId, id, noun, field: 'parentId' });
  if (original.contentTypeId !== type.id) throw new Refusal('INVALID', 'That item is of another type.', 'parentId');
}

export const contentItemCreate = verb({
  name: 'contentItemCreate',
  input: z.object({
    ...fields.creating,
    contentTypeId: fields.id,
    title: fields.text(255),
    slug: fields.kept(slug),
    data: fields.kept(fields.jsonObject),
    seoData: fields.kept(fields.jsonObject),
    parentId: fields.changed(fields.id),
    authorId,
  }),
  tenant: { of: 'given' },
  creates: contentItems,
  constraints: itemConstraints,
  async act({ ctx, tx, input, tenantId }) {
    const author = await newAuthor(ctx, tenantId, input.authorId);
    const type = await holdType(tx, tenantId, input.contentTypeId);
    await holdOriginal(tx, type, input.parentId);
    const { title, seoData = {} } = input;
    const row = await tx.contentItem.create({
      data: {
        tenantId,
        id: uuidv7(),
        contentTypeId: type.id,
        title,
        slug: input.slug ?? toSlug(title, 'item'),
        data: await draftData(tx, type, input.data ?? {}),
        seoData,
        parentId: input.parentId ?? null,
        authorId: author,
      },
    });
    await saveVersion(ctx, tx, row);
    await noteItemUsage(tx, row, type);
    return itemOutcome('created', row);
  },
});

export const contentItemUpdate = verb({
  name: 'contentItemUpdate',
  input: z.object({
    ...fields.versioned,
    title: fields.kept(fields.text(255)),
    slug: fields.kept(slug),
    data: fields.kept(fields.jsonObject),
    seoData: fields.kept(fields.jsonObject),
    authorId,
  }),
  tenant: existingItem,
  constraints: itemConstraints,
  async act({ ctx, tx, input, tenantId }) {
    await requireAuthor(ctx, tenantId, input.authorId);
    const { item: before, type } = await lockItem(tx, tenantId, input);
    editItem('update', before.status);
    const data = input.data === undefined ? undefined : await draftData(tx, type, input.data);
    const row = await tx.contentItem.update({
      where: keyOf(before),
      data: {
        ...defined({ title: input.title, slug: input.slug, data, seoData: input.seoData, authorId: input.authorId }),
        version: before.version + 1,
      },
    });
    await saveVersion(ctx, tx, row);
    await noteItemUsage(tx, row, type);
    return itemOutcome('updated', row, before);
  },
});
