import { Refusal } from '@metatron/platform/errors';
import * as fields from '@metatron/platform/verb/fields';
import { z } from 'zod';

import { verb, type Tx } from './context.ts';
import {
  existingItem,
  findVersion,
  itemConstraints,
  itemOutcome,
  keyOf,
  lockItem,
  noteItemUsage,
  saveVersion,
} from './contentItemRows.ts';
import { moveItem } from './contentItemStates.ts';
import type { ContentItemRow, ContentVersionRow } from './mappers.ts';

/** The version that is to be the draft; null when the draft stays as it is. */
async function wantedVersion(
  tx: Tx,
  item: ContentItemRow,
  version: number | undefined,
): Promise<ContentVersionRow | null> {
  if (version === undefined) {
    if (item.status === 'archived') return null;
    throw new Refusal('INVALID', 'Name the version that becomes the draft.', 'version');
  }
  const found = await findVersion(tx, item, version);
  if (found === null) throw new Refusal('NOT_FOUND', 'The item has no such version.', 'version');
  if (version < item.version) return found;
  if (item.status === 'archived') return null;
  throw new Refusal('INVALID', 'This version is the draft already.', 'version');
}

/**
 * An old version comes back as it was saved, also when its type has changed since; publication
 * checks it.
 */
function columnsOf(version: ContentVersionRow | null, item: ContentItemRow) {
  if (version === null) return {};
  const { title, slug, data, seoData } = version;
  return { title, slug, data: data as object, seoData: seoData as object, version: item.version + 1 };
}

export const contentItemRestore = verb({
  name: 'contentItemRestore',
  input: z.object({ ...fields.versioned, version: fields.kept(z.int().min(1, 'Versions are counted from 1.')) }),
  tenant: existingItem,
  constraints: itemConstraints,
  async act({ ctx, tx, input, tenantId }) {
    const { item: before, type } = await lockItem(tx, tenantId, input);
    const version = await wantedVersion(tx, before, input.version);
    const status = before.status === 'archived' ? moveItem('restore', before.status) : before.status;
    const row = await tx.contentItem.update({
      where: keyOf(before),
      data: { ...columnsOf(version, before), status },
    });
    if (version !== null) await saveVersion(ctx, tx, row, version.version);
    await noteItemUsage(tx, row, type);
    return itemOutcome('restored', row, before);
  },
});
