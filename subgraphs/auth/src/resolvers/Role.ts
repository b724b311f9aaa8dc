import { findTenant } from '../directory.ts';
import type { RoleResolvers } from '../generated/types.ts';
import { roles } from '../tables.ts';

export const Role: RoleResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(roles, id),
  permissions: ({ permissions }) => (Array.isArray(permissions) ? permissions.map(String) : []),
  tenant: (role, _arguments, ctx) => (role.tenantId === null ? null : findTenant(ctx, role.tenantId)),
};
