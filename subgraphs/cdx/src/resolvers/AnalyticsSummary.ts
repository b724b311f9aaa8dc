import type { AnalyticsSummaryResolvers } from '../generated/types.ts';
import { completeThrough } from '../summaries.ts';

export const AnalyticsSummary: AnalyticsSummaryResolvers = {
  completeThrough: completeThrough('analytics'),
};
