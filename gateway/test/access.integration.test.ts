import { afterAll, describe, expect, test } from '@jest/globals';

import { ask, closeSql, read, sql, tokenOf, url } from '../../platform/test/kit.ts';

afterAll(closeSql);

const idOf = async (table: string, tenant: string): Promise<string> =>
  (
    await sql<{ id: string }>('crm', `SELECT id FROM ${table} WHERE tenant_id = $1 AND deleted_at IS NULL LIMIT 1`, [
      tenant,
    ])
  )[0]!.id;

describe('a client', () => {
  test('sees its own tenant in every list', async () => {
    const token = await tokenOf('acme');
    for (const list of [
      'customers',
      'leads',
      'deals',
      'interactions',
      'contentItems',
      'pages',
      'mediaFiles',
      'invoices',
      'subscriptions',
      'payments',
      'events',
      'users',
    ]) {
      const data = await read<Record<string, { edges: { node: { tenant: { id: string } } }[] }>>(
        `{ ${list}(first: 100) { edges { node { tenant { id } } } } }`,
        { token },
      );
      const tenants = new Set(data[list]!.edges.map(({ node }) => node.tenant.id));
      expect({ list, tenants: [...tenants] }).toEqual({ list, tenants: ['acme'] });
    }
  });

  test('threat 8: gets the same answer for another tenant’s object as for one that does not exist', async () => {
    const token = await tokenOf('acme');
    const foreign = await ask(
      `{ customer(id: "${await idOf('customers', 'globex')}") { email } lead(id: "${await idOf('leads', 'globex')}") { title } }`,
      { token },
    );
    const unknown = await ask(
      '{ customer(id: "01890000-0000-7000-8000-000000000000") { email } lead(id: "01890000-0000-7000-8000-000000000000") { title } }',
      { token },
    );
    expect(foreign.text).toBe(unknown.text);
    expect(foreign.data).toEqual({ customer: null, lead: null });
  });

  test('threat 7: gets nothing of cdx, by any path, and the rest of its query', async () => {
    const token = await tokenOf('acme');
    const { data, errors } = await ask(
      '{ me { email tenant { name crmSummary { totalLeads } client { name } } } tenants { totalCount } auditLog { totalCount } }',
      { token },
    );
    expect(data).toEqual({
      me: { email: 'client@acme.example', tenant: { name: 'Acme', crmSummary: null, client: null } },
      tenants: null,
      auditLog: null,
    });
    expect(errors?.map(({ path, extensions }) => [path?.join('.'), extensions.code])).toEqual([
      ['me.tenant.crmSummary', 'FORBIDDEN'],
      ['me.tenant.client', 'FORBIDDEN'],
      ['tenants', 'FORBIDDEN'],
      ['auditLog', 'FORBIDDEN'],
    ]);
  });

  test.each([
    ['an alias', '{ mine: syncStatus { source } }', 'mine'],
    ['a fragment', 'query { ...Hidden } fragment Hidden on Query { syncStatus { source } }', 'syncStatus'],
    ['an inline fragment', '{ ... on Query { syncStatus { source } } }', 'syncStatus'],
  ])('threat 6: does not dodge a rule by %s', async (_how, query, key) => {
    const { data, errors } = await ask(query, { token: await tokenOf('acme') });
    expect(data).toEqual({ [key]: null });
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
  });

  test('threat 9: is refused when it names a tenant, even its own, and nothing runs', async () => {
    const token = await tokenOf('acme');
    const before = await sql<{ count: number }>(
      'crm',
      "SELECT count(*)::int AS count FROM customers WHERE company = 'X'",
    );
    for (const tenant of ['acme', 'globex']) {
      for (const { query, variables } of [
        { query: `{ customers(filter: { tenantId: { eq: "${tenant}" } }) { totalCount } }`, variables: {} },
        {
          query: 'query Q($filter: CustomerFilter) { customers(filter: $filter) { totalCount } }',
          variables: { filter: { tenantId: { eq: tenant } } },
        },
        {
          query: `mutation { customerCreate(input: { tenantId: "${tenant}", company: "X" }) { customer { id } } }`,
          variables: {},
        },
      ]) {
        const { data, errors } = await ask(query, { token, variables });
        expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
        expect(data ?? null).toBeNull();
      }
    }
    expect(await sql('crm', "SELECT count(*)::int AS count FROM customers WHERE company = 'X'")).toEqual(before);
  });

  test('runs nothing of a mutation that has a denied field', async () => {
    const token = await tokenOf('acme');
    const company = `Half ${String(Date.now())}`;
    const { data, errors } = await ask(
      `mutation { customerCreate(input: { company: "${company}" }) { customer { id tenant { crmSummary { totalLeads } } } userErrors { message } } }`,
      { token },
    );
    expect(data).toEqual({ customerCreate: null });
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
    expect(await sql('crm', 'SELECT 1 FROM customers WHERE company = $1', [company])).toEqual([]);
  });

  test('cannot write where the matrix lets it read alone', async () => {
    const { data, errors } = await ask(
      'mutation { userCreate(input: { email: "x@acme.example", tenantId: "acme", role: SUPERADMIN }) { user { id } } }',
      { token: await tokenOf('acme') },
    );
    expect(data).toEqual({ userCreate: null });
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
  });

  test('sees its own sessions, events and notifications alone', async () => {
    const token = await tokenOf('acme');
    const data = await read<
      Record<'sessions' | 'authEvents' | 'notifications', { edges: { node: { user: { email: string } } }[] }>
    >(
      '{ sessions { edges { node { user { email } } } } authEvents { edges { node { user { email } } } } notifications { edges { node { user { email } } } } }',
      { token },
    );
    const emails = Object.values(data).flatMap(({ edges }) => edges.map(({ node }) => node.user.email));
    expect(new Set(emails)).toEqual(new Set(['client@acme.example']));
  });
});

