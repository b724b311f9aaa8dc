/**
 * Single-use links of mails: a row with a hash and an end, and an event for whoever sends the mail.
 * The secret is derived from a signing key, so that nothing carries or keeps it on its way.
 */
import type { KeyRing } from '@metatron/platform/tokens';
import type { DomainEvent } from '@metatron/prisma/auth/events';
import { v7 as uuidv7 } from 'uuid';

import type { Tx } from './context.ts';
import { hashToken } from './session.ts';

const HOUR_MS = 3_600_000;

interface Kind {
  readonly hours: number;
  /** What asks for the mail. */
  readonly event: 'password.reset_requested' | 'user.invited' | 'email.verification_requested';
}

/** What links are for, and how long each holds. */
export const linkKinds = {
  password_reset: { hours: 1, event: 'password.reset_requested' },
  invitation: { hours: 24, event: 'user.invited' },
  email_verification: { hours: 24, event: 'email.verification_requested' },
} as const satisfies Readonly<Record<string, Kind>>;

export type LinkKind = keyof typeof linkKinds;

export interface LinkRequest {
  readonly kind: LinkKind;
  readonly tenantId: string;
  readonly userId: string;
}

export interface Link {
  /** Known to whoever makes the link; not to be stored. */
  readonly token: string;
  readonly event: DomainEvent;
}

/** Makes a link; those of its kind that were out before no longer hold. An unknown user gets none. */
export async function issueLink(tx: Tx, keys: KeyRing, { kind, tenantId, userId }: LinkRequest): Promise<Link> {
  const { hours, event } = linkKinds[kind];
  const reference = { tokenId: uuidv7(), keyId: keys.currentKeyId };
  const token = keys.linkToken(reference);
  const expiresAt = new Date(Date.now() + hours * HOUR_MS);
  await tx.$executeRaw`
    UPDATE tokens SET revoked_at = now()
     WHERE tenant_id = ${tenantId} AND user_id = ${userId}::uuid AND kind = ${kind} AND used_at IS NULL AND revoked_at IS NULL`;
  // From the users' table: the same statement, and so the same work, for an account that is none.
  await tx.$executeRaw`
    INSERT INTO tokens (tenant_id, id, user_id, kind, token_hash, expires_at)
    SELECT u.tenant_id, ${reference.tokenId}::uuid, u.id, ${kind}, ${hashToken(token)}, ${expiresAt}
      FROM users u WHERE u.tenant_id = ${tenantId} AND u.id = ${userId}::uuid`;
  return { token, event: { type: event, payload: { userId, ...reference } } };
}

/** The tenant of a link that still exists; undefined when there is none of these kinds. */
export async function findLinkTenant(
  tx: Pick<Tx, 'token'>,
  token: string,
  kinds: readonly LinkKind[],
): Promise<string | undefined> {
  const where = { tokenHash: hashToken(token), kind: { in: [...kinds] } };
  return (await tx.token.findFirst({ where, select: { tenantId: true } }))?.tenantId;
}

export interface UsedLink {
  readonly id: string;
  readonly email: string;
  readonly isActive: boolean;
}

/** Uses a link up, once: the account that it was for, or undefined when it does not hold any more. */
export async function consumeLink(
  tx: Tx,
  {
    tenantId,
    token,
    kinds,
  }: { readonly tenantId: string; readonly token: string; readonly kinds: readonly LinkKind[] },
): Promise<UsedLink | undefined> {
  const now = new Date();
  const tokenHash = hashToken(token);
  const { count } = await tx.token.updateMany({
    where: { tenantId, tokenHash, kind: { in: [...kinds] }, usedAt: null, revokedAt: null, expiresAt: { gt: now } },
    data: { usedAt: now },
  });
  if (count !== 1) return undefined;
  const { user } = await tx.token.findUniqueOrThrow({
    where: { tenantId_tokenHash: { tenantId, tokenHash } },
    select: { user: { select: { id: true, email: true, isActive: true } } },
  });
  return user;
}
