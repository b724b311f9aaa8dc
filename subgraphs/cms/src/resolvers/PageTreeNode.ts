import type { PageTreeNodeResolvers } from '../generated/types.ts';
import { pages } from '../tables.ts';

export const PageTreeNode: PageTreeNodeResolvers = {
  page: ({ id }, _args, ctx) => ctx.read.byId(pages, id),
};
