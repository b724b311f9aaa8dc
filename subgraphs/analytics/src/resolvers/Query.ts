import type { QueryResolvers } from '../generated/types.ts';
import { dashboards, events, insights, metrics } from '../tables.ts';

export const Query: QueryResolvers = {
  events: (_root, args, ctx) => ctx.read.page(events, args),
  metrics: (_root, args, ctx) => ctx.read.page(metrics, args),
  dashboards: (_root, args, ctx) => ctx.read.page(dashboards, args),
  insights: (_root, args, ctx) => ctx.read.page(insights, args),
};
