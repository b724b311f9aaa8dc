/**
 * How often a sign-in may be tried: by account, known or not, and by network address. Tries are
 * counted outside any transaction, which a refusal would undo: never call this inside one, which
 * would hold one connection while it waits for a second.
 */
import { createHash } from 'node:crypto';

import { Refusal } from '@metatron/platform/errors';

import type { Context, Tx } from './context.ts';

const MAX_BY_ACCOUNT = 10;
const MAX_BY_ADDRESS = 1_000;
const MAX_MAILS = 5;

const subjectOf = (kind: string, value: string): string =>
  createHash('sha256').update(`${kind}:${value}`).digest('hex');

/**
 * Counts a try before it is judged, so that a burst of them gets no further than a row of them. A
 * try beyond the limit counts as well, but does not make the quarter of an hour longer.
 */
async function charge(ctx: Context, subject: string): Promise<number> {
  const [row] = await ctx.asService(null).$queryRaw<{ wrong: number }[]>`
    INSERT INTO login_attempts AS a (subject, wrong, expires_at)
    VALUES (${subject}, 1, now() + interval '15 minutes')
    ON CONFLICT (subject) DO UPDATE SET
      wrong = CASE WHEN a.expires_at < now() THEN 1 ELSE a.wrong + 1 END,
      expires_at = CASE WHEN a.expires_at < now() THEN excluded.expires_at ELSE a.expires_at END
    RETURNING wrong`;
  return row?.wrong ?? 0;
}

/** @throws Refusal THROTTLED beyond ten wrong tries of an account, or a thousand of a network address. */
export async function chargeAttempt(ctx: Context, email: string): Promise<void> {
  const byAddress = await charge(ctx, subjectOf('address', ctx.caller.address));
  const byAccount = await charge(ctx, subjectOf('account', email));
  if (byAddress > MAX_BY_ADDRESS || byAccount > MAX_BY_ACCOUNT) {
    throw new Refusal('THROTTLED', 'Too many wrong passwords. Try again in a quarter of an hour.');
  }
}

/** A try that was right: the account begins anew, and the network address is given it back. */
export async function forgiveAttempts(
  ctx: Context,
  email: string,
  db: Pick<Tx, '$executeRaw'> = ctx.asService(null),
): Promise<void> {
  await db.$executeRaw`DELETE FROM login_attempts WHERE subject = ${subjectOf('account', email)} OR expires_at < now()`;
  await db.$executeRaw`UPDATE login_attempts SET wrong = greatest(wrong - 1, 0) WHERE subject = ${subjectOf('address', ctx.caller.address)}`;
}

/** @throws Refusal THROTTLED beyond five mails with a link to one address, known or not, in that time. */
export async function chargeLinkMail(ctx: Context, email: string): Promise<void> {
  const byAddress = await charge(ctx, subjectOf('mails-from', ctx.caller.address));
  const byAccount = await charge(ctx, subjectOf('mails-to', email));
  if (byAddress > MAX_BY_ADDRESS || byAccount > MAX_MAILS)
    throw new Refusal('THROTTLED', 'Enough mails were sent to this address. Try again in a quarter of an hour.');
}
