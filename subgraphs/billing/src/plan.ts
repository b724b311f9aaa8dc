import { defined } from '@metatron/platform/verb/defined';
import * as fields from '@metatron/platform/verb/fields';
import { lockTarget } from '@metatron/platform/verb/lock';
import { PLATFORM_TENANT } from '@metatron/platform/identity';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

import { verb, type Tx } from './context.ts';
import type { PlanRow } from './mappers.ts';
import { movePlan } from './planStates.ts';
import { plans } from './tables.ts';

const INTERVALS = 'This must be between 1 and 36.';
const TRIAL_DAYS = 'This must be between 0 and 730.';

const interval = z.enum(['month', 'year']);

const particulars = {
  description: fields.changed(fields.text(2_000)),
  intervalCount: fields.kept(z.int().min(1, INTERVALS).max(36, INTERVALS)),
  trialPeriodDays: fields.kept(z.int().min(0, TRIAL_DAYS).max(730, TRIAL_DAYS)),
  features: fields.kept(fields.jsonObject),
};

const named = { id: fields.id, expectedVersion: fields.versioned.expectedVersion };

/** What happened to a plan, for the records. */
const changeOf = (type: 'plan.created' | 'plan.updated' | 'plan.archived', row: PlanRow, before: PlanRow | null) => ({
  row,
  object: { type: 'Plan', id: row.id },
  before,
  after: row,
  events: [{ type, payload: { planId: row.id, version: row.version } }],
});

export const planCreate = verb({
  name: 'planCreate',
  input: z.object({
    ...particulars,
    idempotencyKey: fields.creating.idempotencyKey,
    name: fields.text(255),
    price: fields.price,
    interval,
  }),
  tenant: { of: 'platform' },
  creates: plans,
  async act({ tx, input }) {
    const { idempotencyKey: _key, name, price, interval: unit, ...rest } = input;
    const row = await tx.plan.create({ data: { ...price, ...defined(rest), name, interval: unit, id: uuidv7() } });
    return changeOf('plan.created', row, null);
  },
});

const lockPlan = (tx: Tx, input: z.output<z.ZodObject<typeof named>>): Promise<PlanRow> =>
  lockTarget(tx, { table: plans, tenantId: PLATFORM_TENANT, noun: 'plan', input });

/** Every change raises the version, under which subscriptions keep what they were sold. */
const savePlan = (tx: Tx, { id, version }: PlanRow, data: Parameters<Tx['plan']['update']>[0]['data']) =>
  tx.plan.update({ where: { id }, data: { ...data, version: version + 1 } });

export const planUpdate = verb({
  name: 'planUpdate',
  input: z.object({
    ...named,
    ...particulars,
    name: fields.kept(fields.text(255)),
    price: fields.kept(fields.price),
    interval: fields.kept(interval),
  }),
  tenant: { of: 'platform' },
  async act({ tx, input }) {
    const before = await lockPlan(tx, input);
    const { id: _id, expectedVersion: _version, price, ...rest } = input;
    return changeOf('plan.updated', await savePlan(tx, before, { ...defined(rest), ...price }), before);
  },
});

export const planArchive = verb({
  name: 'planArchive',
  input: z.object(named),
  tenant: { of: 'platform' },
  async act({ tx, input }) {
    const before = await lockPlan(tx, input);
    movePlan('archive', before.isActive ? 'active' : 'archived');
    return changeOf('plan.archived', await savePlan(tx, before, { isActive: false }), before);
  },
});
