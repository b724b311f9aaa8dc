import { payload } from '@metatron/platform/verb/payload';

import type { MutationResolvers } from '../generated/types.ts';
import { invoiceCreate, invoiceUpdate } from '../invoice.ts';
import { invoiceFinalize, invoicePay, invoiceVoid } from '../invoiceSettle.ts';
import { paymentRecord } from '../payment.ts';
import { planArchive, planCreate, planUpdate } from '../plan.ts';
import { subscriptionAssign, subscriptionCancel, subscriptionCreate } from '../subscription.ts';
import { subscriptionChangePlan } from '../subscriptionChange.ts';
import { usageRecord } from '../usage.ts';

export const Mutation: MutationResolvers = {
  planCreate: payload('plan', planCreate),
  planUpdate: payload('plan', planUpdate),
  planArchive: payload('plan', planArchive),
  subscriptionCreate: payload('subscription', subscriptionCreate),
  subscriptionChangePlan: payload('subscription', subscriptionChangePlan),
  subscriptionAssign: payload('subscription', subscriptionAssign),
  subscriptionCancel: payload('subscription', subscriptionCancel),
  invoiceCreate: payload('invoice', invoiceCreate),
  invoiceUpdate: payload('invoice', invoiceUpdate),
  invoiceFinalize: payload('invoice', invoiceFinalize),
  invoicePay: payload('invoice', invoicePay),
  invoiceVoid: payload('invoice', invoiceVoid),
  paymentRecord: payload('payment', paymentRecord),
  usageRecord: payload('usageRecord', usageRecord),
};
