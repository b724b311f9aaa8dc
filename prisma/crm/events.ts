import { defineEvents, eventKind, id } from '@metatron/platform/verb/events';
import { z } from 'zod';

const customer = eventKind({ customerId: id });
/** With both stages where the change moved the lead. */
const lead = { leadId: id, fromStage: z.string().optional(), stage: z.string().optional() };
const deal = eventKind({ dealId: id, stage: z.string() });
const pipeline = eventKind({ pipelineId: id });
const subjects = { customerId: id.nullable(), leadId: id.nullable(), dealId: id.nullable() };

/** What happens in CRM. */
export const events = defineEvents('crm', {
  'customer.created': customer,
  'customer.updated': customer,
  'customer.deleted': customer,
  'lead.created': eventKind({ leadId: id, stage: z.string() }),
  'lead.updated': eventKind(lead),
  'lead.assigned': eventKind({ ...lead, userId: id.nullable() }),
  'lead.moved': eventKind(lead),
  'lead.converted': eventKind({ leadId: id, dealId: id }),
  'deal.created': deal,
  'deal.updated': deal,
  'deal.moved': deal,
  'deal.won': deal,
  'deal.lost': deal,
  'deal.reopened': deal,
  'interaction.logged': eventKind({ interactionId: id, type: z.string(), ...subjects }),
  'pipeline.created': eventKind({ pipelineId: id, isDefault: z.boolean() }),
  'pipeline.updated': pipeline,
  'pipeline.defaultSet': pipeline,
});
