import { Refusal } from '@metatron/platform/errors';
import * as fields from '@metatron/platform/verb/fields';
import { lockTarget } from '@metatron/platform/verb/lock';
import { requireMember } from '@metatron/platform/verb/member';
import { invoicePeriod, invoiceRest } from '@metatron/prisma/billing/periodInvoice';
import { periodFrom } from '@metatron/prisma/billing/periods';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

import { verb, type Tx } from './context.ts';
import type { CustomerSubscriptionRow, PlanRow } from './mappers.ts';
import { requirePayer } from './payer.ts';
import { holdPlan, nothingNext, quantity, termsOf } from './planTerms.ts';
import { moveSubscription } from '@metatron/prisma/billing/subscriptionStates';
import { subscriptions } from './tables.ts';

const DAY_MS = 86_400_000;

/** The first period: the trial when the plan has one, otherwise the first that is paid for. */
function beginning(plan: PlanRow, now: Date) {
  const trialEnd = plan.trialPeriodDays === 0 ? null : new Date(now.getTime() + plan.trialPeriodDays * DAY_MS);
  const billingAnchor = trialEnd ?? now;
  const { start, end } = periodFrom(now, billingAnchor, plan);
  return {
    status: trialEnd === null ? 'active' : 'trialing',
    trialStart: trialEnd === null ? null : now,
    trialEnd,
    billingAnchor,
    currentPeriodStart: start,
    currentPeriodEnd: end,
  };
}

export const subscriptionCreate = verb({
  name: 'subscriptionCreate',
  input: z.object({
    ...fields.creating,
    customerId: fields.id,
    planId: fields.id,
    quantity: fields.kept(quantity),
    contactId: fields.optional(fields.id),
    metadata: fields.kept(fields.jsonObject),
  }),
  tenant: { of: 'given' },
  creates: subscriptions,
  async act({ ctx, tx, input, tenantId }) {
    const { customerId, planId, contactId, metadata = {} } = input;
    await requirePayer(ctx, tenantId, customerId);
    await requireMember(ctx, { tenantId, userId: contactId, field: 'contactId' });
    const plan = await holdPlan(tx, planId);
    const terms = termsOf(plan, input.quantity ?? 1);
    const row = await tx.subscription.create({
      data: { ...terms, ...beginning(plan, new Date()), tenantId, id: uuidv7(), customerId, contactId, metadata },
    });
    const period = { start: row.currentPeriodStart, end: row.currentPeriodEnd };
    const invoiced = row.status === 'active' ? await invoicePeriod(tx, row, period) : [];
    return {
      row,
      object: { type: 'Subscription', id: row.id },
      after: row,
      events: [{ type: 'subscription.created', payload: { subscriptionId: row.id, status: row.status } }, ...invoiced],
    };
  },
});

export const existingSubscription = { of: 'target', table: subscriptions, noun: 'subscription' } as const;

type ChangeEvent = `subscription.${'assigned' | 'planChanging' | 'planChanged' | 'ending' | 'cancelled'}`;

/** Writes a change of a subscription that is locked. */
export async function saveSubscription(
  tx: Tx,
  before: CustomerSubscriptionRow,
  type: ChangeEvent,
  data: Parameters<Tx['subscription']['update']>[0]['data'],
) {
  const { tenantId, id, version } = before;
  const row = await tx.subscription.update({
    where: { tenantId_id: { tenantId, id } },
    data: { ...data, version: version + 1 },
  });
  return {
    row,
    object: { type: 'Subscription', id },
    before,
    after: row,
    events: [{ type, payload: { subscriptionId: id, status: row.status } }],
  };
}

export const subscriptionAssign = verb({
  name: 'subscriptionAssign',
  input: z.object({ ...fields.versioned, contactId: fields.optional(fields.id) }),
  tenant: existingSubscription,
  async act({ ctx, tx, input: { contactId, ...input }, tenantId }) {
    await requireMember(ctx, { tenantId, userId: contactId, field: 'contactId' });
    const before = await lockTarget(tx, { ...existingSubscription, tenantId, input });
    moveSubscription('assign', before.status);
    return saveSubscription(tx, before, 'subscription.assigned', { contactId });
  },
});

export const subscriptionCancel = verb({
  name: 'subscriptionCancel',
  input: z.object({
    ...fields.versioned,
    atPeriodEnd: z.boolean().nullish(),
    reason: fields.optional(fields.text(2_000)),
  }),
  tenant: existingSubscription,
  async act({ tx, input, tenantId }) {
    const before = await lockTarget(tx, { ...existingSubscription, tenantId, input });
    const said = { ...nothingNext, cancelledAt: new Date(), cancelReason: input.reason };
    if (input.atPeriodEnd !== true) {
      const status = moveSubscription('cancel', before.status);
      const data = { ...said, status, cancelAtPeriodEnd: false };
      const saved = await saveSubscription(tx, before, 'subscription.cancelled', data);
      return { ...saved, events: [...saved.events, ...(await invoiceRest(tx, before))] };
    }
    moveSubscription('cancelAtPeriodEnd', before.status);
    if (before.cancelAtPeriodEnd)
      throw new Refusal('CONFLICT', 'The subscription already ends with its period.', 'atPeriodEnd');
    return saveSubscription(tx, before, 'subscription.ending', { ...said, cancelAtPeriodEnd: true });
  },
});
