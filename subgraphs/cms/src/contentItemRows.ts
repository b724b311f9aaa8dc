/** What the verbs of content items do to rows. */
import { holdRow, lockTarget } from '@metatron/platform/verb/lock';
import { actorOf } from '@metatron/platform/verb/member';
import { v7 as uuidv7 } from 'uuid';

import type { CmsOutcome, Context, Tx } from './context.ts';
import { definitionOf } from './definition.ts';
import type { ContentItemRow, ContentTypeRow, ContentVersionRow } from './mappers.ts';
import { mediaInData, noMedia, noteUsage } from './mediaNames.ts';
import { contentItems, contentTypes } from './tables.ts';
import type { JsonObject } from './values.ts';

export const existingItem = { of: 'target', table: contentItems, noun: 'content item' } as const;

const PARTITIONS = [0, 1, 2, 3, 4, 5, 6, 7];
const slugTaken = { code: 'TAKEN', message: 'Another item of this type has this slug.', field: 'slug' } as const;

/** PostgreSQL names the partition's part of a unique key. */
export const itemConstraints = Object.fromEntries(
  PARTITIONS.map((n) => [`content_items_p${String(n)}_tenant_id_content_type_id_slug_key`, slugTaken]),
);

/** The type stays as it is until the transaction ends, so that what is checked against it stays true. */
export const holdType = (tx: Tx, tenantId: string, id: string, field = 'contentTypeId'): Promise<ContentTypeRow> =>
  holdRow(tx, { table: contentTypes, tenantId, id, noun: 'content type', field });

export interface LockedItem {
  readonly item: ContentItemRow;
  readonly type: ContentTypeRow;
}

interface Target {
  readonly id: string;
  readonly expectedVersion?: number | null | undefined;
}

/** The item that an input names, with its type. @throws Refusal NOT_FOUND or CONFLICT. */
export async function lockItem(tx: Tx, tenantId: string, input: Target): Promise<LockedItem> {
  const item = await lockTarget(tx, { ...existingItem, tenantId, input });
  return { item, type: await holdType(tx, tenantId, item.contentTypeId, 'id') };
}

export const keyOf = ({ tenantId, contentTypeId, id }: ContentItemRow) => ({
  tenantId_contentTypeId_id: { tenantId, contentTypeId, id },
});

export async function findVersion(tx: Tx, item: ContentItemRow, version: number): Promise<ContentVersionRow | null> {
  const { tenantId, contentTypeId, id: itemId } = item;
  return tx.contentVersion.findUnique({
    where: { tenantId_contentTypeId_itemId_version: { tenantId, contentTypeId, itemId, version } },
  });
}

/** Saves the item as it is now under its number. */
export async function saveVersion(
  ctx: Context,
  tx: Tx,
  item: ContentItemRow,
  restoredFrom: number | null = null,
): Promise<void> {
  const { tenantId, contentTypeId, id, version, title, slug } = item;
  const [data, seoData] = [item.data as object, item.seoData as object];
  const version_ = { tenantId, contentTypeId, id: uuidv7(), itemId: id, version, title, slug, data, seoData };
  await tx.contentVersion.create({ data: { ...version_, authorId: actorOf(ctx), restoredFrom } });
}

/** Notes the files that the draft and the published version name. */
export async function noteItemUsage(tx: Tx, item: ContentItemRow, type: ContentTypeRow): Promise<void> {
  const definition = definitionOf(type);
  const published = item.publishedVersion === null ? null : await findVersion(tx, item, item.publishedVersion);
  const { tenantId, contentTypeId, id: contentItemId } = item;
  await noteUsage(
    tx,
    tenantId,
    { contentTypeId, contentItemId },
    {
      draft: mediaInData(definition, item.data as JsonObject),
      published: published === null ? noMedia : mediaInData(definition, published.data as JsonObject),
    },
  );
}

export type ItemEvent = 'created' | 'updated' | 'restored' | 'published' | 'unpublished' | 'archived';

/** A verb's outcome, with the event of that name. */
export function itemOutcome(
  event: ItemEvent,
  row: ContentItemRow,
  before?: ContentItemRow,
): CmsOutcome<ContentItemRow> {
  return {
    row,
    object: { type: 'ContentItem', id: row.id },
    ...(before === undefined ? {} : { before }),
    after: row,
    events: [
      {
        type: `contentItem.${event}`,
        payload: { contentItemId: row.id, contentTypeId: row.contentTypeId, version: row.version },
      },
    ],
  };
}
