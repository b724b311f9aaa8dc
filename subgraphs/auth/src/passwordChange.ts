import { requireUser } from '@metatron/platform/context';
import { Refusal } from '@metatron/platform/errors';
import type { Prisma } from '@metatron/prisma/auth/client';
import { z } from 'zod';

import { homeTenant } from './account.ts';
import { chargeAttempt, forgiveAttempts } from './attempts.ts';
import { noteEvent } from './authEvent.ts';
import { verb, type Context, type Tx } from './context.ts';
import { hashPassword, isPassword, requireStrength } from './password.ts';
import { endSessions } from './session.ts';
import { lockUser } from './user.ts';

/** Stores a password that has been found strong enough. */
export async function setPassword(
  tx: Tx,
  { tenantId, id }: { readonly tenantId: string; readonly id: string },
  password: string,
  also: Prisma.UserUpdateInput = {},
): Promise<void> {
  await tx.user.update({
    where: { tenantId_id: { tenantId, id } },
    data: { ...also, passwordHash: await hashPassword(password), passwordChangedAt: new Date() },
    select: { id: true },
  });
}

const input = z.object({ currentPassword: z.string().max(1000), newPassword: z.string() });

/**
 * Proves that the caller knows the password, and gives their tenant. A stolen token must not be a
 * way to guess it.
 */
async function prove(ctx: Context, { currentPassword }: z.output<typeof input>): Promise<string> {
  const tenantId = await homeTenant(ctx);
  const { userId: id } = requireUser(ctx.caller.identity);
  const user = await ctx.asService(tenantId).user.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } } });
  await chargeAttempt(ctx, user.email);
  if (!(await isPassword(user.passwordHash, currentPassword)))
    throw new Refusal('INVALID', 'The current password is wrong.', 'currentPassword');
  await forgiveAttempts(ctx, user.email);
  return tenantId;
}

/** Changes the caller's own password; the account's other sessions end, this one goes on. */
export const passwordChange = verb({
  name: 'passwordChange',
  input,
  tenant: { of: 'resolved', find: prove },
  asService: true,
  async act({ ctx, tx, input: { currentPassword, newPassword }, tenantId }) {
    const { userId, sessionId } = requireUser(ctx.caller.identity);
    const user = await lockUser(tx, tenantId, userId);
    requireStrength(newPassword, user.email, 'newPassword');
    if (newPassword === currentPassword)
      throw new Refusal('INVALID', 'The new password is the current one.', 'newPassword');
    await setPassword(tx, user, newPassword);
    await endSessions(tx, { tenantId, userId, except: sessionId }, 'password changed');
    await noteEvent(ctx, tx, user, 'password_change', { sessionId });
    return {
      row: { ok: true },
      object: { type: 'User', id: userId },
      events: [{ type: 'password.changed', payload: { userId } }],
    };
  },
});
