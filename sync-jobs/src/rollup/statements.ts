/** The SQL of the rollup. Each recomputes whole periods, so that late events correct what is there. */

/** The service makes ids of version 7; PostgreSQL 17 has none, but this many bits to set. */
const ID = `encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) PLACING
  substring(int8send(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid`;

/** What PostgreSQL calls an hour, a day, a week (from Monday), a month. */
export type Granularity = 'hour' | 'day' | 'week' | 'month';

/** The periods to recompute: $1 their tenants, $2 their beginnings. In UTC, whatever the session's zone. */
const touched = (granularity: Granularity): string =>
  `touched AS (
    SELECT tenant_id, period_start,
      (period_start AT TIME ZONE 'UTC' + interval '1 ${granularity}') AT TIME ZONE 'UTC' AS period_end
    FROM unnest($1::text[], $2::timestamptz[]) AS t (tenant_id, period_start))`;

const INSERT =
  'INSERT INTO metrics (tenant_id, id, metric_name, metric_value, dimensions, period_start, period_end, granularity)';

/** What has not changed is not written. */
const OR_CORRECT = `
  ON CONFLICT ON CONSTRAINT metrics_period_key DO UPDATE SET metric_value = EXCLUDED.metric_value, updated_at = now()
  WHERE metrics.metric_value <> EXCLUDED.metric_value`;

const upsert = (metric: string, granularity: Granularity, counted: string): string =>
  `WITH ${touched(granularity)}, counted AS (${counted})
   ${INSERT}
   SELECT tenant_id, ${ID}, '${metric}', value, dimensions, period_start, period_end, '${granularity}' FROM counted
   ${OR_CORRECT}`;

/** Looked up period by period: OFFSET 0 keeps the planner from joining all of a tenant's events first. */
const eventsOfPeriod = `touched CROSS JOIN LATERAL (
  SELECT event_name, coalesce(user_id, session_id) AS actor FROM events
  WHERE events.tenant_id = touched.tenant_id AND created_at >= period_start AND created_at < period_end OFFSET 0) AS e`;

/** Events of an hour, all of them and by name. */
export const countHours = upsert(
  'events',
  'hour',
  `SELECT tenant_id, period_start, period_end, count(*) AS value,
     CASE WHEN grouping(event_name) = 1 THEN '{}' ELSE jsonb_build_object('eventName', event_name) END AS dimensions
   FROM ${eventsOfPeriod}
   GROUP BY GROUPING SETS ((tenant_id, period_start, period_end), (tenant_id, period_start, period_end, event_name))`,
);

/** The same of a longer period, from the shorter ones that make it up. */
export const sumPeriods = (granularity: Granularity, from: Granularity): string =>
  upsert(
    'events',
    granularity,
    `SELECT tenant_id, period_start, period_end, sum(metric_value) AS value, dimensions
     FROM touched CROSS JOIN LATERAL (
       SELECT metric_value, dimensions FROM metrics
       WHERE metrics.tenant_id = touched.tenant_id AND metric_name = 'events' AND granularity = '${from}'
         AND metrics.period_start >= touched.period_start AND metrics.period_start < touched.period_end OFFSET 0) AS parts
     GROUP BY tenant_id, period_start, period_end, dimensions`,
  );

/** Visitors of a day. They cannot be added up: who came at ten and at noon is one. */
export const countVisitors = upsert(
  'visitors',
  'day',
  `SELECT tenant_id, period_start, period_end, count(DISTINCT actor) AS value,
     '{}'::jsonb AS dimensions
   FROM ${eventsOfPeriod} GROUP BY tenant_id, period_start, period_end`,
);

/** Readings of the day that $2 is in: $1 their tenants, names and values. */
export const setGauges = `
  WITH day AS (SELECT date_trunc('day', $2::timestamptz, 'UTC') AS period_start)
  ${INSERT}
  SELECT "tenantId", ${ID}, name, value, '{}', period_start,
    (period_start AT TIME ZONE 'UTC' + interval '1 day') AT TIME ZONE 'UTC', 'day'
  FROM jsonb_to_recordset($1::jsonb) AS read ("tenantId" text, name text, value numeric) CROSS JOIN day
  ${OR_CORRECT}`;

/** Transactions that were under way when a rollup looked have ended by then. */
const MARGIN = "interval '5 minutes'";

/** The hours in which something happened that came in since the last rollup, and where the next is to look. */
export const findTouched = `
  WITH mark AS (SELECT coalesce((SELECT through FROM rollup_marks WHERE name = 'events'), '-infinity') AS through)
  SELECT (now() - ${MARGIN})::text AS next, tenants, hours FROM (
    SELECT array_agg(tenant_id) AS tenants, array_agg(hour::text) AS hours FROM (
      SELECT DISTINCT tenant_id, date_trunc('hour', created_at, 'UTC') AS hour
      FROM events WHERE received_at >= (SELECT through FROM mark)) AS found) AS all_found`;

export const setMark = `
  INSERT INTO rollup_marks (name, through) VALUES ('events', $1)
  ON CONFLICT (name) DO UPDATE SET through = EXCLUDED.through`;
