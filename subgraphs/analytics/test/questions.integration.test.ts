import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { startInProcess, type InProcess } from '../../../platform/test/inProcess.ts';
import { ask, closeSql, read, sql, tokenOf } from '../../../platform/test/kit.ts';

import { askQuestion, insertEvents, newTenant } from './ingest.ts';

let analytics: InProcess;

beforeAll(async () => {
  analytics = await startInProcess('analytics');
});
afterAll(closeSql);

interface Series {
  readonly value: string | null;
  readonly isOther: boolean;
  readonly total: number;
  readonly points: readonly { readonly at: string; readonly value: number }[];
}

const TREND =
  'query Trend($input: TrendInput!, $tenantId: ID) { trend(input: $input, tenantId: $tenantId) { series { total points { at value } } } }';
const FUNNEL =
  'query Funnel($input: FunnelInput!, $tenantId: ID) { funnel(input: $input, tenantId: $tenantId) { steps { count conversion } } }';
const STEPS = [{ eventName: 'page_view' }, { eventName: 'purchase' }];

const day = (date: number, hour = 12): Date => new Date(Date.UTC(2026, 4, date, hour));
const may = { from: day(1, 0), to: day(8, 0) };

const trend = async (tenant: string, input: object): Promise<readonly Series[]> =>
  (await askQuestion<{ series: Series[] }>(analytics, tenant, 'trend', { ...may, ...input })).series;
const totals = (series: readonly Series[]): unknown[] => series.map(({ value, total }) => [value, total]);

describe('trend', () => {
  test('has a point for every day, also for those on which nothing happened', async () => {
    const tenant = newTenant();
    await insertEvents(tenant, [{ at: day(2) }, { at: day(2) }, { at: day(5) }, { at: day(8) }]);
    const [series] = await trend(tenant, {});
    expect(series?.points.map(({ value }) => value)).toEqual([0, 2, 0, 0, 1, 0, 0]);
    expect(series?.points[1]?.at).toBe('2026-05-02T00:00:00.000Z');
    expect((await trend(newTenant(), {}))[0]?.points).toHaveLength(7);
  });

  test('counts visitors once a period and once in all', async () => {
    const tenant = newTenant();
    const [one, other] = [randomUUID(), randomUUID()];
    const visits = [
      [2, one],
      [2, one],
      [2, other],
      [3, one],
      [3, null],
    ] as const;
    await insertEvents(
      tenant,
      visits.map(([date, visit]) => ({ at: day(date), visit })),
    );
    const [series] = await trend(tenant, { measure: 'USERS' });
    expect(series?.points.map(({ value }) => value).slice(1, 3)).toEqual([2, 1]);
    expect(series?.total).toBe(2);
  });

  test('divides by a field or a key of the data: twenty values, and the rest in one', async () => {
    const tenant = newTenant();
    const frequent = Array.from({ length: 24 }, (_, index) =>
      Array.from({ length: 30 - index }, () => ({ at: day(2), data: { plan: `p${String(index)}` }, country: 'DE' })),
    );
    await insertEvents(tenant, [...frequent.flat(), { at: day(3), data: {} }]);
    const series = await trend(tenant, { breakdown: { property: 'plan' } });
    expect(series).toHaveLength(21);
    expect(totals(series.slice(0, 2))).toEqual([
      ['p0', 30],
      ['p1', 29],
    ]);
    expect(series.at(-1)).toMatchObject({ value: null, isOther: true, total: 10 + 9 + 8 + 7 + 1 });
    expect(totals(await trend(tenant, { breakdown: { field: 'COUNTRY' } }))).toEqual([
      ['DE', 444],
      [null, 1],
    ]);
  });

  test('threat 20: takes keys and values as they are, also those that look like SQL', async () => {
    const tenant = newTenant();
    const key = 'a\' OR 1=1; -- "$1';
    await insertEvents(tenant, [{ at: day(2), data: { [key]: "'); DROP TABLE events; --" } }, { at: day(2) }]);
    expect(totals(await trend(tenant, { breakdown: { property: key } }))).toEqual([
      ["'); DROP TABLE events; --", 1],
      [null, 1],
    ]);
    const only = async (condition: object) => (await trend(tenant, { filter: [condition] }))[0]?.total;
    expect(await only({ property: key, contains: 'drop table' })).toBe(1);
    expect(await only({ property: key, contains: '%' })).toBe(0);
    expect(await only({ property: key, isNull: true })).toBe(1);
    expect(await only({ property: key, not: 'x' })).toBe(2);
    expect(await only({ field: 'EVENT_NAME', in: ['page_view', '☃️'] })).toBe(2);
    expect(await only({ field: 'EVENT_NAME', eq: '' })).toBe(0);
  });

  test.each([
    ['a zone that is none', { timeZone: 'Europe/Nowhere' }],
    ['an offset in place of a zone', { timeZone: '+02:00' }],
    ['SQL in place of a zone', { timeZone: "UTC'; --" }],
    ['a period that ends before it begins', { from: may.to, to: may.from }],
    ['a period of nothing', { from: may.from, to: may.from }],
    ['too many points', { interval: 'HOUR', from: day(1), to: new Date('2026-07-01') }],
    ['too long a period', { interval: 'MONTH', from: new Date('2001-01-01'), to: may.to }],
    ['two beginnings', { days: 3 }],
    ['no days', { from: null, to: null, days: 0 }],
    ['a condition on nothing', { filter: [{ eq: 'x' }] }],
    ['a condition on two things', { filter: [{ field: 'OS', property: 'os', eq: 'x' }] }],
    ['a condition that says nothing', { filter: [{ field: 'OS' }] }],
    ['a NUL in a value', { filter: [{ field: 'OS', eq: 'a\0' }] }],
    ['half a surrogate in a key', { breakdown: { property: '\uD800' } }],
    ['an empty name', { eventName: '' }],
    ['an unknown field', { breakdown: { field: 'TENANT_ID' } }],
    ['eleven conditions', { filter: Array.from({ length: 11 }, () => ({ field: 'OS', eq: 'x' })) }],
  ])('refuses %s with a code', async (_what, input) => {
    const variables = { input: { ...may, ...input } };
    const { errors } = await ask(TREND, { token: await tokenOf('acme'), variables });
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
  });
});

