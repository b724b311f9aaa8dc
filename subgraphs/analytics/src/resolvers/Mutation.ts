import { payload } from '@metatron/platform/verb/payload';

import { eventsIngest } from '../eventsIngest.ts';
import type { MutationResolvers } from '../generated/types.ts';

export const Mutation: MutationResolvers = {
  eventsIngest: payload('results', eventsIngest),
};
