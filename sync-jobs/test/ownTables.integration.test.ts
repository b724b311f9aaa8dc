/** Each service's sync login writes its own tables of CDX and no other's: real statements, in PostgreSQL. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Domain } from '@metatron/platform/domains';

import { closeSql, connections, sql } from '../../platform/test/kit.ts';
import { fresh } from '../../platform/test/mutations.ts';

afterAll(closeSql);

/** A service's tables; the first is its summary, a row per tenant with nothing but defaults. */
const OWN = {
  auth: ['auth_summary', 'auth_events', 'admins'],
  crm: ['crm_summary', 'crm_summary_money'],
  cms: ['cms_summary', 'cms_content_index'],
  billing: ['billing_overview', 'billing_overview_money'],
  analytics: ['analytics_summary'],
  notifications: ['notification_summary', 'notifications_global'],
} as const;

type Service = keyof typeof OWN;

/** A table of the service's own database that people's work is in. */
const BUSINESS: Readonly<Record<Service, string>> = {
  auth: 'users',
  crm: 'leads',
  cms: 'pages',
  billing: 'invoices',
  analytics: 'events',
  notifications: 'notifications',
};

/** What all relays keep, row by row under their source's name. */
const SHARED = ['sync_checkpoints', 'sync_runs', 'sync_loads', 'data_lineage', 'dead_letters'];

const services = Object.keys(OWN) as Service[];

const asSync = (service: Service, database: Domain = 'cdx') =>
  connections().as(database, { service, privilege: 'sync' }, null);

let tables: readonly string[];

beforeAll(async () => {
  const rows = await sql<{ name: string }>(
    'cdx',
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
       AND NOT relispartition ORDER BY 1`,
  );
  tables = rows.map(({ name }) => name);
});

const REFUSED = 'permission denied';

/** Each verb on a table, such that no row would change if it were allowed. */
const verbs = (table: string): readonly string[] => [
  `SELECT FROM ${table} WHERE false`,
  `INSERT INTO ${table} DEFAULT VALUES`,
  `DELETE FROM ${table} WHERE false`,
];

describe.each(services)('the sync login of %s', (service) => {
  const [summary, ...more] = OWN[service];

  test('keeps its own summary: inserts, changes, reads and deletes a row', async () => {
    const tenant = fresh('t');
    const cdx = asSync(service);
    const rowsOf = async (text: string) => (await cdx.query(text, [tenant])).rowCount;
    expect(await rowsOf(`INSERT INTO ${summary} (tenant_id) VALUES ($1)`)).toBe(1);
    expect(await rowsOf(`UPDATE ${summary} SET complete_through = now() WHERE tenant_id = $1`)).toBe(1);
    expect(await rowsOf(`SELECT FROM ${summary} WHERE tenant_id = $1`)).toBe(1);
    expect(await rowsOf(`DELETE FROM ${summary} WHERE tenant_id = $1`)).toBe(1);
  });

  test('keeps its other tables and where it is', async () => {
    for (const table of [...more, 'sync_checkpoints'])
      expect((await asSync(service).query(`DELETE FROM ${table} WHERE false`)).rowCount).toBe(0);
  });

  test('is refused every other service’s, and what is cdx’s own', async () => {
    const mine: readonly string[] = [...OWN[service], ...SHARED];
    const others = tables.filter((table) => !mine.includes(table));
    const known = services.filter((other) => other !== service).flatMap((other) => OWN[other] as readonly string[]);
    expect(others).toEqual(expect.arrayContaining([...known, 'tenants', 'clients', 'system_config']));
    for (const statement of others.flatMap(verbs))
      await expect(asSync(service).query(statement)).rejects.toThrow(REFUSED);
  });

  test('is refused another’s row however it is written', async () => {
    const [other] = OWN[services.find((candidate) => candidate !== service)!];
    const values = [fresh('t')];
    for (const statement of [
      `INSERT INTO ${other} (tenant_id) VALUES ($1)`,
      `INSERT INTO ${other} (tenant_id) VALUES ($1) ON CONFLICT DO NOTHING`,
      `UPDATE ${other} SET complete_through = now() WHERE tenant_id = $1`,
      `DELETE FROM ${other} WHERE tenant_id = $1`,
    ])
      await expect(asSync(service).query(statement, values)).rejects.toThrow(REFUSED);
    await expect(asSync(service).query(`TRUNCATE ${other}`)).rejects.toThrow(REFUSED);
  });

  test('reads its own database and changes none of its business rows', async () => {
    const table = BUSINESS[service];
    const origin = asSync(service, service);
    expect((await origin.query(`SELECT count(*) FROM ${table}`)).rowCount).toBe(1);
    await expect(origin.query(`DELETE FROM ${table} WHERE false`)).rejects.toThrow(REFUSED);
    await expect(origin.query(`INSERT INTO ${table} DEFAULT VALUES`)).rejects.toThrow(REFUSED);
  });

  test('gets into no other domain’s database', async () => {
    for (const database of services.filter((other) => other !== service))
      await expect(asSync(service, database).query('SELECT 1')).rejects.toThrow(REFUSED);
  });
});
