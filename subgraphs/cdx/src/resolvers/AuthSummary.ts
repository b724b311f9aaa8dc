import type { AuthSummaryResolvers } from '../generated/types.ts';
import { completeThrough } from '../summaries.ts';

export const AuthSummary: AuthSummaryResolvers = {
  completeThrough: completeThrough('auth'),
};
