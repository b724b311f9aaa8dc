import { Refusal } from '@metatron/platform/errors';
import { z } from 'zod';

import { forgiveAttempts } from './attempts.ts';
import { noteEvent } from './authEvent.ts';
import { verb, type Context } from './context.ts';
import { consumeLink, findLinkTenant, type LinkKind } from './link.ts';
import { requireStrength } from './password.ts';
import { setPassword } from './passwordChange.ts';
import { endSessions } from './session.ts';

const input = z.object({ token: z.string().min(1).max(200), password: z.string() });

/** A link that resets a password, or an invitation that sets the first one. */
const kinds: readonly LinkKind[] = ['password_reset', 'invitation'];

const refused = (): Refusal => new Refusal('INVALID', 'The link is not valid any more. Ask for a new one.', 'token');

async function tenantOfLink(ctx: Context, { token }: z.output<typeof input>): Promise<string> {
  const tenantId = await findLinkTenant(ctx.asService(null), token, kinds);
  if (tenantId === undefined) throw refused();
  return tenantId;
}

/** Sets a password by a link, which works once; every session of the account ends. */
export const passwordReset = verb({
  name: 'passwordReset',
  input,
  tenant: { of: 'resolved', find: tenantOfLink },
  asService: true,
  async act({ ctx, tx, input: { token, password }, tenantId }) {
    const user = await consumeLink(tx, { tenantId, token, kinds });
    if (user?.isActive !== true) throw refused();
    requireStrength(password, user.email);
    // The link came by mail: whoever has it has the address.
    await setPassword(tx, { tenantId, id: user.id }, password, {
      emailVerified: true,
      rightsVersion: { increment: 1 },
    });
    await forgiveAttempts(ctx, user.email, tx);
    await endSessions(tx, { tenantId, userId: user.id }, 'password reset');
    await noteEvent(ctx, tx, { tenantId, id: user.id }, 'password_reset');
    return { row: { ok: true }, object: { type: 'User', id: user.id } };
  },
});
