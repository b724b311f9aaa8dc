import type { QueryResolvers } from '../generated/types.ts';
import { customers, deals, interactions, leads, pipelines } from '../tables.ts';

export const Query: QueryResolvers = {
  customer: (_, { id }, ctx) => ctx.read.byId(customers, id),
  customers: (_, list, ctx) => ctx.read.page(customers, list),
  lead: (_, { id }, ctx) => ctx.read.byId(leads, id),
  leads: (_, list, ctx) => ctx.read.page(leads, list),
  deal: (_, { id }, ctx) => ctx.read.byId(deals, id),
  deals: (_, list, ctx) => ctx.read.page(deals, list),
  interactions: (_, list, ctx) => ctx.read.page(interactions, list),
  pipelines: (_, list, ctx) => ctx.read.page(pipelines, list),
};
