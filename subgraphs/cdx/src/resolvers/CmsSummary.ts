import type { CmsSummaryResolvers } from '../generated/types.ts';
import { completeThrough } from '../summaries.ts';

export const CmsSummary: CmsSummaryResolvers = {
  completeThrough: completeThrough('cms'),
};
