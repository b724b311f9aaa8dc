import { z } from 'zod';

import { Refusal } from '@metatron/platform/errors';
import type { User } from '@metatron/prisma/auth/client';

import { noteEvent } from './authEvent.ts';
import { verb, type Context } from './context.ts';
import type { UserRow } from './mappers.ts';
import { isPassword } from './password.ts';
import { openSession, type Tokens } from './session.ts';

const MAX_WRONG = 10;
const LOCK_MINUTES = 15;

const input = z.object({
  email: z.string().trim().toLowerCase().max(255),
  password: z.string().max(1000),
  tenant: z.string().max(50).nullish(),
});
type Credentials = z.output<typeof input>;

/** One sentence for a wrong password, an unknown address and an address of several tenants. */
const refused = (): Refusal => new Refusal('INVALID', 'The address or the password is wrong.');

/** The account that an address means: the one of the tenant, or the only one there is. */
async function findAccount(ctx: Context, { email, tenant }: Credentials): Promise<User | undefined> {
  const found = await ctx
    .asService(null)
    .user.findMany({ where: { email, ...(tenant == null ? {} : { tenantId: tenant }) }, take: 2 });
  return found.length === 1 ? found[0] : undefined;
}

/** Counts a wrong password; the last one allowed closes the account for a while. */
async function noteFailure(ctx: Context, user: User): Promise<void> {
  const db = ctx.asService(user.tenantId);
  const { failedLogins } = await db.user.update({
    where: { tenantId_id: { tenantId: user.tenantId, id: user.id } },
    data: { failedLogins: { increment: 1 } },
    select: { failedLogins: true },
  });
  if (failedLogins >= MAX_WRONG) {
    const lockedUntil = new Date(Date.now() + LOCK_MINUTES * 60_000);
    await db.user.update({
      where: { tenantId_id: { tenantId: user.tenantId, id: user.id } },
      data: { lockedUntil, failedLogins: 0 },
    });
  }
  await noteEvent(ctx, db, user, 'failed_login');
}

async function requireActiveTenant(ctx: Context, tenantId: string): Promise<void> {
  const tenant = await ctx.asService(null).tenant.findUnique({ where: { id: tenantId } });
  if (tenant?.status !== 'active') throw new Refusal('FORBIDDEN', 'This tenant is suspended.');
}

/**
 * Proves who signs in. Failures are noted outside the verb's transaction, which a refusal undoes.
 * @returns the tenant of the account
 */
async function authenticate(ctx: Context, credentials: Credentials): Promise<string> {
  const user = await findAccount(ctx, credentials);
  const locked = user?.lockedUntil != null && user.lockedUntil > new Date();
  const proved = await isPassword(user?.passwordHash, credentials.password);
  if (user === undefined) throw refused();
  if (locked) throw new Refusal('THROTTLED', 'Too many wrong passwords. Try again in a quarter of an hour.');
  if (!proved) {
    await noteFailure(ctx, user);
    throw refused();
  }
  if (!user.isActive) throw refused();
  await requireActiveTenant(ctx, user.tenantId);
  return user.tenantId;
}

/** A sign-in's answer: the tokens, and who they are for. */
export interface SignedIn extends Tokens {
  readonly user: UserRow;
}

export const login = verb({
  name: 'login',
  input,
  tenant: { of: 'resolved', find: authenticate },
  asService: true,
  async act({ ctx, tx, input: { email }, tenantId }) {
    const user = await tx.user.update({
      where: { tenantId_email: { tenantId, email } },
      data: { lastLogin: new Date(), failedLogins: 0, lockedUntil: null },
      omit: { passwordHash: true },
    });
    const { tokens, sessionId } = await openSession(ctx, tx, user);
    await noteEvent(ctx, tx, user, 'login', { sessionId });
    const row: SignedIn = { ...tokens, user };
    return {
      row,
      object: { type: 'Session', id: sessionId },
      after: { userId: user.id },
      events: [{ type: 'user.logged_in', payload: { userId: user.id } }],
    };
  },
});
