import type { CmsContentIndexResolvers } from '../generated/types.ts';
import { tenantOf, userOf } from '../references.ts';
import { contentIndex } from '../tables.ts';

export const CmsContentIndex: CmsContentIndexResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(contentIndex, id),
  tenant: tenantOf,
  author: ({ authorId }) => userOf(authorId),
};
