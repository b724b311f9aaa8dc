import type { Resolvers } from '../generated/types.ts';

import { Dashboard } from './Dashboard.ts';
import { Event } from './Event.ts';
import { Insight } from './Insight.ts';
import { Metric } from './Metric.ts';
import { Mutation } from './Mutation.ts';
import { Query } from './Query.ts';
import { Tenant } from './Tenant.ts';

export const resolvers: Resolvers = {
  Dashboard,
  Event,
  Insight,
  Metric,
  Mutation,
  Query,
  Tenant,
};
