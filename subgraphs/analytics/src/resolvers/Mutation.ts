import { deletion, payload } from '@metatron/platform/verb/payload';

import { dashboardCreate, dashboardDelete, dashboardUpdate } from '../dashboard.ts';
import { eventsIngest } from '../eventsIngest.ts';
import type { MutationResolvers } from '../generated/types.ts';
import { insightCreate, insightDelete, insightUpdate } from '../insight.ts';

export const Mutation: MutationResolvers = {
  eventsIngest: payload('results', eventsIngest),
  dashboardCreate: payload('dashboard', dashboardCreate),
  dashboardUpdate: payload('dashboard', dashboardUpdate),
  dashboardDelete: deletion(dashboardDelete),
  insightCreate: payload('insight', insightCreate),
  insightUpdate: payload('insight', insightUpdate),
  insightDelete: deletion(insightDelete),
};
