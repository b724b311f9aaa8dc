import type { AdminResolvers } from '../generated/types.ts';
import { userOf } from '../references.ts';
import { admins } from '../tables.ts';

export const Admin: AdminResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(admins, id),
  user: ({ id }) => userOf(id),
};
