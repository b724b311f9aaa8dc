/** The verbs that show a page to the public, or hide it. */
import * as fields from '@metatron/platform/verb/fields';
import { lockTarget } from '@metatron/platform/verb/lock';
import { Prisma } from '@metatron/prisma/cms/client';
import { z } from 'zod';

import { verb } from './context.ts';
import type { PageRow } from './mappers.ts';
import { existingPage, notePageUsage, pageKey, pageOutcome } from './pageRows.ts';
import { movePage } from './pageStates.ts';

/** What the public sees: the draft as it is now. `version` is the page's when it was published. */
function snapshot({ title, template, content, seoTitle, seoDescription, seoKeywords }: PageRow, version: number) {
  return { title, template, content: content as object, seoTitle, seoDescription, seoKeywords, version };
}

export const pagePublish = verb({
  name: 'pagePublish',
  input: z.object(fields.versioned),
  tenant: existingPage,
  async act({ tx, input, tenantId }) {
    const before = await lockTarget(tx, { ...existingPage, tenantId, input });
    const status = movePage('publish', before.status);
    const version = before.version + 1;
    const row = await tx.page.update({
      where: pageKey(before),
      data: { status, version, published: snapshot(before, version), publishedAt: new Date() },
    });
    await notePageUsage(tx, row);
    return pageOutcome('published', row, before);
  },
});

export const pageUnpublish = verb({
  name: 'pageUnpublish',
  input: z.object(fields.versioned),
  tenant: existingPage,
  async act({ tx, input, tenantId }) {
    const before = await lockTarget(tx, { ...existingPage, tenantId, input });
    const status = movePage('unpublish', before.status);
    const row = await tx.page.update({
      where: pageKey(before),
      // JSON's own null is no snapshot: the column is emptied.
      data: { status, version: before.version + 1, published: Prisma.DbNull, publishedAt: null },
    });
    await notePageUsage(tx, row);
    return pageOutcome('unpublished', row, before);
  },
});
