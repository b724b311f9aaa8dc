import { defineEvents, eventKind, id, type EventOf } from '@metatron/platform/verb/events';
import { z } from 'zod';

const user = eventKind({ userId: id });
const grant = eventKind({ userId: id, roleId: id });
/** Asks for a mail: the link is made of these and a signing key, and is kept nowhere. */
const link = eventKind({ userId: id, tokenId: id, keyId: z.string() });

/** What happens in AUTH. */
export const events = defineEvents('auth', {
  'user.created': eventKind({ userId: id, role: z.string() }),
  'user.updated': user,
  'user.deactivated': user,
  'user.reactivated': user,
  'user.logged_in': user,
  'user.invited': link,
  'password.reset_requested': link,
  'password.changed': user,
  'email.verification_requested': link,
  'email.verified': user,
  'role.created': eventKind({ roleId: id }),
  'role.granted': grant,
  'role.revoked': grant,
});

export type DomainEvent = EventOf<typeof events>;
