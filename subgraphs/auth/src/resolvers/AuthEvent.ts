import type { AuthEventResolvers } from '../generated/types.ts';
import { findUser } from '../own.ts';
import { authEvents } from '../tables.ts';

export const AuthEvent: AuthEventResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(authEvents, id),
  user: (event, _arguments, ctx) => (event.userId === null ? null : findUser(ctx, event.userId)),
};
