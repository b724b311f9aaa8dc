import type { AuthEventGlobalResolvers } from '../generated/types.ts';
import { tenantOf, userOf } from '../references.ts';
import { authEvents } from '../tables.ts';

export const AuthEventGlobal: AuthEventGlobalResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(authEvents, id),
  tenant: tenantOf,
  user: ({ userId }) => userOf(userId),
};
