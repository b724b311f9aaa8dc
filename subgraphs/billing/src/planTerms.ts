import { Refusal } from '@metatron/platform/errors';
import { Exact } from '@metatron/platform/money';
import { PLATFORM_TENANT } from '@metatron/platform/identity';
import { holdRow } from '@metatron/platform/verb/lock';
import { z } from 'zod';

import type { Tx } from './context.ts';
import type { PlanRow } from './mappers.ts';
import { plans } from './tables.ts';

const QUANTITY = 'This must be between 1 and 1,000,000.';
const MAX_CHARGE = '1e13';

export const quantity = z.int().min(1, QUANTITY).max(1_000_000, QUANTITY);

/** A plan that is sold, as it is until the transaction ends. */
export async function holdPlan(tx: Tx, planId: string): Promise<PlanRow> {
  const plan = await holdRow(tx, {
    table: plans,
    tenantId: PLATFORM_TENANT,
    id: planId,
    noun: 'plan',
    field: 'planId',
  });
  if (!plan.isActive) throw new Refusal('INVALID', 'This plan is no longer sold.', 'planId');
  return plan;
}

/** A plan's terms of today, which a subscription copies and keeps. */
export function termsOf({ id, version, amount, currency, interval, intervalCount }: PlanRow, units: number) {
  if (new Exact(amount.toString()).times(units).gte(MAX_CHARGE))
    throw new Refusal('INVALID', 'So many units cost more than can be stored.', 'quantity');
  return { planId: id, planVersion: version, quantity: units, amount, currency, interval, intervalCount };
}

/** No change waits for the end of the period. */
export const nothingNext = { nextPlanId: null, nextPlanVersion: null, nextQuantity: null };
