/** What the services count, as metrics: read under analytics' own logins, which see the summaries alone. */
import { randomUUID } from 'node:crypto';

import { afterAll, describe, expect, test } from '@jest/globals';
import type { Domain } from '@metatron/platform/domains';

import { closeSql, connections, read, sql, tokenOf } from '../../platform/test/kit.ts';
import { fresh } from '../../platform/test/mutations.ts';
import { eventually } from '../../platform/test/programs.ts';
import { readGauges } from '../src/rollup/gauges.ts';

afterAll(closeSql);

const FRESH_MS = 5_000;
const NOON = new Date('2026-03-29T12:00:00Z');

const GAUGES: Readonly<Record<string, Domain>> = {
  total_customers: 'crm',
  total_leads: 'crm',
  open_leads: 'crm',
  open_deals: 'crm',
  total_items: 'cms',
  published_items: 'cms',
  total_subscriptions: 'billing',
  active_subscriptions: 'billing',
  open_invoices: 'billing',
  paid_invoices: 'billing',
};

const nothing = Object.fromEntries(Object.entries(GAUGES).map(([column, domain]) => [`${domain}.${column}`, 0]));

/** The numbers of the views, as each domain's own service sees them. */
async function viewed(tenant: string): Promise<Record<string, number>> {
  const rows = await Promise.all(
    Object.entries(GAUGES).map(async ([column, domain]) => {
      const text = `SELECT ${column}::int AS value FROM ${domain}_summary WHERE tenant_id = $1`;
      const [row] = await sql<{ value: number }>(domain, text, [tenant]);
      return [`${domain}.${column}`, row?.value ?? 0] as const;
    }),
  );
  return Object.fromEntries(rows);
}

interface Row {
  readonly id: string;
  readonly name: string;
  readonly value: number;
  readonly start: string;
  readonly updatedAt: Date;
}

const STORED = `
  SELECT id, metric_name AS name, metric_value::int AS value, period_start::text AS start, updated_at AS "updatedAt"
  FROM metrics WHERE tenant_id = $1 AND metric_name LIKE '%.%' AND granularity = 'day' AND dimensions = '{}'
    AND period_end = period_start + interval '24 h' AND period_start <= $2 AND period_end > $2 ORDER BY metric_name`;

const stored = (tenant: string, at: Date): Promise<Row[]> => sql<Row>('analytics', STORED, [tenant, at.toISOString()]);

const valuesAt = async (tenant: string, at: Date): Promise<Record<string, number>> =>
  Object.fromEntries((await stored(tenant, at)).map(({ name, value }) => [name, value]));

const newCustomer = (tenant: string) =>
  sql('crm', 'INSERT INTO customers (tenant_id, id, company) VALUES ($1, $2, $3)', [tenant, randomUUID(), 'Counted']);

describe('the gauges of a day', () => {
  test.each(['acme', 'globex', 'sakura', 'pearl'])('are what the views of %s say', async (tenant) => {
    await eventually(async () => {
      const at = new Date();
      await readGauges(connections(), at);
      expect(await valuesAt(tenant, at)).toEqual(await viewed(tenant));
    }, FRESH_MS);
    expect(Object.values(await viewed(tenant)).some((value) => value > 0)).toBe(true);
  });

  test('are none of what is not there, stay when nothing has changed, and follow what has', async () => {
    const tenant = fresh('t');
    await newCustomer(tenant);
    await readGauges(connections(), NOON);
    const first = await stored(tenant, NOON);
    expect(await valuesAt(tenant, NOON)).toEqual({ ...nothing, 'crm.total_customers': 1 });
    await Promise.all([1, 2].map(() => readGauges(connections(), NOON)));
    expect(await stored(tenant, NOON)).toEqual(first);
    await newCustomer(tenant);
    const evening = new Date('2026-03-29T23:59:59Z');
    await readGauges(connections(), evening);
    expect(await valuesAt(tenant, NOON)).toEqual({ ...nothing, 'crm.total_customers': 2 });
    expect((await stored(tenant, evening)).map(({ id }) => id)).toEqual(first.map(({ id }) => id));
    await readGauges(connections(), new Date('2026-03-30T00:00:00Z'));
    expect((await stored(tenant, NOON)).map(({ id }) => id)).toEqual(first.map(({ id }) => id));
    expect(await stored(tenant, new Date('2026-03-30T00:00:00Z'))).toHaveLength(first.length);
  });

  test('are read by a tenant as its metrics, and by no other', async () => {
    await readGauges(connections(), NOON);
    const query = `{ metrics(first: 100, filter: { metricName: { eq: "crm.open_leads" }, periodStart: { eq: "2026-03-29T00:00:00Z" } }) { edges { node { tenant { id } metricValue granularity } } } }`;
    for (const tenant of ['acme', 'globex'] as const) {
      const { metrics } = await read<{ metrics: { edges: { node: object }[] } }>(query, {
        token: await tokenOf(tenant),
      });
      const value = String((await valuesAt(tenant, NOON))['crm.open_leads']);
      const node = { tenant: { id: tenant }, metricValue: `${value}.0000`, granularity: 'DAY' };
      expect(metrics.edges).toEqual([{ node }]);
    }
  });
});

describe('analytics’ login', () => {
  const as = (domain: Domain, tenantId: string | null = null) =>
    connections().as(domain, { service: 'analytics', privilege: 'service' }, tenantId);

  test.each(['crm', 'cms', 'billing'] as const)('sees the summary of every tenant in %s', async (domain) => {
    const { rows } = await as(domain).query<{ tenant: string }>(`SELECT tenant_id AS tenant FROM ${domain}_summary`);
    expect(rows.map(({ tenant }) => tenant)).toEqual(expect.arrayContaining(['acme', 'globex', 'sakura', 'pearl']));
  });

  test.each<[Domain, string]>([
    ['crm', 'SELECT email FROM customers'],
    ['crm', 'SELECT title FROM leads'],
    ['crm', 'SELECT value FROM deals'],
    ['crm', 'SELECT FROM crm_summary_money'],
    ['crm', 'SELECT FROM customer_directory'],
    ['crm', 'SELECT FROM interactions'],
    ['crm', "UPDATE leads SET stage_kind = 'won'"],
    ['crm', 'DELETE FROM customers'],
    ['cms', 'SELECT title FROM content_items'],
    ['cms', 'SELECT FROM content_versions'],
    ['cms', "UPDATE content_items SET status = 'archived'"],
    ['billing', 'SELECT total FROM invoices'],
    ['billing', 'SELECT customer_id FROM subscriptions'],
    ['billing', 'SELECT FROM payments'],
    ['billing', "UPDATE subscriptions SET status = 'active'"],
    ['auth', 'SELECT password_hash FROM users'],
  ])('in %s may not: %s', async (domain, statement) => {
    await expect(as(domain, 'acme').query(statement)).rejects.toThrow('permission denied');
  });

  test('sees no tenant’s users but the context’s, and billing’s no other’s customers', async () => {
    expect((await as('auth').query('SELECT FROM user_directory')).rowCount).toBe(0);
    const billing = (tenantId: string | null) =>
      connections().as('crm', { service: 'billing', privilege: 'service' }, tenantId);
    const text = 'SELECT DISTINCT tenant_id AS tenant FROM customer_directory';
    expect((await billing(null).query(text)).rows).toEqual([]);
    expect((await billing('acme').query(text)).rows).toEqual([{ tenant: 'acme' }]);
  });
});
