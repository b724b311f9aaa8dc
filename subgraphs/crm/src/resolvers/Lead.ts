import { toMoney } from '@metatron/platform/money';

import type { LeadResolvers } from '../generated/types.ts';
import { tenantOf, userOf } from '../references.ts';
import { customers, deals, interactions, leads, pipelines, stageChanges } from '../tables.ts';

export const Lead: LeadResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(leads, id),
  tenant: tenantOf,
  value: ({ value, currency }) => toMoney(value, currency),
  customer: ({ customerId }, _, ctx) => ctx.read.reference(customers, customerId),
  pipeline: ({ pipelineId }, _, ctx) => ctx.read.byId(pipelines, pipelineId),
  assignee: ({ assignedTo }) => userOf(assignedTo),
  async deal({ id, tenantId, convertedAt }, _, ctx) {
    if (convertedAt === null) return null;
    const { edges } = await ctx.read.under(deals, { field: 'leadId', value: id, tenantId }, { first: 1 });
    return edges[0]?.node ?? null;
  },
  interactions: ({ id, tenantId }, list, ctx) =>
    ctx.read.under(interactions, { field: 'leadId', value: id, tenantId }, list),
  stageHistory: ({ id, tenantId }, list, ctx) =>
    ctx.read.under(stageChanges, { field: 'leadId', value: id, tenantId }, list),
};
