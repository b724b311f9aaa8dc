import { PLATFORM_TENANT } from '@metatron/platform/identity';
import * as fields from '@metatron/platform/verb/fields';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

import { chargeLinkMail } from './attempts.ts';
import { verb, type Context, type Tx } from './context.ts';
import { issueLink } from './link.ts';
import { findAccount } from './login.ts';

const input = z.object({ email: fields.email, tenant: z.string().max(50).nullish() });
type Address = z.output<typeof input>;

/** The tenant of the account; for an address that has none, the work is done in the platform's. */
async function tenantOfAccount(ctx: Context, address: Address): Promise<string> {
  await chargeLinkMail(ctx, address.email);
  return (await findAccount(ctx, address))?.tenantId ?? PLATFORM_TENANT;
}

async function findRecipient(tx: Tx, tenantId: string, { email, tenant }: Address): Promise<string | undefined> {
  const where = { tenantId_email: { tenantId, email } };
  const user = await tx.user.findUnique({ where, select: { id: true, isActive: true } });
  return user?.isActive === true && (tenant == null || tenant === tenantId) ? user.id : undefined;
}

/**
 * Asks for a mail with a link to set a new password. The answer, and the work for it, are the same
 * whether there is an account or not.
 */
export const passwordResetRequest = verb({
  name: 'passwordResetRequest',
  input,
  tenant: { of: 'resolved', find: tenantOfAccount },
  asService: true,
  async act({ ctx, tx, input: address, tenantId }) {
    const found = await findRecipient(tx, tenantId, address);
    const userId = found ?? uuidv7();
    const { event } = await issueLink(tx, ctx.services.keys, { kind: 'password_reset', tenantId, userId });
    const events = userId === found ? [event] : [];
    return { row: { ok: true }, object: { type: 'User', id: found ?? 'unknown' }, events };
  },
});
