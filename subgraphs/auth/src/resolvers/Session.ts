import { findTenant } from '../directory.ts';
import type { SessionResolvers } from '../generated/types.ts';
import { sessions, users } from '../tables.ts';

export const Session: SessionResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(sessions, id),
  user: (session, _arguments, ctx) => ctx.read.byId(users, session.userId),
  activeTenant: (session, _arguments, ctx) => findTenant(ctx, session.activeTenantId),
};
