import { toMoney } from '@metatron/platform/money';

import type { DealResolvers } from '../generated/types.ts';
import { tenantOf, userOf } from '../references.ts';
import { customers, deals, interactions, leads, pipelines, stageChanges } from '../tables.ts';

export const Deal: DealResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(deals, id),
  tenant: tenantOf,
  value: ({ value, currency }) => toMoney(value, currency),
  customer: ({ customerId }, _, ctx) => ctx.read.reference(customers, customerId),
  lead: ({ leadId }, _, ctx) => ctx.read.reference(leads, leadId),
  pipeline: ({ pipelineId }, _, ctx) => ctx.read.byId(pipelines, pipelineId),
  owner: ({ ownerId }) => userOf(ownerId),
  interactions: ({ id, tenantId }, list, ctx) =>
    ctx.read.under(interactions, { field: 'dealId', value: id, tenantId }, list),
  stageHistory: ({ id, tenantId }, list, ctx) =>
    ctx.read.under(stageChanges, { field: 'dealId', value: id, tenantId }, list),
};
