import type { MetricResolvers } from '../generated/types.ts';
import { tenantOf } from '../references.ts';
import { metrics } from '../tables.ts';

export const Metric: MetricResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(metrics, id),
  tenant: tenantOf,
  metricValue: ({ metricValue }) => metricValue.toFixed(4),
};
