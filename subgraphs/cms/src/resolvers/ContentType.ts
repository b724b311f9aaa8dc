import type { ContentTypeResolvers } from '../generated/types.ts';
import { tenantOf } from '../references.ts';
import { contentItems, contentTypes } from '../tables.ts';

export const ContentType: ContentTypeResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(contentTypes, id),
  tenant: tenantOf,
  items: ({ id, tenantId }, args, ctx) =>
    ctx.read.under(contentItems, { field: 'contentTypeId', value: id, tenantId }, args),
};
