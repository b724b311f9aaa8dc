import type { UserResolvers } from '../generated/types.ts';
import { contentItems } from '../tables.ts';

export const User: UserResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  contentItems: ({ id }, args, ctx) => ctx.read.under(contentItems, { field: 'authorId', value: id }, args),
};
