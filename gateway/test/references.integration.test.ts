/** What a subgraph answers to references, asked as the gateway asks it, without the gateway's own checks. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import type { Domain } from '../../platform/src/domains.ts';
import type { Identity } from '../../platform/src/identity.ts';
import { startInProcess, type InProcess } from '../../platform/test/inProcess.ts';
import { closeSql, sql } from '../../platform/test/kit.ts';

const person = (tenantId: string): Identity => ({
  kind: 'user',
  role: 'client',
  userId: '01890000-0000-7000-8000-000000000000',
  tenantId,
  sessionId: '01890000-0000-7000-8000-000000000000',
});

const entitiesOf = (type: string): string =>
  `query Entities($rows: [_Any!]!) { _entities(representations: $rows) { ... on ${type} { id } } }`;

/** The entities with rows of tenants: the domain, the type, the table. */
const entities: readonly [Domain, string, string][] = [
  ['auth', 'User', 'users'],
  ['crm', 'Customer', 'customers'],
  ['crm', 'Lead', 'leads'],
  ['crm', 'Deal', 'deals'],
  ['crm', 'Interaction', 'interactions'],
  ['crm', 'Pipeline', 'pipelines'],
  ['cms', 'ContentItem', 'content_items'],
  ['cms', 'Page', 'pages'],
  ['billing', 'Invoice', 'invoices'],
  ['billing', 'Payment', 'payments'],
  ['analytics', 'Dashboard', 'dashboards'],
];

const running = new Map<Domain, InProcess>();

beforeAll(async () => {
  for (const domain of new Set(entities.map(([of]) => of))) running.set(domain, await startInProcess(domain));
});

afterAll(closeSql);

describe('threat 5: a reference of another tenant’s row', () => {
  test.each(entities)('is null in %s for %s, like one that nobody has', async (domain, type, table) => {
    const [row] = await sql<{ id: string }>(domain, `SELECT id FROM ${table} WHERE tenant_id = 'globex' LIMIT 1`);
    const ids = [row?.id, '01890000-0000-7000-8000-00000000dead'];
    const rows = ids.map((id) => ({ __typename: type, id }));
    const ask = async (tenant: string) =>
      (await running.get(domain)?.ask(entitiesOf(type), person(tenant), { rows }))?.data?.['_entities'] as unknown;
    expect(await ask('globex')).toEqual([{ id: row?.id }, null]);
    expect(await ask('acme')).toEqual([null, null]);
  });
});
