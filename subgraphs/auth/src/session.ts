/**
 * Sessions and their tokens. A session is a family of refresh tokens of which one at most is live
 * (RFC 9700, section 4.14.2): each is exchanged once for the next, and only hashes are stored.
 */
import { createHash, randomBytes } from 'node:crypto';

import { v7 as uuidv7 } from 'uuid';

import type { Session } from '@metatron/prisma/auth/client';

import type { Context, Tx } from './context.ts';
import type { UserRow } from './mappers.ts';

const SESSION_DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;

/** What a client gets of a sign-in, a refresh or a switch. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Seconds until the access token expires. */
  readonly expiresIn: number;
}

export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');

async function signAccess(
  ctx: Context,
  user: UserRow,
  session: { readonly id: string; readonly activeTenantId: string },
): Promise<Pick<Tokens, 'accessToken' | 'expiresIn'>> {
  const { token, expiresIn } = await ctx.services.keys.signAccess({
    identity: {
      kind: 'user',
      role: user.role as 'client',
      userId: user.id,
      tenantId: session.activeTenantId,
      sessionId: session.id,
    },
    rightsVersion: user.rightsVersion,
  });
  return { accessToken: token, expiresIn };
}

type SessionRef = Pick<Session, 'id' | 'familyId' | 'activeTenantId' | 'expiresAt'>;

/** The next tokens of a session; `parentId` is the refresh token that was exchanged for them. */
export async function issueTokens(
  ctx: Context,
  tx: Tx,
  user: UserRow,
  session: SessionRef,
  parentId: string | null,
): Promise<Tokens> {
  const refreshToken = randomBytes(32).toString('base64url');
  const tokenHash = hashToken(refreshToken);
  await tx.token.create({
    data: {
      tenantId: user.tenantId,
      id: uuidv7(),
      userId: user.id,
      kind: 'refresh',
      tokenHash,
      sessionId: session.id,
      familyId: session.familyId,
      parentId,
      expiresAt: session.expiresAt,
    },
  });
  await tx.session.update({
    where: { tenantId_id: { tenantId: user.tenantId, id: session.id } },
    data: { tokenHash, lastUsedAt: new Date(), activeTenantId: session.activeTenantId },
  });
  return { ...(await signAccess(ctx, user, session)), refreshToken };
}

/** Opens a session for a user who has proved who they are. */
export async function openSession(
  ctx: Context,
  tx: Tx,
  user: UserRow,
): Promise<{ readonly tokens: Tokens; readonly sessionId: string }> {
  const session: SessionRef = {
    id: uuidv7(),
    familyId: uuidv7(),
    activeTenantId: user.tenantId,
    expiresAt: new Date(Date.now() + SESSION_DAYS * DAY_MS),
  };
  const { address, userAgent } = ctx.caller;
  await tx.session.create({
    data: {
      ...session,
      tenantId: user.tenantId,
      userId: user.id,
      tokenHash: '',
      ipAddress: address === '' ? null : address,
      userAgent: userAgent.slice(0, 500),
    },
  });
  return { tokens: await issueTokens(ctx, tx, user, session, null), sessionId: session.id };
}

/**
 * Ends sessions: neither their access nor their refresh tokens hold any more.
 * @returns how many were live.
 */
export async function endSessions(
  tx: Tx,
  which: { readonly tenantId: string; readonly userId: string; readonly id?: string; readonly except?: string },
  reason: string,
): Promise<number> {
  const now = new Date();
  const { id, except, ...owner } = which;
  const session = id ?? (except === undefined ? undefined : { not: except });
  const ended = await tx.session.updateMany({
    where: { ...owner, ...(session === undefined ? {} : { id: session }), isActive: true },
    data: { isActive: false, revokedAt: now, revokeReason: reason },
  });
  await tx.token.updateMany({
    where: {
      ...owner,
      kind: 'refresh',
      ...(session === undefined ? {} : { sessionId: session }),
      usedAt: null,
      revokedAt: null,
    },
    data: { revokedAt: now },
  });
  return ended.count;
}
