/** The end of an attempt: what it came to, in the message, its attempt and its channel's table. */
import type { Words } from '@metatron/platform/templateWords';
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';

import { inTransaction } from '../transaction.ts';

import type { Claim } from './claim.ts';
import { moveDelivery } from './deliveryStates.ts';
import type { Message } from './message.ts';
import type { DeliveryError, Target } from './provider.ts';

export interface Accepted {
  readonly target: Target;
  readonly providerMessageId: string | null;
}

/** What is kept beside the message; a withheld one's words are not. */
export interface Sent {
  readonly provider: string;
  readonly from: string;
  readonly words: Words;
}

const END_ATTEMPT = `
UPDATE delivery_attempts
   SET status = $3, error_code = $4, error_message = $5, next_retry_at = $6, finished_at = greatest(now(), started_at)
 WHERE tenant_id = $1 AND id = $2 AND status = 'started'`;
const SENT = `
UPDATE notifications SET status = $3::varchar, error_code = NULL, sent_at = now(), updated_at = now(),
       delivered_at = CASE WHEN $3::varchar = 'delivered' THEN now() END
 WHERE tenant_id = $1 AND id = $2 AND status = 'sending'`;
const ENDED = `
UPDATE notifications SET status = $3, error_code = $4, failed_at = now(), updated_at = now()
 WHERE tenant_id = $1 AND id = $2 AND status = 'sending'`;
const EMAIL = `
INSERT INTO emails (tenant_id, id, notification_id, from_address, to_address, subject, text_body, html_body,
                    message_id, provider, provider_message_id, bounce_kind, bounced_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $9, $11::varchar, CASE WHEN $11::varchar IS NOT NULL THEN now() END)
ON CONFLICT ON CONSTRAINT emails_notification_key DO NOTHING`;
const SMS = `
INSERT INTO sms_messages (tenant_id, id, notification_id, to_number, body, segments, provider, provider_message_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT ON CONSTRAINT sms_messages_notification_key DO NOTHING`;
const PUSH = `
INSERT INTO push_messages (tenant_id, id, notification_id, platform, device_token, title, body, provider)
VALUES ($1, $2, $3, 'web', $4, $5, $6, $7)`;
const SUPPRESS_ADDRESS = `
INSERT INTO notification_suppressions (tenant_id, id, channel, address, reason) VALUES ($1, $2, $3, lower($4), 'bounce')
ON CONFLICT ON CONSTRAINT notification_suppressions_address_key DO NOTHING`;
const EXPIRE_BROWSERS = `
UPDATE push_subscriptions SET expired_at = now(), updated_at = now()
 WHERE tenant_id = $1 AND id = ANY($2::uuid[]) AND expired_at IS NULL`;

/** GSM's own letters fit 160 to a message, all others 70; a part of several loses some to its number. */
function segmentsOf(text: string): number {
  const [alone, part] = /^[\x20-\x7e\n\r]*$/.test(text) ? [160, 153] : [70, 67];
  return text.length <= alone ? 1 : Math.ceil(text.length / part);
}

/** One row of the channel for each target; the inbox has none but the message. */
async function keepSent(
  client: pg.PoolClient,
  { tenantId, id, channel, bodyWithheld }: Message,
  { provider, from, words }: Sent,
  { target: { address }, providerMessageId }: Accepted,
  bounce: 'hard' | null = null,
): Promise<void> {
  const text = bodyWithheld ? null : words.text;
  const html = bodyWithheld ? null : words.html;
  const row = [tenantId, uuidv7(), id];
  if (channel === 'email')
    await client.query(EMAIL, [
      ...row,
      from,
      address,
      words.subject ?? '',
      text,
      html,
      providerMessageId,
      provider,
      bounce,
    ]);
  if (channel === 'sms')
    await client.query(SMS, [...row, address, text, segmentsOf(words.text), provider, providerMessageId]);
  if (channel === 'push')
    await client.query(PUSH, [...row, address, (words.subject ?? words.text).slice(0, 255), text, provider]);
}

export async function endWithSuccess(
  db: pg.Pool,
  message: Message,
  { attemptId }: Claim,
  sent: Sent,
  accepted: readonly Accepted[],
): Promise<void> {
  const { tenantId, id, channel } = message;
  await inTransaction(db, async (client) => {
    for (const one of accepted) await keepSent(client, message, sent, one);
    await client.query(END_ATTEMPT, [tenantId, attemptId, 'succeeded', null, null, null]);
    await client.query(SENT, [tenantId, id, moveDelivery(channel === 'in_app' ? 'arrive' : 'accept', 'sending')]);
  });
}

export interface FailedAttempt {
  readonly error: DeliveryError;
  /** When the next attempt is due; null when this was the last. */
  readonly retryAt: Date | null;
}

export async function endWithFailure(
  db: pg.Pool,
  { tenantId, id, channel }: Message,
  { attemptId }: Claim,
  { error, retryAt }: FailedAttempt,
): Promise<void> {
  const bounced = channel === 'email' && error.failure === 'gone';
  await inTransaction(db, async (client) => {
    await client.query(END_ATTEMPT, [tenantId, attemptId, 'failed', error.code, error.message, retryAt]);
    if (retryAt === null)
      await client.query(ENDED, [tenantId, id, moveDelivery(bounced ? 'bounce' : 'giveUp', 'sending'), error.code]);
  });
}

/** What will not be reached again: nothing more is sent there. */
export async function forgetTargets(db: pg.Pool, message: Message, sent: Sent, gone: readonly Target[]): Promise<void> {
  const { tenantId, channel } = message;
  if (channel === 'push') await db.query(EXPIRE_BROWSERS, [tenantId, gone.map(({ address }) => address)]);
  if (channel !== 'email') return;
  for (const target of gone)
    await inTransaction(db, async (client) => {
      await keepSent(client, message, sent, { target, providerMessageId: null }, 'hard');
      await client.query(SUPPRESS_ADDRESS, [tenantId, uuidv7(), channel, target.address]);
    });
}
