import { Refusal } from '@metatron/platform/errors';
import { Exact } from '@metatron/platform/money';
import * as fields from '@metatron/platform/verb/fields';
import { lockTarget } from '@metatron/platform/verb/lock';
import type { DomainEvent } from '@metatron/prisma/billing/events';
import { openInvoice } from '@metatron/prisma/billing/openInvoice';
import { amountOf, invoicePeriod, planName } from '@metatron/prisma/billing/periodInvoice';
import { periodFrom } from '@metatron/prisma/billing/periods';
import { moveSubscription } from '@metatron/prisma/billing/subscriptionStates';
import { z } from 'zod';

import { verb, type Tx } from './context.ts';
import type { CustomerSubscriptionRow } from './mappers.ts';
import { holdPlan, nothingNext, quantity, termsOf } from './planTerms.ts';
import { restLine, restOf } from './proration.ts';
import { existingSubscription, saveSubscription } from './subscription.ts';

type Terms = ReturnType<typeof termsOf>;

const periodOf = (row: CustomerSubscriptionRow) => ({ start: row.currentPeriodStart, end: row.currentPeriodEnd });

/** Whether a period under the new terms ends when one under the old ones does, and is paid in the same money. */
const fits = (before: CustomerSubscriptionRow, terms: Terms): boolean =>
  before.interval === terms.interval &&
  before.intervalCount === terms.intervalCount &&
  before.currency === terms.currency;

/** Charges the dearer rest of the period; a cheaper one is not paid back. */
async function chargeRest(tx: Tx, before: CustomerSubscriptionRow, terms: Terms, now: Date): Promise<DomainEvent[]> {
  const period = periodOf(before);
  const [credit, charge] = [restOf(before, period, now), restOf(terms, period, now)];
  if (charge.lte(credit)) return [];
  const rest = { start: now, end: period.end };
  const [old, fresh] = [await planName(tx, before.planId), await planName(tx, terms.planId)];
  return openInvoice(tx, { ...before, ...terms }, { kind: 'proration', ...rest }, () =>
    Promise.resolve([restLine(old, before, credit.negated(), rest), restLine(fresh, terms, charge, rest)]),
  );
}

/** Begins a period of the new terms; the rest of the old one is taken off, at most down to nothing. */
async function beginAnew(tx: Tx, before: CustomerSubscriptionRow, terms: Terms, now: Date): Promise<DomainEvent[]> {
  const period = periodFrom(now, now, terms);
  const whole = amountOf(terms.currency, terms.quantity, terms.amount);
  const credit =
    before.currency === terms.currency ? Exact.min(restOf(before, periodOf(before), now), whole) : new Exact(0);
  const rest = { start: now, end: before.currentPeriodEnd };
  const credits = credit.isZero() ? [] : [restLine(await planName(tx, before.planId), before, credit.negated(), rest)];
  return invoicePeriod(tx, { ...before, ...terms }, period, credits);
}

/** The change as columns, and what it led to; a trial goes on and costs nothing. */
async function changeNow(tx: Tx, before: CustomerSubscriptionRow, terms: Terms, now: Date) {
  if (before.status === 'trialing') return { data: terms, events: [] };
  if (fits(before, terms)) return { data: terms, events: await chargeRest(tx, before, terms, now) };
  const { start, end } = periodFrom(now, now, terms);
  const data = { ...terms, billingAnchor: now, currentPeriodStart: start, currentPeriodEnd: end };
  return { data, events: await beginAnew(tx, before, terms, now) };
}

export const subscriptionChangePlan = verb({
  name: 'subscriptionChangePlan',
  input: z.object({
    ...fields.versioned,
    planId: fields.id,
    quantity: fields.kept(quantity),
    atPeriodEnd: z.boolean().nullish(),
  }),
  tenant: existingSubscription,
  async act({ tx, input, tenantId }) {
    const before = await lockTarget(tx, { ...existingSubscription, tenantId, input });
    moveSubscription('changePlan', before.status);
    const terms = termsOf(await holdPlan(tx, input.planId), input.quantity ?? before.quantity);
    if (input.atPeriodEnd !== true) {
      const { data, events } = await changeNow(tx, before, terms, new Date());
      const saved = await saveSubscription(tx, before, 'subscription.planChanged', { ...data, ...nothingNext });
      return { ...saved, events: [...saved.events, ...events] };
    }
    if (before.cancelAtPeriodEnd)
      throw new Refusal('CONFLICT', 'The subscription ends with its period.', 'atPeriodEnd');
    const { planId: nextPlanId, planVersion: nextPlanVersion, quantity: nextQuantity } = terms;
    const next = { nextPlanId, nextPlanVersion, nextQuantity };
    return saveSubscription(tx, before, 'subscription.planChanging', next);
  },
});
