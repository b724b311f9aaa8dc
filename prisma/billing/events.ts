import { defineEvents, eventKind, id, type EventOf } from '@metatron/platform/verb/events';
import { z } from 'zod';

const plan = eventKind({ planId: id, version: z.int() });
const subscription = eventKind({ subscriptionId: id, status: z.string() });
const invoice = eventKind({ invoiceId: id, status: z.string() });

/** What happens in BILLING. */
export const events = defineEvents('billing', {
  'plan.created': plan,
  'plan.updated': plan,
  'plan.archived': plan,
  'subscription.created': subscription,
  'subscription.assigned': subscription,
  'subscription.planChanging': subscription,
  'subscription.planChanged': subscription,
  'subscription.renewed': subscription,
  'subscription.ending': subscription,
  'subscription.cancelled': subscription,
  'invoice.created': eventKind({ invoiceId: id }),
  'invoice.updated': invoice,
  'invoice.finalized': invoice,
  'invoice.paidPartly': invoice,
  'invoice.paid': invoice,
  'invoice.voided': invoice,
  'payment.succeeded': eventKind({ paymentId: id, invoiceId: id }),
  'usage.recorded': eventKind({ usageRecordId: id, subscriptionId: id }),
});

export type DomainEvent = EventOf<typeof events>;
