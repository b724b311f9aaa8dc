import { Refusal } from '@metatron/platform/errors';
import * as fields from '@metatron/platform/verb/fields';
import { requireMember } from '@metatron/platform/verb/member';
import type { Stage } from '@metatron/prisma/crm/stages';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

import { verb } from './context.ts';
import { existingLead, lockLead } from './lead.ts';
import type { LeadRow, PipelineRow } from './mappers.ts';
import { holdPipeline } from './pipelineRows.ts';
import { enter, noteStage } from './place.ts';
import { firstStage, stageNamed } from './stages.ts';
import { deals } from './tables.ts';
import { holdCustomer, moneyColumns } from './terms.ts';

const differences = {
  customerId: fields.changed(fields.id),
  pipelineId: fields.changed(fields.id),
  stage: fields.changed(fields.text(50)),
  title: fields.kept(fields.text(255)),
  value: fields.kept(fields.price),
  expectedCloseDate: fields.kept(fields.time),
  ownerId: fields.kept(fields.id),
};

type Differences = z.output<z.ZodObject<typeof differences>>;

function requireSameCustomer({ customerId }: LeadRow, input: Differences): void {
  if (customerId !== null && input.customerId != null && input.customerId !== customerId) {
    throw new Refusal('INVALID', 'The lead names another customer.', 'customerId');
  }
}

/** The deal begins where the lead stands, as far as that is open. */
function stageOf(pipeline: PipelineRow, lead: LeadRow, wanted: string | null | undefined): Stage {
  const stays = wanted == null && lead.stageKind === 'open' && lead.pipelineId === pipeline.id;
  const stage =
    wanted != null
      ? stageNamed(pipeline, wanted)
      : stays
        ? stageNamed(pipeline, lead.stage)
        : firstStage(pipeline, 'open');
  if (stage.kind !== 'open') throw new Refusal('INVALID', 'A deal begins in an open stage.', 'stage');
  return stage;
}

/** The columns that the deal takes over from the lead, but for what the input says. */
function dealColumns(lead: LeadRow, input: Differences) {
  const { title, description, value, currency, expectedCloseDate, assignedTo, source, customerId } = lead;
  return {
    title: input.title ?? title,
    description,
    value,
    currency,
    ...moneyColumns(input.value),
    expectedCloseDate: input.expectedCloseDate ?? expectedCloseDate,
    ownerId: input.ownerId ?? assignedTo,
    source,
    customerId: customerId ?? input.customerId ?? null,
  };
}

export const leadConvert = verb({
  name: 'leadConvert',
  input: z.object({ ...fields.versioned, ...fields.creating, ...differences }),
  tenant: existingLead,
  creates: deals,
  async act({ ctx, tx, input, tenantId }) {
    const lead = await lockLead(tx, tenantId, input, 'convert');
    requireSameCustomer(lead, input);
    await requireMember(ctx, { tenantId, userId: input.ownerId, field: 'ownerId' });
    if (lead.customerId === null) await holdCustomer(tx, tenantId, input.customerId);
    const pipeline = await holdPipeline(tx, tenantId, input.pipelineId ?? lead.pipelineId);
    const stage = stageOf(pipeline, lead, input.stage);
    const columns = dealColumns(lead, input);
    const probability = stage.name === lead.stage ? lead.probability : undefined;
    const row = await tx.deal.create({
      data: {
        ...columns,
        ...enter(stage, { probability }),
        tenantId,
        id: uuidv7(),
        leadId: lead.id,
        pipelineId: pipeline.id,
      },
    });
    await tx.lead.update({
      where: { tenantId_id: { tenantId, id: lead.id } },
      data: { convertedAt: row.createdAt, customerId: columns.customerId, version: lead.version + 1 },
    });
    await noteStage(ctx, tx, { subject: { dealId: row.id }, before: null, after: row });
    return {
      row,
      object: { type: 'Deal', id: row.id },
      after: row,
      events: [{ type: 'lead.converted', payload: { leadId: lead.id, dealId: row.id } }],
    };
  },
});
