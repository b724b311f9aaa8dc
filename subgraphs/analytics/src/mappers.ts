import type { Connection } from '@metatron/platform/read/connection';
import type { Dashboard, Event, Insight, Metric } from '@metatron/prisma/analytics/client';

import type { EventIngestResult } from './eventsIngest.ts';

export type EventIngestResultRow = EventIngestResult;
export type EventRow = Event;
export type MetricRow = Omit<Metric, 'dimensionsHash'>;
export type DashboardRow = Omit<Dashboard, 'shareTokenHash'>;
export type InsightRow = Insight;

export type EventConnectionRow = Connection<EventRow>;
export type MetricConnectionRow = Connection<MetricRow>;
export type DashboardConnectionRow = Connection<DashboardRow>;
export type InsightConnectionRow = Connection<InsightRow>;

export interface TenantRow {
  readonly id: string;
}

export interface UserRow {
  readonly id: string;
}
