import type { ContentItemResolvers } from '../generated/types.ts';
import { tenantOf, userOf } from '../references.ts';
import { contentItems, contentTypes, contentVersions } from '../tables.ts';

export const ContentItem: ContentItemResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(contentItems, id),
  tenant: tenantOf,
  contentType: ({ contentTypeId }, _args, ctx) => ctx.read.byId(contentTypes, contentTypeId),
  author: ({ authorId }) => userOf(authorId),
  parent: ({ parentId }, _args, ctx) => ctx.read.reference(contentItems, parentId),
  versions: ({ id }, args, ctx) => ctx.read.under(contentVersions, { field: 'itemId', value: id }, args),
};
