/** Whatever comes in, however late and between which rollups: the metrics are the raw events, counted. */
import { randomUUID } from 'node:crypto';

import { afterAll, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { closeSql, connections, sql } from '../../platform/test/kit.ts';
import { insertEvents } from '../../subgraphs/analytics/test/ingest.ts';
import { rollUp } from '../src/rollup/rollUp.ts';

afterAll(closeSql);

const MINUTE = 60_000;
const begin = Date.parse('2026-02-20T00:00:00Z');
const visits = [null, randomUUID(), randomUUID()];

/** Two weeks over the end of a month. */
const happening = fc.record({
  at: fc.integer({ min: 0, max: 14 * 24 * 60 }).map((minute) => new Date(begin + minute * MINUTE)),
  name: fc.constantFrom('page_view', 'purchase'),
  visit: fc.constantFrom(...visits),
});
const arrivals = fc.array(fc.array(happening, { maxLength: 15 }), { minLength: 1, maxLength: 3 });

const run = (): Promise<number> =>
  rollUp(connections().as('analytics', { service: 'analytics', privilege: 'service' }, null));

interface Line {
  readonly name: string;
  readonly granularity: string;
  readonly start: string;
  readonly end: string;
  readonly dimensions: object;
  readonly value: number;
}

/** The metrics that a tenant should have, straight from its events. */
const EXPECTED = `
  WITH spans AS (
    SELECT g.granularity, e.event_name, coalesce(e.user_id, e.session_id) AS actor,
      date_trunc(g.granularity, e.created_at AT TIME ZONE 'UTC') AS period
    FROM events e CROSS JOIN (VALUES ('hour'), ('day'), ('week'), ('month')) AS g (granularity)
    WHERE e.tenant_id = $1
  ), lines AS (
    SELECT 'events' AS name, granularity, period, '{}'::jsonb AS dimensions, count(*) AS value
    FROM spans GROUP BY granularity, period
    UNION ALL
    SELECT 'events', granularity, period, jsonb_build_object('eventName', event_name), count(*)
    FROM spans GROUP BY granularity, period, event_name
    UNION ALL
    SELECT 'visitors', granularity, period, '{}', count(DISTINCT actor)
    FROM spans WHERE granularity = 'day' GROUP BY granularity, period
  )
  SELECT name, granularity, period::text AS start, (period + ('1 ' || granularity)::interval)::text AS end,
    dimensions, value::int AS value
  FROM lines ORDER BY name, granularity, period, dimensions`;

const STORED = `
  SELECT metric_name AS name, granularity, (period_start AT TIME ZONE 'UTC')::text AS start,
    (period_end AT TIME ZONE 'UTC')::text AS end, dimensions, metric_value::int AS value
  FROM metrics WHERE tenant_id = $1 ORDER BY metric_name, granularity, period_start, dimensions`;

test('metrics are the raw events counted, also after events that came late', async () => {
  await fc.assert(
    fc.asyncProperty(arrivals, async (batches) => {
      const tenant = `t-${randomUUID().slice(0, 13)}`;
      for (const batch of batches) {
        await insertEvents(tenant, batch);
        await run();
        expect(await sql<Line>('analytics', STORED, [tenant])).toEqual(
          await sql<Line>('analytics', EXPECTED, [tenant]),
        );
      }
    }),
    { numRuns: 10 },
  );
});

test('two rollups at once, and one again, change nothing', async () => {
  const tenant = `t-${randomUUID().slice(0, 13)}`;
  await insertEvents(tenant, [{ at: new Date(begin) }, { at: new Date(begin + MINUTE) }]);
  await Promise.all([run(), run()]);
  const stored = await sql<Line>('analytics', STORED, [tenant]);
  await run();
  expect(await sql<Line>('analytics', STORED, [tenant])).toEqual(stored);
  expect(stored).toHaveLength(9);
});

test('the service makes the months ahead, and no other role does', async () => {
  const months = await sql<{ made: number }>('analytics', 'SELECT events_make_months_ahead() AS made');
  expect(months).toEqual([{ made: 0 }]);
  const others = await sql<{ role: string }>(
    'analytics',
    `SELECT rolname AS role FROM pg_roles WHERE rolname LIKE 'metatron\\_%' AND rolname <> 'metatron_owner'
       AND (has_function_privilege(oid, 'events_make_months_ahead()', 'EXECUTE')
         OR has_function_privilege(oid, 'events_ensure_partitions(date, integer)', 'EXECUTE'))`,
  );
  expect(others).toEqual([{ role: 'metatron_analytics_service_rights' }]);
});
