import { Parameters } from '@metatron/platform/read/sql';

import { ACTOR, conditionText, keyText, scopeText } from './eventConditions.ts';
import { askEvents, type Asker } from './askEvents.ts';
import { spanOf, type Span, type TrendQuestion } from './question.ts';

/** Values with a series of their own; the rest are counted together. */
const MAX_SERIES = 20;

export interface TrendSeries {
  readonly value: string | null;
  readonly isOther: boolean;
  readonly total: number;
  readonly points: readonly { readonly at: Date; readonly value: number }[];
}

export interface Trend extends Span {
  readonly interval: TrendQuestion['interval'];
  readonly timeZone: string;
  readonly series: readonly TrendSeries[];
}

/**
 * The instants at which the periods begin. An hour is sixty minutes whatever the clocks do. A day
 * begins at the first instant that has its date: midnight may be missing, or come twice.
 */
function startsText({ interval, timeZone }: TrendQuestion, { from, to }: Span, parameters: Parameters): string {
  const [begin, end, zone] = [
    parameters.bind(from, 'timestamptz'),
    parameters.bind(to, 'timestamptz'),
    parameters.bind(timeZone, 'text'),
  ];
  if (interval === 'hour')
    return `SELECT start FROM generate_series(date_trunc('hour', ${begin}, ${zone}), ${end}, '1 hour') AS start WHERE start < ${end}`;
  return `SELECT DISTINCT start
    FROM generate_series(date_trunc('${interval}', ${begin} AT TIME ZONE ${zone}), ${end} AT TIME ZONE ${zone}, '1 ${interval}') AS local
    CROSS JOIN LATERAL (SELECT local AT TIME ZONE ${zone} AS late) AS second
    CROSS JOIN LATERAL (SELECT CASE WHEN (late - interval '1 hour') AT TIME ZONE ${zone} >= local
      THEN late - interval '1 hour' ELSE late END AS start) AS first
    WHERE start < ${end}`;
}

/** One row: when the periods begin, the values with a series, and [series, period, count] for what is not 0. */
function trendText(question: TrendQuestion, span: Span, tenantId: string | null, parameters: Parameters): string {
  const { eventName, measure, breakdown, filter } = question;
  const count = measure === 'users' ? 'count(DISTINCT actor)' : 'count(*)';
  const starts = startsText(question, span, parameters);
  const value = breakdown === null ? 'NULL' : `left(${keyText(breakdown, parameters)}, 200)`;
  const where = [
    scopeText(tenantId, span, parameters),
    ...(eventName === null ? [] : [`event_name = ${parameters.bind(eventName, 'text')}`]),
    ...filter.map((condition) => conditionText(condition, parameters)),
  ];
  const top =
    breakdown === null
      ? 'SELECT ARRAY[NULL]::text[] AS values'
      : `SELECT array_agg(value ORDER BY size DESC, value) AS values
         FROM (SELECT value, ${count} AS size FROM found GROUP BY value ORDER BY size DESC, value LIMIT ${String(MAX_SERIES)}) AS largest`;
  const place = breakdown === null ? '1' : 'array_position((SELECT values FROM top), value)';
  return `WITH starts AS (${starts}),
    grid AS (SELECT array_agg(start ORDER BY start) AS starts FROM starts),
    found AS (SELECT width_bucket(created_at, (SELECT starts FROM grid)) AS period, ${value} AS value, ${ACTOR} AS actor
      FROM events WHERE ${where.join(' AND ')}),
    top AS (${top}),
    placed AS (SELECT ${place} AS place, period, actor FROM found),
    counted AS (SELECT place, period, ${count} AS count FROM placed GROUP BY GROUPING SETS ((place, period), (place)))
    SELECT (SELECT jsonb_agg((extract(epoch FROM start) * 1000)::bigint ORDER BY start) FROM starts) AS starts,
      (SELECT to_jsonb(values) FROM top) AS values,
      (SELECT jsonb_agg(jsonb_build_array(place, period, count)) FROM counted) AS counts`;
}

interface TrendRow {
  readonly starts: readonly number[];
  readonly values: readonly (string | null)[] | null;
  /** No place is the rest, no period is the whole. */
  readonly counts: readonly (readonly [number | null, number | null, number])[] | null;
}

function seriesOf({ starts, values, counts }: TrendRow): TrendSeries[] {
  const found = new Map((counts ?? []).map(([place, period, count]) => [`${String(place)} ${String(period)}`, count]));
  const at = (place: number | null, period: number | null): number =>
    found.get(`${String(place)} ${String(period)}`) ?? 0;
  const series = (place: number | null, value: string | null): TrendSeries => ({
    value,
    isOther: place === null,
    total: at(place, null),
    points: starts.map((start, index) => ({ at: new Date(start), value: at(place, index + 1) })),
  });
  const named = (values ?? []).map((value, index) => series(index + 1, value));
  return found.has('null null') ? [...named, series(null, null)] : named;
}

/** How events move over time. */
export async function answerTrend(db: Asker, question: TrendQuestion, tenantId: string | null): Promise<Trend> {
  const span = spanOf(question);
  const parameters = new Parameters();
  const row = await askEvents<TrendRow>(db, trendText(question, span, tenantId, parameters), parameters);
  return { ...span, interval: question.interval, timeZone: question.timeZone, series: seriesOf(row) };
}
