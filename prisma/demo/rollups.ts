import { idAt } from './random.ts';
import type { Row, Scene } from './scene.ts';
import { FUNNEL, type Visit } from './visits.ts';

type Granularity = 'day' | 'week' | 'month';

/** The start of an instant's period in UTC; weeks begin on Mondays. */
function startOf(at: Date, granularity: Granularity): Date {
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  if (granularity === 'month') return new Date(Date.UTC(year, month));
  return new Date(Date.UTC(year, month, granularity === 'day' ? day : day - ((at.getUTCDay() + 6) % 7)));
}

function endOf(start: Date, granularity: Granularity): Date {
  const [year, month, day] = [start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate()];
  return new Date(
    granularity === 'month' ? Date.UTC(year, month + 1) : Date.UTC(year, month, day + (granularity === 'day' ? 1 : 7)),
  );
}

function countBy<T, Key>(items: readonly T[], keyOf: (item: T) => Key): Map<Key, number> {
  const counts = new Map<Key, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}

function rollUp(
  { faker, story }: Scene,
  visits: readonly Visit[],
  granularity: Granularity,
  metric: string,
  dimensions: Row,
): Row[] {
  const counts = countBy(visits, ({ at }) => startOf(at, granularity).getTime());
  return [...counts].map(([time, value]) => {
    const start = new Date(time);
    return {
      tenant_id: story.plan.id,
      id: idAt(faker, story.anchor),
      metric_name: metric,
      metric_value: value,
      dimensions,
      period_start: start,
      period_end: endOf(start, granularity),
      granularity,
      created_at: story.anchor,
      updated_at: story.anchor,
    };
  });
}

/** Events by day, week and month, by name too; sessions by the day on which they began. */
export function metricRows(scene: Scene, visits: readonly Visit[]): Row[] {
  const firsts = new Map(visits.toReversed().map((visit) => [visit.sessionId, visit]));
  const all = (['day', 'week', 'month'] as const).flatMap((granularity) =>
    rollUp(scene, visits, granularity, 'events', {}),
  );
  const named = FUNNEL.flatMap((name) =>
    rollUp(
      scene,
      visits.filter((visit) => visit.name === name),
      'month',
      'events',
      { eventName: name },
    ),
  );
  return [...all, ...named, ...rollUp(scene, [...firsts.values()], 'day', 'sessions', {})];
}

/** Events per day, oldest first. */
export function trendOf(visits: readonly Visit[]): Row[] {
  const counts = countBy(visits, ({ at }) => startOf(at, 'day').getTime());
  return [...counts].sort(([a], [b]) => a - b).map(([time, count]) => ({ at: new Date(time), count }));
}

/** How many sessions came as far as each step. */
export function funnelOf(visits: readonly Visit[]): Row[] {
  return FUNNEL.map((step) => ({
    step,
    count: new Set(visits.filter(({ name }) => name === step).map(({ sessionId }) => sessionId)).size,
  }));
}

/** The pages seen most, the first five. */
export function topPagesOf(visits: readonly Visit[]): Row[] {
  const counts = [...countBy(visits, ({ page }) => page)];
  return counts
    .sort(([, a], [, b]) => b - a)
    .slice(0, 5)
    .map(([value, count]) => ({ value, count }));
}
