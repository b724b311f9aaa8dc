/** The verbs that show an item to the public, or hide it. */
import { Refusal } from '@metatron/platform/errors';
import * as fields from '@metatron/platform/verb/fields';
import { z } from 'zod';

import { verb, type Tx } from './context.ts';
import { existingItem, itemOutcome, keyOf, lockItem, noteItemUsage, type ItemEvent } from './contentItemRows.ts';
import { moveItem } from './contentItemStates.ts';
import { checkData } from './itemData.ts';
import type { ContentItemRow } from './mappers.ts';
import type { JsonObject } from './values.ts';

const OTHERS = `
SELECT 1 FROM content_items i
  JOIN content_versions v ON v.tenant_id = i.tenant_id AND v.content_type_id = i.content_type_id
   AND v.item_id = i.id AND v.version = i.published_version
 WHERE i.tenant_id = $1 AND i.content_type_id = $2::uuid AND i.id <> $3::uuid AND v.slug = $4 LIMIT 1`;

/**
 * The public finds an item by its slug: among what is published it is one item's alone. A draft may
 * have taken the slug of an item that is still published under it.
 */
async function claimSlug(tx: Tx, { tenantId, contentTypeId, id, slug }: ContentItemRow): Promise<void> {
  const lock = 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))';
  await tx.$executeRawUnsafe(lock, `cms slug ${tenantId} ${contentTypeId} ${slug}`);
  const others = await tx.$queryRawUnsafe<unknown[]>(OTHERS, tenantId, contentTypeId, id, slug);
  if (others.length > 0) throw new Refusal('TAKEN', 'Another item is published under this slug.', 'slug');
}

export const contentItemPublish = verb({
  name: 'contentItemPublish',
  input: z.object(fields.versioned),
  tenant: existingItem,
  async act({ tx, input, tenantId }) {
    const { item: before, type } = await lockItem(tx, tenantId, input);
    const status = moveItem('publish', before.status);
    await checkData(tx, type, before.data as JsonObject, 'published');
    await claimSlug(tx, before);
    const row = await tx.contentItem.update({
      where: keyOf(before),
      data: { status, publishedVersion: before.version, publishedAt: new Date() },
    });
    await noteItemUsage(tx, row, type);
    return itemOutcome('published', row, before);
  },
});

/** A verb that takes an item from the public. */
const hiding = (move: 'unpublish' | 'archive', event: ItemEvent) =>
  verb({
    name: move === 'unpublish' ? 'contentItemUnpublish' : 'contentItemArchive',
    input: z.object(fields.versioned),
    tenant: existingItem,
    async act({ tx, input, tenantId }) {
      const { item: before, type } = await lockItem(tx, tenantId, input);
      const status = moveItem(move, before.status);
      const row = await tx.contentItem.update({
        where: keyOf(before),
        data: { status, publishedVersion: null, publishedAt: null },
      });
      await noteItemUsage(tx, row, type);
      return itemOutcome(event, row, before);
    },
  });

export const contentItemUnpublish = hiding('unpublish', 'unpublished');
export const contentItemArchive = hiding('archive', 'archived');
