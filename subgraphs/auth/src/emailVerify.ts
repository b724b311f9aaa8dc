import { requireUser } from '@metatron/platform/context';
import { Refusal } from '@metatron/platform/errors';
import { z } from 'zod';

import { chargeLinkMail } from './attempts.ts';
import { noteEvent } from './authEvent.ts';
import { verb, type Context } from './context.ts';
import { consumeLink, findLinkTenant, issueLink, type LinkKind } from './link.ts';
import { users } from './tables.ts';

const input = z.object({ token: z.string().min(1).max(200) });
const kinds: readonly LinkKind[] = ['email_verification'];

const refused = (): Refusal => new Refusal('INVALID', 'The link is not valid any more. Ask for a new one.', 'token');

async function tenantOfLink(ctx: Context, { token }: z.output<typeof input>): Promise<string> {
  const tenantId = await findLinkTenant(ctx.asService(null), token, kinds);
  if (tenantId === undefined) throw refused();
  return tenantId;
}

/** Shows, by a link that works once, that the account's address is its owner's. */
export const emailVerify = verb({
  name: 'emailVerify',
  input,
  tenant: { of: 'resolved', find: tenantOfLink },
  asService: true,
  async act({ ctx, tx, input: { token }, tenantId }) {
    const user = await consumeLink(tx, { tenantId, token, kinds });
    if (user?.isActive !== true) throw refused();
    const { id } = user;
    await tx.user.update({
      where: { tenantId_id: { tenantId, id } },
      data: { emailVerified: true },
      select: { id: true },
    });
    await noteEvent(ctx, tx, { tenantId, id }, 'email_verified');
    return {
      row: { ok: true },
      object: { type: 'User', id },
      events: [{ type: 'email.verified', payload: { userId: id } }],
    };
  },
});

async function chargedTenant(ctx: Context): Promise<string> {
  const user = await ctx.readAsService.byId(users, requireUser(ctx.caller.identity).userId);
  if (user === null) throw refused();
  if (user.emailVerified) throw new Refusal('INVALID', 'The address is verified already.');
  await chargeLinkMail(ctx, user.email);
  return user.tenantId;
}

/** Sends the caller a link to verify their own address with. */
export const emailVerificationRequest = verb({
  name: 'emailVerificationRequest',
  input: z.object({}),
  tenant: { of: 'resolved', find: chargedTenant },
  asService: true,
  async act({ ctx, tx, tenantId }) {
    const { userId } = requireUser(ctx.caller.identity);
    const { event } = await issueLink(tx, ctx.services.keys, { kind: 'email_verification', tenantId, userId });
    return { row: { ok: true }, object: { type: 'User', id: userId }, events: [event] };
  },
});
