import { ownTenants } from '../directory.ts';
import type { UserResolvers } from '../generated/types.ts';
import { findUser, isSelf } from '../own.ts';
import { tenants } from '../tables.ts';
import { rolesOf } from '../userRoles.ts';

export const User: UserResolvers = {
  __resolveReference: ({ id }, ctx) => findUser(ctx, id),
  // Who may see a user may see the name of the user's tenant.
  tenant: (user, _arguments, ctx) =>
    ctx.readAsService.byId(
      tenants,
      isSelf(ctx, user.id) && ctx.caller.identity.kind === 'user' ? ctx.caller.identity.tenantId : user.tenantId,
    ),
  tenants: (user, _arguments, ctx) => (isSelf(ctx, user.id) ? ownTenants(ctx) : null),
  roles: (user, _arguments, ctx) => rolesOf(ctx, user.id),
};
