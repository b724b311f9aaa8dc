import type { PageResolvers } from '../generated/types.ts';
import { mediaInBlocks } from '../mediaNames.ts';
import { filesOf, tenantOf, userOf } from '../references.ts';
import { pages } from '../tables.ts';
import type { Json } from '../values.ts';

export const Page: PageResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(pages, id),
  tenant: tenantOf,
  media: ({ content }, _args, ctx) => filesOf(ctx, mediaInBlocks(content as Json).ids),
  author: ({ authorId }) => userOf(authorId),
  parent: ({ parentId }, _args, ctx) => ctx.read.reference(pages, parentId),
  children({ id, tenantId }, args, ctx) {
    const orderBy = args.orderBy ?? { field: 'sortOrder', direction: 'asc' };
    return ctx.read.under(pages, { field: 'parentId', value: id, tenantId }, { ...args, orderBy });
  },
};
