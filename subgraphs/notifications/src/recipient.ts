/** Whom a message is for, and where it goes. */
import { Refusal } from '@metatron/platform/errors';
import * as fields from '@metatron/platform/verb/fields';
import { requireMember } from '@metatron/platform/verb/member';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

import type { Context } from './context.ts';

export interface Recipient {
  readonly userId: string | null;
  readonly address: string | null;
}

const refuse = (message: string, field: keyof Recipient): never => {
  throw new Refusal('INVALID', message, field);
};

function readMail({ userId, address }: Recipient): string | null {
  if (userId !== null)
    return address === null ? null : refuse('A user’s mail goes to the account’s own address.', 'address');
  if (address === null) return refuse('Name the user or the address.', 'userId');
  const { data } = fields.email.safeParse(address);
  return data ?? refuse('This is not an email address.', 'address');
}

function readPhone({ address }: Recipient): string {
  if (address === null) return refuse('A text message needs a number: accounts have none.', 'address');
  const phone = parsePhoneNumberFromString(address.trim());
  return phone?.isPossible() === true && address.trim().startsWith('+')
    ? phone.number
    : refuse('This is not a number with its country, such as +442079460000.', 'address');
}

function readInside({ userId, address }: Recipient): null {
  if (userId === null) return refuse('Only a user has a device or an inbox.', 'userId');
  return address === null ? null : refuse('This channel knows no addresses.', 'address');
}

const READERS: Readonly<Record<string, (given: Recipient) => string | null>> = { email: readMail, sms: readPhone };

/**
 * A recipient that the channel can reach.
 * @throws Refusal NOT_FOUND for a user who is not an active one of the tenant.
 */
export async function readRecipient(
  ctx: Context,
  tenantId: string,
  given: Recipient & { readonly channel: string },
): Promise<Recipient> {
  const address = (READERS[given.channel] ?? readInside)(given);
  await requireMember(ctx, { tenantId, userId: given.userId, field: 'userId' });
  return { userId: given.userId, address };
}
