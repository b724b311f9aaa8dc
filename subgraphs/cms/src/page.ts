import { defined } from '@metatron/platform/verb/defined';
import * as fields from '@metatron/platform/verb/fields';
import { lockTarget } from '@metatron/platform/verb/lock';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

import { authorId, newAuthor, requireAuthor } from './author.ts';
import { verb } from './context.ts';
import { draftColumns, draftFields, requireTemplate, sortOrder } from './pageContent.ts';
import { dropRedirects } from './pageRedirects.ts';
import { existingPage, notePageUsage, pageConstraints, pageKey, pageOutcome, placeBelow } from './pageRows.ts';
import { slug, toSlug } from './slug.ts';
import { pages } from './tables.ts';

export const pageCreate = verb({
  name: 'pageCreate',
  input: z.object({
    ...fields.creating,
    ...draftFields,
    title: fields.text(255),
    slug: fields.kept(slug),
    parentId: fields.optional(fields.id),
    sortOrder: fields.kept(sortOrder),
    authorId,
  }),
  tenant: { of: 'given' },
  creates: pages,
  constraints: pageConstraints,
  async act({ ctx, tx, input, tenantId }) {
    const author = await newAuthor(ctx, tenantId, input.authorId);
    const place = await placeBelow(tx, tenantId, input.parentId);
    await requireTemplate(tx, tenantId, input.template);
    const row = await tx.page.create({
      data: {
        content: { blocks: [] },
        ...draftColumns(input),
        ...defined({ sortOrder: input.sortOrder }),
        ...place,
        tenantId,
        id: uuidv7(),
        title: input.title,
        slug: input.slug ?? toSlug(input.title, 'page'),
        authorId: author,
      },
    });
    await dropRedirects(tx, row);
    await notePageUsage(tx, row);
    return pageOutcome('created', row);
  },
});

export const pageUpdate = verb({
  name: 'pageUpdate',
  input: z.object({ ...fields.versioned, ...draftFields, title: fields.kept(fields.text(255)), authorId }),
  tenant: existingPage,
  constraints: pageConstraints,
  async act({ ctx, tx, input, tenantId }) {
    await requireAuthor(ctx, tenantId, input.authorId);
    const before = await lockTarget(tx, { ...existingPage, tenantId, input });
    if (input.template !== before.template) await requireTemplate(tx, tenantId, input.template);
    const row = await tx.page.update({
      where: pageKey(before),
      data: {
        ...draftColumns(input),
        ...defined({ title: input.title, authorId: input.authorId }),
        version: before.version + 1,
      },
    });
    await notePageUsage(tx, row);
    return pageOutcome('updated', row, before);
  },
});
