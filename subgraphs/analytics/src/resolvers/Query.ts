import { question } from '../askEvents.ts';
import { answerFunnel } from '../funnel.ts';
import type { QueryResolvers } from '../generated/types.ts';
import { funnelQuestion, trendQuestion } from '../question.ts';
import { dashboards, events, insights, metrics } from '../tables.ts';
import { answerTrend } from '../trend.ts';

export const Query: QueryResolvers = {
  events: (_root, args, ctx) => ctx.read.page(events, args),
  metrics: (_root, args, ctx) => ctx.read.page(metrics, args),
  dashboards: (_root, args, ctx) => ctx.read.page(dashboards, args),
  insights: (_root, args, ctx) => ctx.read.page(insights, args),
  trend: question(trendQuestion, answerTrend),
  funnel: question(funnelQuestion, answerFunnel),
};
