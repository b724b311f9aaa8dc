import { describe, expect, test } from '@jest/globals';
import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery } from 'graphql';

import { ask, read, tokenOf, type Account } from '../../platform/test/kit.ts';

const schemaOf = async (account: Account) =>
  buildClientSchema(await read<IntrospectionQuery>(getIntrospectionQuery(), { token: await tokenOf(account) }));

describe('introspection', () => {
  test('threat 15: tells each role of what it may use', async () => {
    const superadmin = await schemaOf('superadmin');
    const client = await schemaOf('acme');
    expect(superadmin.getType('CrmSummary')).toBeDefined();
    expect(superadmin.getQueryType()?.getFields()['tenants']).toBeDefined();
    expect(client.getType('CrmSummary')).toBeUndefined();
    expect(client.getQueryType()?.getFields()['tenants']).toBeUndefined();
    expect(client.getQueryType()?.getFields()['customers']?.description).toBeTruthy();
  });

  test('answers beside data, by alias, by fragment and by variable, in the order of the document', async () => {
    const query = `query Look($hidden: String!, $shown: String!, $first: Int) {
      me { email }
      ...Types
      customers(first: $first) { edges { node { __typename } } }
      __typename
    }
    fragment Types on Query { hidden: __type(name: $hidden) { ...Name } shown: __type(name: $shown) { ...Name } }
    fragment Name on __Type { name kind }`;
    const { text } = await ask(query, {
      token: await tokenOf('acme'),
      variables: { hidden: 'CrmSummary', shown: 'Customer', first: 1 },
    });
    expect(JSON.parse(text)).toEqual({
      data: {
        me: { email: 'client@acme.example' },
        hidden: null,
        shown: { name: 'Customer', kind: 'OBJECT' },
        customers: { edges: [{ node: { __typename: 'Customer' } }] },
        __typename: 'Query',
      },
    });
    expect(text.indexOf('shown')).toBeLessThan(text.indexOf('customers'));
  });

  test('is validated against the whole schema: a hidden field is forbidden, not unknown', async () => {
    const { data, errors, status } = await ask(
      '{ __type(name: "Tenant") { fields { name } } tenants { totalCount } me { tenant { name crmSummary { totalLeads } } } }',
      { token: await tokenOf('acme') },
    );
    expect(status).toBe(200);
    const { fields } = data!['__type']! as { fields: { name: string }[] };
    expect(fields.map(({ name }) => name)).toEqual(expect.arrayContaining(['id', 'name', 'customers']));
    expect(fields.map(({ name }) => name)).not.toContain('crmSummary');
    expect(data).toMatchObject({ tenants: null, me: { tenant: { name: 'Acme', crmSummary: null } } });
    expect(errors?.map(({ path, extensions }) => [path?.join('.'), extensions.code])).toEqual([
      ['tenants', 'FORBIDDEN'],
      ['me.tenant.crmSummary', 'FORBIDDEN'],
    ]);
  });

  test('without its variable is bad input, and no failure of the platform', async () => {
    const { errors } = await ask('query Q($name: String!) { __type(name: $name) { name } }', {
      token: await tokenOf('acme'),
    });
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
  });

  test.each([{}, { 'x-tenant-key': 'pk_demo_acme_publishable' }])(
    'threat 15: tells a stranger nothing',
    async (headers) => {
      const { data, errors } = await ask('{ __schema { types { name } } __type(name: "User") { name } }', { headers });
      expect(data ?? { __schema: null, __type: null }).toEqual({ __schema: null, __type: null });
      expect(errors!.length).toBeGreaterThan(0);
    },
  );
});
