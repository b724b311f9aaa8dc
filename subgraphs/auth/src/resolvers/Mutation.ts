import { payload } from '@metatron/platform/verb/payload';
import type { Verb } from '@metatron/platform/verb/verb';

import { logout, tenantSwitch } from '../account.ts';
import type { Context } from '../context.ts';
import { emailVerificationRequest, emailVerify } from '../emailVerify.ts';
import type { MutationResolvers } from '../generated/types.ts';
import { login } from '../login.ts';
import { sessionRevoke } from '../ownSession.ts';
import { passwordChange } from '../passwordChange.ts';
import { passwordReset } from '../passwordReset.ts';
import { passwordResetRequest } from '../passwordResetRequest.ts';
import { profileUpdate } from '../profileUpdate.ts';
import { tokenRefresh } from '../refresh.ts';
import { roleCreate, roleGrant, roleRevoke } from '../role.ts';
import { userCreate, userDeactivate, userReactivate, userUpdate } from '../user.ts';

/** The resolver of a mutation that changes nothing to be shown. */
const done =
  (verb: Verb<Context, { readonly ok: boolean }>) =>
  async (_parent: unknown, { input = {} }: { readonly input?: unknown }, ctx: Context) => {
    const { row, userErrors } = await verb({ ctx, input });
    return { ok: row !== null, userErrors };
  };

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
  logout: done(logout),
  passwordChange: done(passwordChange),
  passwordReset: done(passwordReset),
  passwordResetRequest: done(passwordResetRequest),
  emailVerify: done(emailVerify),
  emailVerificationRequest: done(emailVerificationRequest),
  sessionRevoke: payload('session', sessionRevoke),
  profileUpdate: payload('user', profileUpdate),
  userCreate: payload('user', userCreate),
  userUpdate: payload('user', userUpdate),
  userDeactivate: payload('user', userDeactivate),
  userReactivate: payload('user', userReactivate),
  roleCreate: payload('role', roleCreate),
  roleGrant: payload('user', roleGrant),
  roleRevoke: payload('user', roleRevoke),
};
