import type { UserResolvers } from '../generated/types.ts';
import { notifications } from '../tables.ts';

export const User: UserResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  notifications: ({ id }, args, ctx) => ctx.read.under(notifications, { field: 'userId', value: id }, args),
};
