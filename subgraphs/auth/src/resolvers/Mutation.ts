import { logout, tenantSwitch } from '../account.ts';
import type { MutationResolvers } from '../generated/types.ts';
import { login } from '../login.ts';
import { passwordReset } from '../passwordReset.ts';
import { tokenRefresh } from '../refresh.ts';
import { roleCreate, roleGrant, roleRevoke } from '../role.ts';
import { userCreate, userDeactivate, userUpdate } from '../user.ts';

const noTokens = { accessToken: null, refreshToken: null, expiresIn: null };

export const Mutation: MutationResolvers = {
  login: async (_parent, { input }, ctx) => {
    const { row, userErrors } = await login({ ctx, input });
    return { ...(row ?? { ...noTokens, user: null }), userErrors };
  },
  tokenRefresh: async (_parent, { input }, ctx) => {
    const { row, userErrors } = await tokenRefresh({ ctx, input });
    return { ...(row ?? noTokens), userErrors };
  },
  tenantSwitch: async (_parent, { input }, ctx) => {
    const { row, userErrors } = await tenantSwitch({ ctx, input });
    return { ...(row ?? { ...noTokens, tenant: null }), userErrors };
  },
  passwordReset: async (_parent, { input }, ctx) => {
    const { row, userErrors } = await passwordReset({ ctx, input });
    return { ok: row !== null, userErrors };
  },
  logout: async (_parent, _arguments, ctx) => {
    const { row, userErrors } = await logout({ ctx, input: {} });
    return { ok: row !== null, userErrors };
  },
  userCreate: async (_parent, { input }, ctx) => {
    const { row, userErrors } = await userCreate({ ctx, input });
    return { user: row, userErrors };
  },
  userUpdate: async (_parent, { input }, ctx) => {
    const { row, userErrors } = await userUpdate({ ctx, input });
    return { user: row, userErrors };
  },
  userDeactivate: async (_parent, { input }, ctx) => {
    const { row, userErrors } = await userDeactivate({ ctx, input });
    return { user: row, userErrors };
  },
  roleCreate: async (_parent, { input }, ctx) => {
    const { row, userErrors } = await roleCreate({ ctx, input });
    return { role: row, userErrors };
  },
  roleGrant: async (_parent, { input }, ctx) => {
    const { row, userErrors } = await roleGrant({ ctx, input });
    return { user: row, userErrors };
  },
  roleRevoke: async (_parent, { input }, ctx) => {
    const { row, userErrors } = await roleRevoke({ ctx, input });
    return { user: row, userErrors };
  },
};
