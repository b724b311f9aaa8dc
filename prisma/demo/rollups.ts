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

/** One visit of each visitor and day: a visitor is a user, or the session of someone without an account. */
function visitorsOf(visits: readonly Visit[]): Visit[] {
  const who = ({ at, row, sessionId }: Visit): string => {
    const user = row['user_id'];
    return `${startOf(at, 'day').toISOString()} ${typeof user === 'string' ? user : sessionId}`;
  };
  return [...new Map(visits.map((visit) => [who(visit), visit])).values()];
}

/** Events by day, week and month, by name too; visitors by day. */
export function metricRows(scene: Scene, visits: readonly Visit[]): Row[] {
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
  return [...all, ...named, ...rollUp(scene, visitorsOf(visits), 'day', 'visitors', {})];
}

/** The answer to a trend of all events by day. */
export function trendOf(visits: readonly Visit[]): Row {
  const counts = countBy(visits, ({ at }) => startOf(at, 'day').getTime());
  const points = [...counts].sort(([a], [b]) => a - b).map(([time, value]) => ({ at: new Date(time), value }));
  return { interval: 'DAY', timeZone: 'UTC', series: [{ value: null, isOther: false, total: visits.length, points }] };
}

/** How many visitors came as far as each step. */
export function funnelOf(visits: readonly Visit[]): Row {
  const counts = FUNNEL.map(
    (step) => new Set(visits.filter(({ name }) => name === step).map(({ sessionId }) => sessionId)).size,
  );
  const [started = 0] = counts;
  return {
    steps: FUNNEL.map((eventName, index) => {
      const count = counts[index] ?? 0;
      return { eventName, count, conversion: started === 0 ? 0 : count / started };
    }),
  };
}

/** The pages seen most, the first five. */
export function topPagesOf(visits: readonly Visit[]): Row[] {
  const counts = [...countBy(visits, ({ page }) => page)];
  return counts
    .sort(([, a], [, b]) => b - a)
    .slice(0, 5)
    .map(([value, count]) => ({ value, count }));
}