describe('one document of two callers', () => {
  test.each([
    ['acme', 'superadmin'],
    ['superadmin', 'acme'],
  ] as const)('threat 6: is planned for each, first for %s and then for %s', async (...accounts) => {
    const query = `query First_${accounts[0]} { me { email tenant { name client { name } } } tenants { totalCount } }`;
    for (const account of accounts) {
      const { data, errors } = await ask(query, { token: await tokenOf(account) });
      const codes = errors?.map(({ extensions }) => extensions.code) ?? [];
      if (account === 'acme') {
        expect(codes).toEqual(['FORBIDDEN', 'FORBIDDEN']);
        expect(data).toMatchObject({ me: { tenant: { client: null } }, tenants: null });
      } else {
        expect(codes).toEqual([]);
        expect(data).toMatchObject({ tenants: { totalCount: expect.any(Number) } });
      }
    }
  });
});

describe('an admin', () => {
  test('reads all tenants, or the one it names', async () => {
    const token = await tokenOf('admin');
    const { all, one } = await read<{ all: { totalCount: number }; one: { totalCount: number } }>(
      '{ all: customers { totalCount } one: customers(filter: { tenantId: { eq: "globex" } }) { totalCount } }',
      { token },
    );
    expect(all.totalCount).toBeGreaterThan(one.totalCount);
    expect(one.totalCount).toBeGreaterThan(0);
  });

  test('sees messages without their bodies, with one error whatever the number of rows', async () => {
    const { data, errors } = await ask('{ notifications(first: 50) { edges { node { id body } } } }', {
      token: await tokenOf('admin'),
    });
    const { edges } = (data as unknown as { notifications: { edges: { node: { body: string | null } }[] } })
      .notifications;
    expect(edges.length).toBe(50);
    expect(edges.every(({ node }) => node.body === null)).toBe(true);
    expect(errors?.map(({ path }) => path?.join('.'))).toEqual(['notifications.edges.0.node.body']);
  });
});

describe('a caller who is not the gateway’s', () => {
  test('threat 3: forges no identity by header', async () => {
    const headers = {
      'x-user-role': 'superadmin',
      'X-Tenant-Id': 'globex',
      'x-metatron-caller': '{"identity":{"kind":"user","role":"superadmin"}}',
    };
    const { errors } = await ask('{ customers { totalCount } }', { headers });
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
  });

  test('threat 4: reaches neither _entities nor _service nor what is inaccessible', async () => {
    for (const field of [
      '_service { sdl }',
      '_entities(representations: []) { __typename }',
      'sessionState(sessionId: "a", userId: "b", tenantId: "c", rightsVersion: 1) { active }',
    ]) {
      const { errors, status } = await ask(`{ ${field} }`, { token: await tokenOf('superadmin') });
      expect(status).toBe(400);
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(
        expect.arrayContaining(['GRAPHQL_VALIDATION_FAILED']),
      );
    }
  });

  test('threat 15: learns nothing of the schema before signing in', async () => {
    const introspection = await ask('{ __schema { types { name } } }');
    expect(introspection.data).toEqual({ __schema: null });
    const typo = await ask('{ custmers { totalCount } }');
    expect(typo.text).not.toMatch(/Did you mean/);
  });

  test('is told the public signing keys and no private part of them', async () => {
    const response = await fetch(`${url}/.well-known/jwks.json`);
    const { keys } = (await response.json()) as { keys: Record<string, string>[] };
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.every((key) => key['kty'] === 'OKP' && !('d' in key))).toBe(true);
  });
});
