import { Refusal } from '@metatron/platform/errors';
import { z } from 'zod';

import { forgiveAttempts } from './attempts.ts';
import { noteEvent } from './authEvent.ts';
import { verb, type Context } from './context.ts';
import { hashPassword, requireStrength } from './password.ts';
import { endSessions, hashToken } from './session.ts';

const input = z.object({ token: z.string().min(1).max(200), password: z.string() });

/** A link that resets a password, or an invitation that sets the first one. */
const KINDS = ['password_reset', 'invitation'];

const refused = (): Refusal => new Refusal('INVALID', 'The link is not valid any more. Ask for a new one.', 'token');

async function tenantOfLink(ctx: Context, { token }: z.output<typeof input>): Promise<string> {
  const link = await ctx
    .asService(null)
    .token.findFirst({ where: { tokenHash: hashToken(token), kind: { in: KINDS } }, select: { tenantId: true } });
  if (link === null) throw refused();
  return link.tenantId;
}

/** Sets a password by a link, which works once; every session of the account ends. */
export const passwordReset = verb({
  name: 'passwordReset',
  input,
  tenant: { of: 'resolved', find: tenantOfLink },
  asService: true,
  async act({ ctx, tx, input: { token, password }, tenantId }) {
    const now = new Date();
    const tokenHash = hashToken(token);
    const { count } = await tx.token.updateMany({
      where: { tenantId, tokenHash, kind: { in: KINDS }, usedAt: null, revokedAt: null, expiresAt: { gt: now } },
      data: { usedAt: now },
    });
    if (count !== 1) throw refused();
    const { user } = await tx.token.findUniqueOrThrow({
      where: { tenantId_tokenHash: { tenantId, tokenHash } },
      select: { user: { select: { id: true, email: true, isActive: true } } },
    });
    if (!user.isActive) throw refused();
    requireStrength(password, user.email);
    await tx.user.update({
      where: { tenantId_id: { tenantId, id: user.id } },
      data: {
        passwordHash: await hashPassword(password),
        passwordChangedAt: now,
        // The link came by mail: whoever has it has the address.
        emailVerified: true,
        rightsVersion: { increment: 1 },
      },
      select: { id: true },
    });
    await forgiveAttempts(ctx, user.email);
    await endSessions(tx, { tenantId, userId: user.id }, 'password reset');
    await noteEvent(ctx, tx, { tenantId, id: user.id }, 'password_reset');
    return { row: { ok: true }, object: { type: 'User', id: user.id } };
  },
});
