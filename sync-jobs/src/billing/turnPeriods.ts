/** Goes through the subscriptions whose period is over, each in a transaction of its own. */
import type { Logger } from '@metatron/platform/log';
import { writeRecords } from '@metatron/platform/verb/records';
import { events as declared } from '@metatron/prisma/billing/events';
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';

import { reasonOf } from '../relay/reason.ts';
import { rawTransaction } from '../transaction.ts';

import { turnPeriod, type Due } from './turnPeriod.ts';

/** What a run does at most: a long backlog is left for the next ones. */
const PERIODS_A_RUN = 500;

/** Another worker's are skipped, and so are those that have failed in this run. */
const DUE = `
SELECT tenant_id AS "tenantId", id, customer_id AS "customerId", plan_id AS "planId", plan_version AS "planVersion",
       status, quantity, amount, currency, "interval", interval_count AS "intervalCount",
       billing_anchor AS "billingAnchor", current_period_end AS "currentPeriodEnd",
       cancel_at_period_end AS "cancelAtPeriodEnd", next_plan_id AS "nextPlanId",
       next_plan_version AS "nextPlanVersion", next_quantity AS "nextQuantity"
FROM subscriptions
WHERE current_period_end <= now() AND status IN ('trialing', 'active', 'past_due') AND NOT id = ANY ($1::uuid[])
ORDER BY current_period_end, tenant_id, id
LIMIT 1 FOR UPDATE SKIP LOCKED`;

async function turn(client: pg.PoolClient, due: Due): Promise<void> {
  const tx = rawTransaction(client);
  const { action, after, events } = await turnPeriod(tx, due);
  const caller = {
    identity: { kind: 'platform' },
    requestId: `billingPeriods-${uuidv7()}`,
    address: '',
    userAgent: '',
  } as const;
  const object = { type: 'Subscription', id: due.id };
  const outcome = { row: null, object, before: due, after, events };
  await writeRecords(tx, declared, { caller, tenantId: due.tenantId, action, outcome });
  await client.query('COMMIT');
}

/** Turns the period that has been over the longest. @returns false when there is none. */
async function turnNext(pool: pg.Pool, failed: string[], log: Logger): Promise<boolean> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const {
      rows: [due],
    } = await client.query<Due>(DUE, [failed]);
    if (due === undefined) {
      await client.query('ROLLBACK');
      return false;
    }
    await turn(client, due).catch(async (error: unknown) => {
      failed.push(due.id);
      log.error(
        { tenantId: due.tenantId, subscriptionId: due.id, reason: reasonOf(error) },
        'a period cannot be turned',
      );
      await client.query('ROLLBACK');
    });
    return true;
  } finally {
    client.release();
  }
}

/** @returns the subscriptions that failed; the next run tries them again. */
export async function turnPeriods(pool: pg.Pool, log: Logger, stopping: AbortSignal): Promise<readonly string[]> {
  const failed: string[] = [];
  for (let count = 0; count < PERIODS_A_RUN && !stopping.aborted; count += 1)
    if (!(await turnNext(pool, failed, log))) break;
  return failed;
}
