import type { PipelineResolvers } from '../generated/types.ts';
import { tenantOf } from '../references.ts';
import { stagesOf } from '../stages.ts';
import { deals, leads, pipelines } from '../tables.ts';

export const Pipeline: PipelineResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(pipelines, id),
  tenant: tenantOf,
  stages: (pipeline) => stagesOf(pipeline),
  leads: ({ id, tenantId }, list, ctx) => ctx.read.under(leads, { field: 'pipelineId', value: id, tenantId }, list),
  deals: ({ id, tenantId }, list, ctx) => ctx.read.under(deals, { field: 'pipelineId', value: id, tenantId }, list),
};
