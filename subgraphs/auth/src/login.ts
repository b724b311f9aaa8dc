import { z } from 'zod';

import { Refusal } from '@metatron/platform/errors';
import type { User } from '@metatron/prisma/auth/client';

import { chargeAttempt, forgiveAttempts } from './attempts.ts';
import { noteEvent } from './authEvent.ts';
import { verb, type Context } from './context.ts';
import type { UserRow } from './mappers.ts';
import { isPassword } from './password.ts';
import { openSession, type Tokens } from './session.ts';

const input = z.object({
  email: z.string().trim().toLowerCase().max(255),
  password: z.string().max(1000),
  tenant: z.string().max(50).nullish(),
});
type Credentials = z.output<typeof input>;

/** One sentence for a wrong password, an unknown address and an address of several tenants. */
const refused = (): Refusal => new Refusal('INVALID', 'The address or the password is wrong.');

/** The account that an address means: the one of the tenant, or the only one there is. */
export async function findAccount(
  ctx: Context,
  { email, tenant }: Pick<Credentials, 'email' | 'tenant'>,
): Promise<User | undefined> {
  const found = await ctx
    .asService(null)
    .user.findMany({ where: { email, ...(tenant == null ? {} : { tenantId: tenant }) }, take: 2 });
  return found.length === 1 ? found[0] : undefined;
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
  await chargeAttempt(ctx, credentials.email);
  const user = await findAccount(ctx, credentials);
  const proved = await isPassword(user?.passwordHash, credentials.password);
  if (user === undefined) throw refused();
  if (!proved) {
    await noteEvent(ctx, ctx.asService(user.tenantId), user, 'failed_login');
    throw refused();
  }
  await forgiveAttempts(ctx, credentials.email);
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
      data: { lastLogin: new Date() },
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
