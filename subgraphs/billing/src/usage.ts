import { isDeepStrictEqual } from 'node:util';

import { Refusal } from '@metatron/platform/errors';
import { Exact } from '@metatron/platform/money';
import * as fields from '@metatron/platform/verb/fields';
import { holdRow } from '@metatron/platform/verb/lock';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

import { verb, type Tx } from './context.ts';
import type { CustomerSubscriptionRow, UsageRecordRow } from './mappers.ts';
import { moveSubscription } from '@metatron/prisma/billing/subscriptionStates';
import { subscriptions, usageRecords } from './tables.ts';

const MAX = '1e13';

const count = z
  .string()
  .refine((value) => new Exact(value).gte(0), 'This must not be negative.')
  .refine((value) => new Exact(value).lt(MAX), 'This is too large.');

const measured = {
  metric: fields.text(100),
  quantity: count,
  unitPrice: fields.optional(count),
  periodStart: fields.kept(fields.time),
  periodEnd: fields.kept(fields.time),
  recordedAt: fields.kept(fields.time),
  metadata: fields.jsonObject.nullish().transform((value) => value ?? {}),
};

type Measured = z.output<z.ZodObject<typeof measured>> & { readonly subscriptionId: string };

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const isAt = (stored: Date, told: Date | undefined): boolean =>
  told === undefined || stored.getTime() === told.getTime();

/** Whether use that is reported again is what is stored; a time left out then is as it was stored. */
function isSame(stored: UsageRecordRow, told: Measured): boolean {
  const { unitPrice } = stored;
  return (
    stored.subscriptionId === told.subscriptionId &&
    stored.metric === told.metric &&
    stored.quantity.eq(told.quantity) &&
    (told.unitPrice === null ? unitPrice === null : unitPrice?.eq(told.unitPrice) === true) &&
    isAt(stored.periodStart, told.periodStart) &&
    isAt(stored.periodEnd, told.periodEnd) &&
    isAt(stored.recordedAt, told.recordedAt) &&
    isDeepStrictEqual(plain(stored.metadata), plain(told.metadata))
  );
}

/** The span of the use: the subscription's current period unless the caller names one. */
function spanOf({ periodStart, periodEnd }: Measured, order: CustomerSubscriptionRow) {
  if ((periodStart === undefined) !== (periodEnd === undefined))
    throw new Refusal('INVALID', 'Name both ends of the period, or neither.', 'periodEnd');
  if (periodStart === undefined || periodEnd === undefined)
    return { periodStart: order.currentPeriodStart, periodEnd: order.currentPeriodEnd };
  if (periodEnd <= periodStart) throw new Refusal('INVALID', 'This must be after the start.', 'periodEnd');
  return { periodStart, periodEnd };
}

type Span = ReturnType<typeof spanOf>;

const known = (tx: Tx, { tenantId, customerId }: CustomerSubscriptionRow, dedupeId: string) =>
  tx.usageRecord.findUnique({ where: { tenantId_customerId_dedupeId: { tenantId, customerId, dedupeId } } });

/** Stores the use; undefined when another caller has just stored it under the same id. */
async function store(tx: Tx, order: CustomerSubscriptionRow, dedupeId: string, told: Measured, span: Span) {
  const { tenantId, id: subscriptionId, customerId, currency } = order;
  const { metric, quantity, unitPrice, metadata, recordedAt = new Date() } = told;
  const [row] = await tx.usageRecord.createManyAndReturn({
    data: {
      ...{ tenantId, id: uuidv7(), customerId, subscriptionId, dedupeId, metric, quantity, metadata, recordedAt },
      ...{ unitPrice, currency: unitPrice === null ? null : currency, ...span },
    },
    skipDuplicates: true,
  });
  return row;
}

export const usageRecord = verb({
  name: 'usageRecord',
  input: z.object({ ...fields.creating, ...measured, subscriptionId: fields.id, dedupeId: fields.text(255) }),
  tenant: { of: 'target', table: subscriptions, noun: 'subscription', field: 'subscriptionId' },
  creates: usageRecords,
  async act({ tx, input, tenantId }) {
    const { subscriptionId: id, dedupeId } = input;
    const order = await holdRow(tx, {
      ...{ table: subscriptions, tenantId, id, noun: 'subscription', field: 'subscriptionId' },
    });
    const span = spanOf(input, order);
    const before = await known(tx, order, dedupeId);
    if (before === null) moveSubscription('recordUsage', order.status, 'subscriptionId');
    const made = before === null ? await store(tx, order, dedupeId, input, span) : undefined;
    // Another caller may have stored the same use since the first look.
    const row = made ?? before ?? (await known(tx, order, dedupeId));
    if (row === null || !isSame(row, input))
      throw new Refusal('CONFLICT', 'This id was used for other use.', 'dedupeId');
    return {
      row,
      object: { type: 'UsageRecord', id: row.id },
      after: row,
      events:
        made === undefined ? [] : [{ type: 'usage.recorded', payload: { usageRecordId: row.id, subscriptionId: id } }],
    };
  },
});
