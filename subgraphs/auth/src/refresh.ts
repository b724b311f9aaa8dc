import { z } from 'zod';

import { Refusal } from '@metatron/platform/errors';
import type { Token } from '@metatron/prisma/auth/client';

import { noteEvent } from './authEvent.ts';
import { verb, type Context } from './context.ts';
import { endSessions, hashToken, issueTokens } from './session.ts';

/** Two tabs may send the same token at once; within this the loser is refused and nothing ends. */
const GRACE_MS = 10_000;

const input = z.object({ refreshToken: z.string().min(1).max(200) });

const refused = (): Refusal => new Refusal('INVALID', 'The refresh token is not valid. Sign in again.', 'refreshToken');

/** Whether a used token is the newest but one, used just now: a race and not a theft. */
async function isRace(ctx: Context, token: Token): Promise<boolean> {
  if (token.usedAt === null || Date.now() - token.usedAt.getTime() > GRACE_MS) return false;
  const child = await ctx
    .asService(token.tenantId)
    .token.findFirst({ where: { tenantId: token.tenantId, parentId: token.id } });
  return child === null || (child.usedAt === null && child.revokedAt === null);
}

/** As long as a mutation waits for its transaction: a burst of replays is a burst of these. */
const PATIENCE = { maxWait: 5_000, timeout: 10_000 };

/** A family that has ended already costs one look and leaves no further rows, however often its tokens are tried. */
async function endFamily(ctx: Context, { tenantId, userId, sessionId }: Token): Promise<void> {
  ctx.refusals.push({ mutation: 'tokenRefresh', code: 'REPLAYED', bearer: { kind: 'user', userId, tenantId } });
  if (sessionId === null) return;
  const db = ctx.asService(tenantId);
  const session = await db.session.findUnique({ where: { tenantId_id: { tenantId, id: sessionId } } });
  if (session?.isActive !== true) return;
  await db.$transaction(async (tx) => {
    const ended = await endSessions(tx, { tenantId, userId, id: sessionId }, 'refresh token used twice');
    if (ended > 0) await noteEvent(ctx, tx, { tenantId, id: userId }, 'token_reuse');
  }, PATIENCE);
}

/** The live token; one that was used before ends its family, which a refusal must not undo. */
async function findLive(ctx: Context, refreshToken: string): Promise<Token> {
  const token = await ctx
    .asService(null)
    .token.findFirst({ where: { tokenHash: hashToken(refreshToken), kind: 'refresh' } });
  if (token?.revokedAt !== null || token.expiresAt <= new Date()) throw refused();
  if (token.usedAt !== null) {
    if (!(await isRace(ctx, token))) await endFamily(ctx, token);
    throw refused();
  }
  return token;
}

export const tokenRefresh = verb({
  name: 'tokenRefresh',
  input,
  tenant: {
    of: 'resolved',
    find: async (ctx: Context, { refreshToken }: z.output<typeof input>) =>
      (await findLive(ctx, refreshToken)).tenantId,
  },
  asService: true,
  async act({ ctx, tx, input: { refreshToken }, tenantId }) {
    const now = new Date();
    const tokenHash = hashToken(refreshToken);
    const used = await tx.token.updateMany({
      where: { tenantId, tokenHash, usedAt: null, revokedAt: null, expiresAt: { gt: now } },
      data: { usedAt: now },
    });
    if (used.count !== 1) throw refused();
    const token = await tx.token.findUniqueOrThrow({
      where: { tenantId_tokenHash: { tenantId, tokenHash } },
      include: { session: { include: { activeTenant: true } }, user: { omit: { passwordHash: true } } },
    });
    const { session, user } = token;
    if (session?.isActive !== true || !user.isActive || session.activeTenant.status !== 'active') throw refused();
    const tokens = await issueTokens(ctx, tx, user, session, token.id);
    return { row: tokens, object: { type: 'Session', id: session.id } };
  },
});
