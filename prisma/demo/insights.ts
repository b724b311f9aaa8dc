import { daysFrom, idAt } from './random.ts';
import { funnelOf, topPagesOf, trendOf } from './rollups.ts';
import type { Row, Scene } from './scene.ts';
import { FUNNEL, type Visit } from './visits.ts';

interface Question {
  readonly name: string;
  readonly description: string;
  readonly kind: 'trend' | 'funnel' | 'retention' | 'breakdown' | 'top';
  readonly query: Row;
  /** Null has not been computed yet. */
  readonly result: Row | null;
}

const LAST_90_DAYS = { days: 90 };

function questionsOf(visits: readonly Visit[]): readonly Question[] {
  return [
    {
      name: 'Events per day',
      description: 'All events',
      kind: 'trend',
      query: { days: 90, measure: 'EVENTS', interval: 'DAY', timeZone: 'UTC', filter: [] },
      result: trendOf(visits),
    },
    {
      name: 'From visit to purchase',
      description: 'Within one session',
      kind: 'funnel',
      query: { days: 90, steps: FUNNEL.map((eventName) => ({ eventName, filter: [] })), windowSeconds: 604_800 },
      result: funnelOf(visits),
    },
    {
      name: 'Pages seen most',
      description: 'The first five',
      kind: 'top',
      query: { period: LAST_90_DAYS, property: 'page', limit: 5 },
      result: { values: topPagesOf(visits) },
    },
    {
      name: 'Events by device',
      description: 'Desktop or mobile',
      kind: 'breakdown',
      query: { period: LAST_90_DAYS, property: 'deviceType' },
      result: null,
    },
    {
      name: 'Who comes back',
      description: 'By week of the first visit',
      kind: 'retention',
      query: { period: LAST_90_DAYS, interval: 'week' },
      result: null,
    },
  ];
}

/** The questions saved on a dashboard, with the answers that its events give. */
export function insightRows({ faker, story }: Scene, dashboardId: string, visits: readonly Visit[]): Row[] {
  const createdAt = daysFrom(story.anchor, -60);
  return questionsOf(visits).map(({ result, ...question }) => ({
    tenant_id: story.plan.id,
    id: idAt(faker, createdAt),
    dashboard_id: dashboardId,
    ...question,
    result,
    computed_at: result === null ? null : story.anchor,
    created_by: faker.helpers.arrayElement(story.members).id,
    created_at: createdAt,
    updated_at: createdAt,
  }));
}
