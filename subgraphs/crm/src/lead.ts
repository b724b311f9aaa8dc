import { defined } from '@metatron/platform/verb/defined';
import * as fields from '@metatron/platform/verb/fields';
import { lockTarget } from '@metatron/platform/verb/lock';
import { requireMember } from '@metatron/platform/verb/member';
import type { Prisma } from '@metatron/prisma/crm/client';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

import { verb, type Context, type Tx } from './context.ts';
import type { LeadRow } from './mappers.ts';
import { holdPipeline } from './pipelineRows.ts';
import { enter, move, noteStage } from './place.ts';
import { moveLead, stateOf } from './placeStates.ts';
import { firstStage, stageNamed } from './stages.ts';
import { leads } from './tables.ts';
import { changedTerms, holdCustomer, newTerms, placeFields, termColumns } from './terms.ts';

const assignedTo = fields.changed(fields.id);

export const existingLead = { of: 'target', table: leads, noun: 'lead' } as const;

export const leadCreate = verb({
  name: 'leadCreate',
  input: z.object({ ...fields.creating, ...newTerms, assignedTo }),
  tenant: { of: 'given' },
  creates: leads,
  async act({ ctx, tx, input, tenantId }) {
    await requireMember(ctx, { tenantId, userId: input.assignedTo, field: 'assignedTo' });
    await holdCustomer(tx, tenantId, input.customerId);
    const pipeline = await holdPipeline(tx, tenantId, input.pipelineId);
    const stage = input.stage == null ? firstStage(pipeline, 'open') : stageNamed(pipeline, input.stage);
    const place = enter(stage, input);
    const data = {
      ...termColumns(input),
      ...place,
      ...defined({ assignedTo: input.assignedTo }),
      title: input.title,
      tenantId,
      id: uuidv7(),
      pipelineId: pipeline.id,
    };
    const row = await tx.lead.create({ data });
    await noteStage(ctx, tx, { subject: { leadId: row.id }, before: null, after: row });
    return {
      row,
      object: { type: 'Lead', id: row.id },
      after: row,
      events: [{ type: 'lead.created', payload: { leadId: row.id, stage: row.stage } }],
    };
  },
});

interface Target {
  readonly id: string;
  readonly expectedVersion?: number | null | undefined;
}

/** @throws Refusal CONFLICT when the move is not legal in the lead's state. */
export async function lockLead(
  tx: Tx,
  tenantId: string,
  input: Target,
  name: 'update' | 'assign' | 'convert',
): Promise<LeadRow> {
  const lead = await lockTarget(tx, { ...existingLead, tenantId, input });
  moveLead(name, stateOf(lead));
  return lead;
}

async function save(ctx: Context, tx: Tx, before: LeadRow, data: Prisma.LeadUncheckedUpdateInput) {
  const { tenantId, id, version } = before;
  const row = await tx.lead.update({
    where: { tenantId_id: { tenantId, id } },
    data: { ...data, version: version + 1 },
  });
  await noteStage(ctx, tx, { subject: { leadId: id }, before, after: row });
  const moved = row.stage !== before.stage;
  const payload = { leadId: id, ...(moved ? { fromStage: before.stage, stage: row.stage } : {}) };
  return { row, object: { type: 'Lead', id }, before, after: row, payload, moved };
}

export const leadUpdate = verb({
  name: 'leadUpdate',
  input: z.object({ ...fields.versioned, ...changedTerms, assignedTo }),
  tenant: existingLead,
  async act({ ctx, tx, input, tenantId }) {
    const before = await lockLead(tx, tenantId, input, 'update');
    await requireMember(ctx, { tenantId, userId: input.assignedTo, field: 'assignedTo' });
    await holdCustomer(tx, tenantId, input.customerId);
    const pipeline = await holdPipeline(tx, tenantId, before.pipelineId);
    const target = input.stage == null ? undefined : stageNamed(pipeline, input.stage);
    const data = {
      ...termColumns(input),
      ...move(moveLead, pipeline, before, target, input),
      ...defined({ assignedTo: input.assignedTo }),
    };
    const { payload, ...saved } = await save(ctx, tx, before, data);
    return { ...saved, events: [{ type: 'lead.updated', payload }] };
  },
});

export const leadAssign = verb({
  name: 'leadAssign',
  input: z.object({ ...fields.versioned, assignedTo: fields.optional(fields.id) }),
  tenant: existingLead,
  async act({ ctx, tx, input, tenantId }) {
    const before = await lockLead(tx, tenantId, input, 'assign');
    await requireMember(ctx, { tenantId, userId: input.assignedTo, field: 'assignedTo' });
    const { payload, ...saved } = await save(ctx, tx, before, { assignedTo: input.assignedTo });
    return { ...saved, events: [{ type: 'lead.assigned', payload: { ...payload, userId: input.assignedTo } }] };
  },
});

export const leadStageMove = verb({
  name: 'leadStageMove',
  input: z.object({ ...fields.versioned, ...placeFields, stage: fields.text(50) }),
  tenant: existingLead,
  async act({ ctx, tx, input, tenantId }) {
    const before = await lockTarget(tx, { ...existingLead, tenantId, input });
    const pipeline = await holdPipeline(tx, tenantId, before.pipelineId);
    const data = move(moveLead, pipeline, before, stageNamed(pipeline, input.stage), input);
    const { payload, moved, ...saved } = await save(ctx, tx, before, data);
    return { ...saved, events: moved ? [{ type: 'lead.moved', payload }] : [] };
  },
});
