import { defineTable } from '@metatron/platform/read/table';
import { Prisma } from '@metatron/prisma/analytics/client';

import type { DashboardRow, EventRow, InsightRow, MetricRow } from './mappers.ts';

export const events = defineTable<EventRow>('Event', 'events', Prisma.EventScalarFieldEnum);
export const metrics = defineTable<MetricRow>('Metric', 'metrics', Prisma.MetricScalarFieldEnum, {
  without: ['dimensionsHash'],
});
export const dashboards = defineTable<DashboardRow>('Dashboard', 'dashboards', Prisma.DashboardScalarFieldEnum, {
  without: ['shareTokenHash'],
});
export const insights = defineTable<InsightRow>('Insight', 'insights', Prisma.InsightScalarFieldEnum);
