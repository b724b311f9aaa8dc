import type { ContentVersionResolvers } from '../generated/types.ts';
import { tenantOf, userOf } from '../references.ts';
import { contentItems, contentVersions } from '../tables.ts';

export const ContentVersion: ContentVersionResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(contentVersions, id),
  tenant: tenantOf,
  contentItem: ({ itemId }, _args, ctx) => ctx.read.byId(contentItems, itemId),
  author: ({ authorId }) => userOf(authorId),
};
