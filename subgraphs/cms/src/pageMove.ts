import { Refusal } from '@metatron/platform/errors';
import { defined } from '@metatron/platform/verb/defined';
import * as fields from '@metatron/platform/verb/fields';
import { lockTarget } from '@metatron/platform/verb/lock';
import { z } from 'zod';

import { verb, type Tx } from './context.ts';
import type { PageRow } from './mappers.ts';
import { sortOrder } from './pageContent.ts';
import { addRedirects, dropRedirects, publicAddresses } from './pageRedirects.ts';
import { existingPage, pageConstraints, pageKey, pageOutcome, placeBelow, type Place } from './pageRows.ts';
import { slug } from './slug.ts';

/** The database refuses a cycle as well; here it gets a sentence. */
function refuseCycle(page: PageRow, { parentId, parentPath }: Place): void {
  if (parentId === page.id || parentPath?.startsWith(`${page.path}/`) === true)
    throw new Refusal('INVALID', 'A page cannot be below itself.', 'parentId');
}

async function newPlace(tx: Tx, page: PageRow, parentId: string | null | undefined): Promise<Place> {
  if (parentId === undefined) return page;
  const place = await placeBelow(tx, page.tenantId, parentId);
  refuseCycle(page, place);
  return place;
}

export const pageMove = verb({
  name: 'pageMove',
  input: z.object({
    ...fields.versioned,
    parentId: fields.changed(fields.id),
    slug: fields.kept(slug),
    sortOrder: fields.kept(sortOrder),
  }),
  tenant: existingPage,
  constraints: pageConstraints,
  async act({ tx, input, tenantId }) {
    const before = await lockTarget(tx, { ...existingPage, tenantId, input });
    const { parentId, parentPath } = await newPlace(tx, before, input.parentId);
    const known = await publicAddresses(tx, before);
    // What is below follows by the foreign key, in this statement.
    const row = await tx.page.update({
      where: pageKey(before),
      data: {
        ...defined({ slug: input.slug, sortOrder: input.sortOrder }),
        parentId,
        parentPath,
        version: before.version + 1,
      },
    });
    if (row.path !== before.path) {
      await addRedirects(tx, tenantId, known);
      await dropRedirects(tx, row);
    }
    return pageOutcome('moved', row, before);
  },
});
