import type { PageResolvers } from '../generated/types.ts';
import { tenantOf, userOf } from '../references.ts';
import { pages } from '../tables.ts';

export const Page: PageResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(pages, id),
  tenant: tenantOf,
  author: ({ authorId }) => userOf(authorId),
  parent: ({ parentId }, _args, ctx) => ctx.read.reference(pages, parentId),
  children({ id }, args, ctx) {
    const orderBy = args.orderBy ?? { field: 'sortOrder', direction: 'asc' };
    return ctx.read.under(pages, { field: 'parentId', value: id }, { ...args, orderBy });
  },
};
