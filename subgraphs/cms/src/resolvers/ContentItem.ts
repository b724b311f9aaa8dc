import { definitionOf } from '../definition.ts';
import type { ContentItemResolvers } from '../generated/types.ts';
import { mediaInData } from '../mediaNames.ts';
import { filesOf, tenantOf, userOf } from '../references.ts';
import { contentItems, contentTypes, contentVersions } from '../tables.ts';
import type { JsonObject } from '../values.ts';

export const ContentItem: ContentItemResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(contentItems, id),
  tenant: tenantOf,
  contentType: ({ contentTypeId }, _args, ctx) => ctx.read.byId(contentTypes, contentTypeId),
  author: ({ authorId }) => userOf(authorId),
  parent: ({ parentId }, _args, ctx) => ctx.read.reference(contentItems, parentId),
  versions: ({ id, tenantId }, args, ctx) =>
    ctx.read.under(contentVersions, { field: 'itemId', value: id, tenantId }, args),
  async media({ contentTypeId, data }, _args, ctx) {
    const type = await ctx.read.byId(contentTypes, contentTypeId);
    return type === null ? [] : filesOf(ctx, mediaInData(definitionOf(type), data as JsonObject).ids);
  },
};
