/** Dashboards and insights: what superadmins make for a tenant, and nobody else changes. */
import { afterAll, describe, expect, test } from '@jest/globals';

import { ask, closeSql, read, sql, tokenOf, type Account } from '../../../platform/test/kit.ts';
import { mutationsOf, NOBODY } from '../../../platform/test/mutations.ts';

afterAll(closeSql);

interface Noun {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly tenant: { readonly id: string };
  readonly config?: object;
  readonly kind?: string;
  readonly query?: object;
  readonly result?: Record<string, never>;
  readonly computedAt?: string;
  readonly dashboard?: { readonly id: string } | null;
  readonly createdBy: { readonly id: string };
}

interface Nouns {
  readonly dashboard: Noun;
  readonly insight: Noun;
  readonly deletedId: string;
}

const SHARED = 'id name version tenant { id } createdBy { id }';

const boards = mutationsOf<Nouns>({
  selections: {
    dashboard: `dashboard { ${SHARED} config }`,
    insight: `insight { ${SHARED} kind query result computedAt dashboard { id } }`,
  },
});

const change = (mutation: string, input: object) => boards.change('superadmin', mutation, input);
const refusal = (mutation: string, input: object) => boards.refusal('superadmin', mutation, input);

const make = (noun: 'dashboard' | 'insight', input: object): Promise<Noun> =>
  boards.done(noun, 'superadmin', `${noun}Create`, { tenantId: 'acme', name: 'Of a test', ...input });

describe('dashboards', () => {
  test('are made, changed and deleted; the insights on them stay', async () => {
    const config = { widgets: [{ kind: 'trend', row: 0 }] };
    const board = await make('dashboard', { config });
    expect(board).toMatchObject({ name: 'Of a test', config, version: 1, tenant: { id: 'acme' } });
    const insight = await make('insight', { dashboardId: board.id, trend: {} });
    const changed = await change('dashboardUpdate', { id: board.id, expectedVersion: 1, name: 'Renamed' });
    expect(changed.dashboard).toMatchObject({ name: 'Renamed', config, version: 2 });
    expect(await refusal('dashboardUpdate', { id: board.id, expectedVersion: 1, name: 'x' })).toBe(
      'CONFLICT expectedVersion',
    );
    expect((await change('dashboardDelete', { id: board.id })).deletedId).toBe(board.id);
    expect(await refusal('dashboardDelete', { id: board.id })).toBe('NOT_FOUND id');
    const [row] = await sql('analytics', 'SELECT dashboard_id FROM insights WHERE id = $1', [insight.id]);
    expect(row).toEqual({ dashboard_id: null });
  });

  test('are made once for an idempotency key', async () => {
    const idempotencyKey = `board-${String(Date.now())}`;
    const [one, other] = await Promise.all([
      make('dashboard', { idempotencyKey }),
      make('dashboard', { idempotencyKey }),
    ]);
    expect(one.id).toBe(other.id);
  });
});

describe('insights', () => {
  test('keep a question that can be asked again, and its answer', async () => {
    const trend = {
      interval: 'WEEK',
      days: 60,
      breakdown: { field: 'DEVICE_TYPE' },
      filter: [{ field: 'OS', not: '' }],
    };
    const insight = await make('insight', { trend });
    expect(insight).toMatchObject({ kind: 'TREND', query: trend });
    expect(Date.parse(insight.computedAt ?? '')).toBeGreaterThan(Date.now() - 60_000);
    const again = await read<{ trend: { series: object[] } }>(
      'query T($input: TrendInput!) { trend(input: $input, tenantId: "acme") { series { value isOther total } } }',
      { token: await tokenOf('superadmin'), variables: { input: insight.query } },
    );
    const saved = (insight.result as unknown as { series: object[] }).series;
    expect(saved.length).toBeGreaterThan(1);
    expect(saved).toMatchObject(again.trend.series);
  });

  test('change their question with its answer, their name alone, or nothing that is not theirs', async () => {
    const insight = await make('insight', { trend: {} });
    const funnel = { steps: [{ eventName: 'page_view' }, { eventName: 'purchase' }], days: 90 };
    const { insight: asked } = await change('insightUpdate', { id: insight.id, funnel });
    expect(asked).toMatchObject({ kind: 'FUNNEL', query: funnel, version: 2 });
    expect((asked?.result as unknown as { steps: object[] }).steps).toHaveLength(2);
    const { insight: renamed } = await change('insightUpdate', { id: insight.id, name: 'Renamed' });
    expect(renamed).toMatchObject({ name: 'Renamed', kind: 'FUNNEL', computedAt: asked?.computedAt });
    expect((await change('insightDelete', { id: insight.id })).deletedId).toBe(insight.id);
  });

  test('refuse what is no question', async () => {
    const base = { tenantId: 'acme', name: 'x' };
    const steps = [{ eventName: 'a' }, { eventName: 'b' }];
    expect(await refusal('insightCreate', base)).toBe('INVALID');
    expect(await refusal('insightCreate', { ...base, trend: {}, funnel: { steps } })).toBe('INVALID funnel');
    expect(await refusal('insightCreate', { ...base, trend: { timeZone: 'Nowhere' } })).toBe('INVALID trend.timeZone');
    expect(await refusal('insightCreate', { ...base, funnel: { steps: [] } })).toBe('INVALID funnel.steps');
    expect(await refusal('insightCreate', { ...base, trend: {}, name: ' ' })).toBe('INVALID name');
    expect(await refusal('insightCreate', { ...base, trend: { eventName: 'a\0' } })).toBe('INVALID trend.eventName');
  });

  test('go on no dashboard of another tenant, which is like one that does not exist', async () => {
    const board = await make('dashboard', { tenantId: 'globex' });
    for (const dashboardId of [board.id, NOBODY])
      expect(await refusal('insightCreate', { tenantId: 'acme', name: 'x', trend: {}, dashboardId })).toBe(
        'NOT_FOUND dashboardId',
      );
    const insight = await make('insight', { trend: {} });
    expect(await refusal('insightUpdate', { id: insight.id, dashboardId: board.id })).toBe('NOT_FOUND dashboardId');
    expect(await refusal('insightUpdate', { id: insight.id, tenantId: 'globex', name: 'x' })).toBe('NOT_FOUND id');
  });
});

describe('every mutation of dashboards and insights', () => {
  test.each<[string, object]>([
    ['dashboardCreate', { name: 'x' }],
    ['dashboardUpdate', { id: NOBODY }],
    ['dashboardDelete', { id: NOBODY }],
    ['insightCreate', { name: 'x', trend: {} }],
    ['insightUpdate', { id: NOBODY }],
    ['insightDelete', { id: NOBODY }],
  ])('%s is refused to everybody but superadmins', async (mutation, input) => {
    for (const account of ['acme', 'admin'] as Account[]) {
      const { data, errors } = await ask(boards.operation(mutation), {
        token: await tokenOf(account),
        variables: { input },
      });
      expect(data?.[mutation]).toBeNull();
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
    }
    if ('id' in input) expect(await refusal(mutation, input)).toBe('NOT_FOUND id');
    else expect(await refusal(mutation, { ...input, tenantId: 'nowhere' })).toBe('NOT_FOUND tenantId');
  });
});
