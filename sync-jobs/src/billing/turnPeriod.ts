/** What happens when a subscription's period is over: it ends, or its next period is opened and invoiced. */
import type { RawTransaction } from '@metatron/platform/verb/verb';
import type { DomainEvent } from '@metatron/prisma/billing/events';
import type { Billed } from '@metatron/prisma/billing/openInvoice';
import { invoicePeriod, invoiceRest } from '@metatron/prisma/billing/periodInvoice';
import { periodFrom, type Term } from '@metatron/prisma/billing/periods';
import { moveSubscription } from '@metatron/prisma/billing/subscriptionStates';

/** A subscription whose period is over, locked. */
export interface Due extends Billed, Term {
  readonly status: string;
  readonly planVersion: number;
  readonly billingAnchor: Date;
  readonly currentPeriodEnd: Date;
  readonly cancelAtPeriodEnd: boolean;
  readonly nextPlanId: string | null;
  readonly nextPlanVersion: number | null;
  readonly nextQuantity: number | null;
}

export interface Turned {
  readonly action: 'subscriptionEnd' | 'subscriptionRenew';
  readonly after: object;
  readonly events: readonly DomainEvent[];
}

const END = `
UPDATE subscriptions SET status = $3, cancelled_at = coalesce(cancelled_at, now()), cancel_at_period_end = false,
       version = version + 1, updated_at = now()
WHERE tenant_id = $1 AND id = $2::uuid`;

/** What was agreed on when a change was asked for. */
const AGREED = `
SELECT amount, currency, "interval", interval_count AS "intervalCount" FROM plan_versions
WHERE plan_id = $1::uuid AND version = $2`;

const RENEW = `
UPDATE subscriptions SET status = $3, plan_id = $4::uuid, plan_version = $5, quantity = $6, amount = $7::numeric,
       currency = $8, "interval" = $9, interval_count = $10, billing_anchor = $11::timestamptz,
       current_period_start = $12::timestamptz, current_period_end = $13::timestamptz,
       next_plan_id = NULL, next_plan_version = NULL, next_quantity = NULL, version = version + 1, updated_at = now()
WHERE tenant_id = $1 AND id = $2::uuid`;

type Agreed = Pick<Due, 'amount' | 'currency' | 'interval' | 'intervalCount'>;

/** The terms of the next period: those of a change that waited for it, otherwise as before. */
async function nextTerms(tx: RawTransaction, due: Due): Promise<Due> {
  const { nextPlanId: planId, nextPlanVersion: planVersion, nextQuantity } = due;
  if (planId === null || planVersion === null) return due;
  const [agreed] = await tx.$queryRawUnsafe<Agreed[]>(AGREED, planId, planVersion);
  if (agreed === undefined) throw new Error('a subscription waits for a version that no plan has');
  const sameLength = agreed.interval === due.interval && agreed.intervalCount === due.intervalCount;
  const billingAnchor = sameLength ? due.billingAnchor : due.currentPeriodEnd;
  return { ...due, ...agreed, planId, planVersion, quantity: nextQuantity ?? due.quantity, billingAnchor };
}

async function end(tx: RawTransaction, due: Due): Promise<Turned> {
  const { tenantId, id } = due;
  const status = moveSubscription('cancel', due.status);
  await tx.$executeRawUnsafe(END, tenantId, id, status);
  const event: DomainEvent = { type: 'subscription.cancelled', payload: { subscriptionId: id, status } };
  return { action: 'subscriptionEnd', after: { status }, events: [event, ...(await invoiceRest(tx, due))] };
}

async function renew(tx: RawTransaction, due: Due): Promise<Turned> {
  const status = moveSubscription(due.status === 'past_due' ? 'renewUnpaid' : 'renew', due.status);
  const next = await nextTerms(tx, due);
  const { tenantId, id, planId, planVersion, quantity, amount, currency, interval, intervalCount, billingAnchor } =
    next;
  const period = periodFrom(due.currentPeriodEnd, billingAnchor, next);
  await tx.$executeRawUnsafe(
    RENEW,
    ...[tenantId, id, status, planId, planVersion, quantity, amount.toString(), currency, interval, intervalCount],
    ...[billingAnchor, period.start, period.end].map((at) => at.toISOString()),
  );
  const event: DomainEvent = { type: 'subscription.renewed', payload: { subscriptionId: id, status } };
  const after = {
    status,
    planId,
    planVersion,
    quantity,
    currentPeriodStart: period.start,
    currentPeriodEnd: period.end,
  };
  return { action: 'subscriptionRenew', after, events: [event, ...(await invoicePeriod(tx, next, period))] };
}

export const turnPeriod = (tx: RawTransaction, due: Due): Promise<Turned> =>
  due.cancelAtPeriodEnd ? end(tx, due) : renew(tx, due);