describe('funnel', () => {
  test('takes the steps in order, within the window', async () => {
    const tenant = newTenant();
    const [quick, slow, reversed] = [randomUUID(), randomUUID(), randomUUID()];
    await insertEvents(tenant, [
      { at: day(2, 1), visit: quick },
      { at: day(2, 2), visit: quick, name: 'purchase' },
      { at: day(2, 1), visit: slow },
      { at: day(4, 1), visit: slow, name: 'purchase' },
      { at: day(2, 1), visit: reversed, name: 'purchase' },
      { at: day(2, 2), visit: reversed },
      { at: day(2, 1), visit: null },
    ]);
    const input = { ...may, steps: STEPS, windowSeconds: 24 * 60 * 60 };
    const { steps } = await askQuestion<{ steps: object[] }>(analytics, tenant, 'funnel', input);
    expect(steps).toEqual([
      { eventName: 'page_view', count: 3, conversion: 1 },
      { eventName: 'purchase', count: 1, conversion: 1 / 3 },
    ]);
  });

  test.each([
    ['one step', { steps: STEPS.slice(0, 1) }],
    ['eleven steps', { steps: Array.from({ length: 11 }, () => ({ eventName: 'a' })) }],
    ['a step without a name', { steps: [...STEPS, { eventName: ' ' }] }],
    ['no window', { steps: STEPS, windowSeconds: 0 }],
    ['a window of years', { steps: STEPS, windowSeconds: 2_000_000_000 }],
  ])('refuses %s with a code', async (_what, input) => {
    const { errors } = await ask(FUNNEL, { token: await tokenOf('acme'), variables: { input } });
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
  });
});

describe('both', () => {
  test('cost one statement each', async () => {
    const tenant = newTenant();
    await askQuestion(analytics, tenant, 'trend', { breakdown: { field: 'OS' } });
    const person = {
      kind: 'user',
      role: 'client',
      userId: randomUUID(),
      sessionId: randomUUID(),
      tenantId: tenant,
    } as const;
    for (const [query, input] of [
      [TREND, { breakdown: { field: 'OS' } }],
      [FUNNEL, { steps: STEPS }],
    ] as const) {
      expect((await analytics.ask(query, person, { input })).statements).toHaveLength(1);
    }
  });

  test('count the caller’s tenant, or for staff the one they name, or all', async () => {
    const count = async (token: string, tenantId?: string): Promise<number | undefined> => {
      const { trend: answer } = await read<{ trend: { series: { total: number }[] } }>(TREND, {
        token,
        variables: { input: { ...may, days: null }, tenantId },
      });
      return answer.series[0]?.total;
    };
    const [{ own, all } = { own: 0, all: 0 }] = await sql<{ own: number; all: number }>(
      'analytics',
      `SELECT count(*) FILTER (WHERE tenant_id = 'acme')::int AS own, count(*)::int AS all FROM events
        WHERE created_at >= $1 AND created_at < $2 AND tenant_id NOT LIKE 't-%'`,
      [may.from, may.to],
    );
    expect(await count(await tokenOf('acme'))).toBe(own);
    expect(await count(await tokenOf('admin'), 'acme')).toBe(own);
    expect(await count(await tokenOf('admin'), 'nowhere')).toBe(0);
    expect(await count(await tokenOf('admin'))).toBeGreaterThanOrEqual(all);
  });

  test.each([
    ['trend', TREND, { days: 7 }],
    ['funnel', FUNNEL, { steps: STEPS }],
  ])('%s refuses a tenant’s caller who names a tenant, and whoever is not signed in', async (field, query, input) => {
    const token = await tokenOf('acme');
    for (const tenantId of ['acme', 'globex']) {
      const { errors } = await ask(query, { token, variables: { input, tenantId } });
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
    }
    const { data, errors } = await ask(query, { variables: { input } });
    expect(data?.[field]).toBeNull();
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
  });
});
