import { PublicError } from '@metatron/platform/errors';

import { listTenants } from '../directory.ts';
import type { QueryResolvers } from '../generated/types.ts';
import { findUser, pageOfOwn } from '../own.ts';
import { readSessionState, readTenantOfKey } from '../sessionState.ts';
import { authEvents, roles, sessions, users } from '../tables.ts';

const MAX_TENANTS = 100;

export const Query: QueryResolvers = {
  me: (_parent, _arguments, ctx) =>
    ctx.caller.identity.kind === 'user' ? ctx.readAsService.byId(users, ctx.caller.identity.userId) : null,
  user: (_parent, { id }, ctx) => findUser(ctx, id),
  users: (_parent, list, ctx) => ctx.read.page(users, list),
  sessions: (_parent, list, ctx) => pageOfOwn(ctx, sessions, list),
  authEvents: (_parent, list, ctx) => pageOfOwn(ctx, authEvents, list),
  roles: (_parent, list, ctx) => ctx.read.page(roles, list),
  tenantDirectory: (_parent, { first, after }, ctx) => {
    if (first < 1 || first > MAX_TENANTS)
      throw new PublicError('BAD_USER_INPUT', `\`first\` must be between 1 and ${String(MAX_TENANTS)}.`);
    return listTenants(ctx, first, after ?? null);
  },
  sessionState: (_parent, token, ctx) => readSessionState(ctx, token),
  tenantOfKey: (_parent, { key }, ctx) => readTenantOfKey(ctx, key),
};
