import { findTenant } from '../directory.ts';
import type { SessionResolvers } from '../generated/types.ts';
import { findUser } from '../own.ts';
import { sessions } from '../tables.ts';

export const Session: SessionResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(sessions, id),
  user: (session, _arguments, ctx) => findUser(ctx, session.userId),
  activeTenant: (session, _arguments, ctx) => findTenant(ctx, session.activeTenantId),
};
