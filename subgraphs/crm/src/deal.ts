import { defined } from '@metatron/platform/verb/defined';
import * as fields from '@metatron/platform/verb/fields';
import { lockTarget } from '@metatron/platform/verb/lock';
import { requireMember } from '@metatron/platform/verb/member';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

import { verb, type Context, type Tx } from './context.ts';
import type { DealRow } from './mappers.ts';
import { holdPipeline } from './pipelineRows.ts';
import { enter, move, noteStage, type Place } from './place.ts';
import { moveDeal } from './placeStates.ts';
import { firstStage, stageNamed, type StageKind } from './stages.ts';
import { deals } from './tables.ts';
import { changedTerms, holdCustomer, newTerms, placeFields, tags, termColumns } from './terms.ts';

const particulars = {
  ownerId: fields.changed(fields.id),
  tags: fields.kept(tags),
  customFields: fields.kept(fields.jsonObject),
};

/** A deal is closed exactly while it is won or lost, since it became so. */
const closing = ({ stageKind }: Pick<Place, 'stageKind'>, since: Date): { closedAt: Date | null } => ({
  closedAt: stageKind === 'open' ? null : since,
});

export const dealCreate = verb({
  name: 'dealCreate',
  input: z.object({ ...fields.creating, ...newTerms, ...particulars }),
  tenant: { of: 'given' },
  creates: deals,
  async act({ ctx, tx, input, tenantId }) {
    const { ownerId, tags: labels, customFields, title } = input;
    await requireMember(ctx, { tenantId, userId: ownerId, field: 'ownerId' });
    await holdCustomer(tx, tenantId, input.customerId);
    const pipeline = await holdPipeline(tx, tenantId, input.pipelineId);
    const place = enter(input.stage == null ? firstStage(pipeline, 'open') : stageNamed(pipeline, input.stage), input);
    const own = { ...defined({ ownerId, tags: labels, customFields }), ...closing(place, new Date()) };
    const row = await tx.deal.create({
      data: { ...termColumns(input), ...place, ...own, title, tenantId, id: uuidv7(), pipelineId: pipeline.id },
    });
    await noteStage(ctx, tx, { subject: { dealId: row.id }, before: null, after: row });
    return {
      row,
      object: { type: 'Deal', id: row.id },
      after: row,
      events: [{ type: 'deal.created', payload: { dealId: row.id, stage: row.stage } }],
    };
  },
});

type Columns = Parameters<Tx['deal']['update']>[0]['data'];

/** Writes a deal's new place with whatever else changes. */
export async function saveDeal(
  ctx: Context,
  tx: Tx,
  before: DealRow,
  place: ReturnType<typeof move>,
  data: Columns = {},
) {
  const { tenantId, id, version } = before;
  const closed = place.stageChangedAt === undefined ? {} : closing(place, place.stageChangedAt);
  const row = await tx.deal.update({
    where: { tenantId_id: { tenantId, id } },
    data: { ...data, ...place, ...closed, version: version + 1 },
  });
  await noteStage(ctx, tx, { subject: { dealId: id }, before, after: row });
  return {
    row,
    object: { type: 'Deal', id },
    before,
    after: row,
    events: [{ type: eventOf(before, row), payload: { dealId: id, stage: row.stage } }],
  };
}

const CHANGED_KIND = { open: 'deal.reopened', won: 'deal.won', lost: 'deal.lost' } as const;

function eventOf(before: DealRow, after: DealRow): `deal.${'updated' | 'moved' | 'reopened' | 'won' | 'lost'}` {
  if (before.stage === after.stage) return 'deal.updated';
  if (before.stageKind === after.stageKind) return 'deal.moved';
  return CHANGED_KIND[after.stageKind as StageKind];
}

export const existingDeal = { of: 'target', table: deals, noun: 'deal' } as const;

export const dealUpdate = verb({
  name: 'dealUpdate',
  input: z.object({ ...fields.versioned, ...changedTerms, ...particulars }),
  tenant: existingDeal,
  async act({ ctx, tx, input, tenantId }) {
    const before = await lockTarget(tx, { ...existingDeal, tenantId, input });
    const { ownerId, tags: labels, customFields } = input;
    await requireMember(ctx, { tenantId, userId: ownerId, field: 'ownerId' });
    await holdCustomer(tx, tenantId, input.customerId);
    const pipeline = await holdPipeline(tx, tenantId, before.pipelineId);
    const place = move(
      moveDeal,
      pipeline,
      before,
      input.stage == null ? undefined : stageNamed(pipeline, input.stage),
      input,
    );
    return saveDeal(ctx, tx, before, place, {
      ...termColumns(input),
      ...defined({ ownerId, tags: labels, customFields }),
    });
  },
});

export const dealStageMove = verb({
  name: 'dealStageMove',
  input: z.object({ ...fields.versioned, ...placeFields, stage: fields.text(50) }),
  tenant: existingDeal,
  async act({ ctx, tx, input, tenantId }) {
    const before = await lockTarget(tx, { ...existingDeal, tenantId, input });
    const pipeline = await holdPipeline(tx, tenantId, before.pipelineId);
    return saveDeal(ctx, tx, before, move(moveDeal, pipeline, before, stageNamed(pipeline, input.stage), input));
  },
});
