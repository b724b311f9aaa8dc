import type { NotificationSummaryResolvers } from '../generated/types.ts';
import { completeThrough } from '../summaries.ts';

export const NotificationSummary: NotificationSummaryResolvers = {
  completeThrough: completeThrough('notifications'),
};
