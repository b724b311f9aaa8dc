import type { AuthEventResolvers } from '../generated/types.ts';
import { authEvents, users } from '../tables.ts';

export const AuthEvent: AuthEventResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(authEvents, id),
  user: (event, _arguments, ctx) => ctx.read.reference(users, event.userId),
};
