import { UnrecoverableError } from 'bullmq';
import { events } from '@metatron/prisma/auth/events';

import type { JobContext } from '../defineJob.ts';
import { authMailTypes, recordAuthMail, wordsOfAuthMail, type AuthMailType } from '../delivery/authMails.ts';
import { deliver } from '../delivery/deliver.ts';
import { messagesOf } from '../delivery/message.ts';
import { providersOf } from '../delivery/providers.ts';
import { readAccount } from '../delivery/targets.ts';

import { defineHandler, type HandlerCall } from './defineHandler.ts';

type Link = HandlerCall<typeof events, AuthMailType>['payload'];

/** The link exists here and in the mail alone: nothing stores it, logs it or carries it. */
function linkOf(type: AuthMailType, { tokenId, keyId }: Link, context: JobContext): string {
  const purpose = type === 'email.verification_requested' ? 'verify' : 'reset';
  try {
    return `${context.environment.publicUrl}/graphql#${purpose}=${context.keys.linkToken({ tokenId, keyId })}`;
  } catch {
    throw new UnrecoverableError('the key of the link has been retired');
  }
}

/** Sends the mails whose link lets a person in. */
export const mailAuthLink = defineHandler({
  name: 'mailAuthLink',
  of: events,
  on: authMailTypes,
  handle: async ({ event, payload: given, attempt, lastAttempt }, context) => {
    const { connections, environment } = context;
    const { type, tenantId } = event;
    const { userId, tokenId } = given;
    const account = await readAccount(connections, { tenantId, userId });
    if (account === undefined) return;
    const link = linkOf(type, given, context);
    const words = await wordsOfAuthMail(connections, { type, link, tenantId, account });
    const db = messagesOf(connections, tenantId);
    const id = await recordAuthMail(db, { tenantId, userId, type, tokenId, subject: words.subject });
    const providers = providersOf(context);
    await deliver(
      { tenantId, id },
      { attempt, lastAttempt, connections, providers, from: environment.mailFrom, words },
    );
  },
});
