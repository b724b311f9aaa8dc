/** The beginning of an attempt: one worker at a time, and only at what is wanted. */
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';

import { JobError } from '../defineJob.ts';
import { inTransaction } from '../transaction.ts';

import { isOpen, moveDelivery } from './deliveryStates.ts';
import type { Message } from './message.ts';
import type { Target } from './provider.ts';
import { readWish } from './wishes.ts';

/** An attempt that says nothing for so long is one whose worker is gone. */
const LOST_MS = 60_000;

const LOCK = 'SELECT status FROM notifications WHERE tenant_id = $1 AND id = $2 FOR UPDATE';
const SUPPRESS =
  'UPDATE notifications SET status = $3, error_code = $4, updated_at = now() WHERE tenant_id = $1 AND id = $2';
const POSTPONE = 'UPDATE notifications SET scheduled_at = $3, updated_at = now() WHERE tenant_id = $1 AND id = $2';
const START = 'UPDATE notifications SET status = $3, updated_at = now() WHERE tenant_id = $1 AND id = $2';
const LAST = `
SELECT id, attempt, status = 'started' AS running, started_at > now() - $3 * interval '1 millisecond' AS fresh
  FROM delivery_attempts WHERE tenant_id = $1 AND notification_id = $2 ORDER BY attempt DESC LIMIT 1`;
const LOSE = `
UPDATE delivery_attempts SET status = 'failed', error_code = 'interrupted', finished_at = now()
 WHERE tenant_id = $1 AND id = $2`;
const ATTEMPT = `
INSERT INTO delivery_attempts (tenant_id, id, notification_id, attempt, provider) VALUES ($1, $2, $3, $4, $5)`;

interface LastAttempt {
  readonly id: string;
  readonly attempt: number;
  readonly running: boolean;
  readonly fresh: boolean;
}

/** The number of the next attempt; undefined while another worker is at one. */
async function nextAttempt(client: pg.PoolClient, { tenantId, id }: Message): Promise<number | undefined> {
  const { rows } = await client.query<LastAttempt>(LAST, [tenantId, id, LOST_MS]);
  const [last] = rows;
  if (last === undefined) return 1;
  if (last.running && last.fresh) return undefined;
  if (last.running) await client.query(LOSE, [tenantId, last.id]);
  return last.attempt + 1;
}

export interface Claim {
  readonly attemptId: string;
  readonly attempt: number;
}

type Claimed = Claim | 'nothing to do' | 'busy';

async function claimLocked(
  client: pg.PoolClient,
  message: Message,
  claim: Omit<ClaimRequest, 'message'>,
): Promise<Claimed> {
  const { tenantId, id } = message;
  const { rows } = await client.query<{ status: string }>(LOCK, [tenantId, id]);
  const status = rows[0]?.status;
  if (status === undefined || !isOpen(status)) return 'nothing to do';
  const wish = await readWish(client, message, claim.targets);
  if (wish.wants === 'nothing') {
    await client.query(SUPPRESS, [tenantId, id, moveDelivery('suppress', status), wish.code]);
    return 'nothing to do';
  }
  if (wish.wants === 'later') {
    await client.query(POSTPONE, [tenantId, id, wish.at]);
    return 'nothing to do';
  }
  const attempt = await nextAttempt(client, message);
  if (attempt === undefined) return 'busy';
  const attemptId = uuidv7();
  await client.query(ATTEMPT, [tenantId, attemptId, id, attempt, claim.provider]);
  await client.query(START, [tenantId, id, moveDelivery('start', status)]);
  return { attemptId, attempt };
}

export interface ClaimRequest {
  readonly message: Message;
  readonly targets: readonly Target[];
  readonly provider: string;
}

/**
 * Begins an attempt; undefined when the message is done with, not wanted, or not wanted yet.
 * @throws JobError while another worker is at it.
 */
export async function beginAttempt(db: pg.Pool, { message, ...claim }: ClaimRequest): Promise<Claim | undefined> {
  const claimed = await inTransaction(db, (client) => claimLocked(client, message, claim));
  if (claimed === 'busy') throw new JobError('another worker is at this message');
  return claimed === 'nothing to do' ? undefined : claimed;
}
