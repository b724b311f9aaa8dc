/** The threats of threats.md that no other file has a test for; tests elsewhere are named after theirs too. */
import { describe, expect, test } from '@jest/globals';

import { ask, read, tokenOf, url, type Answer } from '../../platform/test/kit.ts';

const asAcme = async (query: string, variables: object = {}): Promise<Answer> =>
  ask(query, { token: await tokenOf('acme'), variables });

const codesOf = ({ errors }: Answer): readonly string[] | undefined => errors?.map(({ extensions }) => extensions.code);

/** A body as it is written, which JSON.stringify might not. */
async function post(body: string): Promise<string> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${await tokenOf('acme')}` };
  return (await fetch(`${url}/graphql`, { method: 'POST', headers, body })).text();
}

describe('threat 6: a rule is not dodged by', () => {
  test('a second operation, which does not run', async () => {
    const query = 'query Runs { me { email } } query Other { syncStatus { source } }';
    expect(await post(JSON.stringify({ query, operationName: 'Runs' }))).toBe(
      '{"data":{"me":{"email":"client@acme.example"}}}\n',
    );
    expect(JSON.parse(await post(JSON.stringify({ query, operationName: 'Other' })))).toMatchObject({
      data: { syncStatus: null },
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    });
  });

  test.each([false, true])('a directive that a variable decides, here %j', async (skipped) => {
    const query = 'query Q($s: Boolean!) { me { email } x: syncStatus @skip(if: $s) { source } }';
    const { data } = await asAcme(query, { s: skipped });
    expect(data).toEqual({ me: { email: 'client@acme.example' }, ...(skipped ? {} : { x: null }) });
  });

  test('being asked for: nothing is fetched from the service that is forbidden', async () => {
    const { text } = await ask('{ me { email tenant { crmSummary { totalLeads } } } a: tenants { totalCount } }', {
      token: await tokenOf('acme'),
      headers: { 'x-metatron-explain': 'true' },
    });
    const { extensions } = JSON.parse(text) as { extensions: { explain: { plan: object } } };
    expect(JSON.stringify(extensions.explain.plan)).toContain('"service":"auth"');
    expect(JSON.stringify(extensions.explain.plan)).not.toContain('cdx');
  });
});

describe('threat 9: an input sets nothing that its type does not list', () => {
  const mutation = 'mutation M($input: ProfileUpdateInput!) { profileUpdate(input: $input) { user { role } } }';

  test.each([
    '{"firstName":"A","role":"SUPERADMIN"}',
    '{"firstName":"A","tenantId":"globex"}',
    '{"firstName":"A","__proto__":{"role":"SUPERADMIN"}}',
    '{"firstName":"A","constructor":{"prototype":{"role":"SUPERADMIN"}}}',
  ])('as %s', async (input) => {
    const text = await post(`{"query":${JSON.stringify(mutation)},"variables":{"input":${input}}}`);
    expect(JSON.parse(text)).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    expect(await read('{ me { role firstName } }', { token: await tokenOf('acme') })).not.toMatchObject({
      me: { firstName: 'A' },
    });
  });
});

describe('threat 11: a bomb is refused while a healthy query beside it is answered', () => {
  test.each([
    ['a flood of directives', `{ me { email ${'@skip(if: false) '.repeat(300)} } }`],
    ['fragments in a circle', '{ me { ...A } } fragment A on User { ...B } fragment B on User { ...A }'],
    [
      'a list nested without end',
      `{ customers(filter: { email: { in: ${'['.repeat(900)}${']'.repeat(900)} } }) { totalCount } }`,
    ],
    [
      'an object nested without end',
      `{ customers(filter: ${'{ email: '.repeat(400)}1${' }'.repeat(400)}) { totalCount } }`,
    ],
    ['a string of a million tokens', `{ me { email } } ${'#\n'.repeat(10)} ${'a '.repeat(50_000)}`],
    [
      'pages in pages',
      `{ tenant(id: "acme") { customers(first: 100) { edges { node { leads(first: 100) { edges { node { customer { leads(first: 100) { edges { node { id } } } } } } } } } } } }`,
    ],
  ])('%s', async (_what, query) => {
    const [bomb, healthy] = await Promise.all([asAcme(query), asAcme('{ me { email } }')]);
    expect(bomb.data ?? null).toBeNull();
    expect(codesOf(bomb)?.[0]).toMatch(/^(BAD_USER_INPUT|GRAPHQL_VALIDATION_FAILED)$/);
    expect(healthy.data).toEqual({ me: { email: 'client@acme.example' } });
  });
});

describe('threat 13: a page of a stranger reads nothing by GET', () => {
  // GHSA-9q82-xgwf-vj6h: a content type that looks like no form's was taken for a sign of a preflight.
  test.each([
    'text/plain',
    'text/plain; application/json',
    'multipart/form-data',
    'x/y; charset=application/json',
    ', text/plain',
  ])('with the content type «%s»', async (type) => {
    const address = `${url}/graphql?query=${encodeURIComponent('{ __typename }')}`;
    const response = await fetch(address, { headers: { accept: 'application/json', 'content-type': type } });
    expect([400, 415]).toContain(response.status);
    expect(await response.text()).not.toContain('"data"');
  });
});

describe('threat 20: a filter or an order is no way into SQL', () => {
  const order = 'query Q($field: CustomerOrderField!) { customers(orderBy: { field: $field }) { totalCount } }';
  const filter = 'query Q($filter: CustomerFilter) { customers(filter: $filter) { totalCount } }';
  const page = 'query Q($after: String) { customers(first: 1, after: $after) { edges { node { id } } } }';
  const cursor = (...parts: unknown[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');

  test.each<[string, string, object]>([
    ['an order by a column of another table', order, { field: 'password_hash' }],
    ['an order that ends the statement', order, { field: 'id; DROP TABLE customers; --' }],
    ['a filter whose key is SQL', filter, { filter: { 'company" = company OR "1': { eq: '1' } } }],
    ['a filter whose operator is SQL', filter, { filter: { company: { 'eq OR 1=1': 'x' } } }],
    ['a value that is an object', filter, { filter: { company: { eq: { $ne: null } } } }],
    ['a cursor of another order', page, { after: cursor('company; DROP TABLE customers', 'a', 'b') }],
    ['a cursor whose value is SQL', page, { after: cursor('createdAt desc', "now()'; DROP TABLE customers; --", 'x') }],
    ['a cursor whose id is SQL', page, { after: cursor('createdAt desc', '2026-01-01T00:00:00Z', "' OR '1'='1") }],
  ])('by %s', async (_how, query, variables) => {
    const answer = await asAcme(query, variables);
    expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
    expect(answer.text).not.toContain('"totalCount":');
  });
});

describe('threat 21: text that others stumble over', () => {
  const create = `mutation M($input: CustomerCreateInput!) { customerCreate(input: $input) { customer { company } userErrors { code } } }`;

  test.each([
    'null',
    'undefined',
    '__proto__',
    '$1',
    '%s%n',
    '𝒳 👩‍👩‍👧‍👦 ﷽',
    'ﬃ İ ı ẞ',
    '\u202Eabc\u202C',
    '\\u0000',
    '"\'`',
    '<b>&amp;',
    '1e400',
    'a\r\nb: c',
  ])('is stored and given back whole: %j', async (company) => {
    const { data } = await asAcme(create, { input: { company } });
    expect(data).toEqual({ customerCreate: { customer: { company }, userErrors: [] } });
  });

  test.each(['2147483648', '-2147483649', '1e400', '1.5'])('is refused where a number is meant: %s', async (first) => {
    const query = 'query Q($first: Int) { customers(first: $first) { totalCount } }';
    const text = await post(`{"query":${JSON.stringify(query)},"variables":{"first":${first}}}`);
    expect(JSON.parse(text)).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });
});

describe('threat 6: an alias that JavaScript gives a meaning', () => {
  // CVE-2026-32621: it reached the prototype of every object of the gateway.
  test.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
    'is a name like any: %s',
    async (name) => {
      const across = `{ ${name}: me { ${name}: tenant { ${name}: id leads(first: 1) { ${name}: totalCount } } } syncStatus { source } }`;
      const { text } = await asAcme(across);
      expect(text).not.toContain('INTERNAL_SERVER_ERROR');
      expect(Object.keys((await asAcme('{ me { email } }')).data ?? {})).toEqual(['me']);
      expect((await ask('{ me { email } }')).data).toEqual({ me: null });
      expect((await fetch(`${url}/health`)).status).toBe(200);
    },
  );
});
