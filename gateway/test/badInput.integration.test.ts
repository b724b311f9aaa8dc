import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';

import { describe, expect, test } from '@jest/globals';

import { ask, read, tokenOf, url } from '../../platform/test/kit.ts';

const codes = async (query: string, variables: object = {}): Promise<readonly string[] | undefined> =>
  (await ask(query, { token: await tokenOf('acme'), variables })).errors?.map(({ extensions }) => extensions.code);

const post = (body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });

describe('a query', () => {
  test.each([
    ['an id that is no UUID', '{ customer(id: "1") { id } }', 'BAD_USER_INPUT'],
    ['a page of 1e9', '{ customers(first: 1000000000) { totalCount } }', 'BAD_USER_INPUT'],
    ['a page of 101', '{ customers(first: 101) { totalCount } }', 'BAD_USER_INPUT'],
    ['a page of 0', '{ customers(first: 0) { totalCount } }', 'BAD_USER_INPUT'],
    ['both ends at once', '{ customers(first: 1, last: 1) { totalCount } }', 'BAD_USER_INPUT'],
    ['a cursor of its own making', '{ customers(after: "abc") { totalCount } }', 'BAD_USER_INPUT'],
    ['a NUL in a filter', '{ customers(filter: { email: { eq: "a\\u0000b" } }) { totalCount } }', 'BAD_USER_INPUT'],
    [
      'half a surrogate, which the language has not',
      '{ customers(filter: { email: { contains: "\\uD800" } }) { totalCount } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'null as a value to compare with',
      '{ customers(filter: { email: { eq: null } }) { totalCount } }',
      'BAD_USER_INPUT',
    ],
    ['an unknown field', '{ customers { nothing } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['a broken document', '{ customers {', 'GRAPHQL_VALIDATION_FAILED'],
  ])('with %s is refused with a code', async (_what, query, code) => {
    const found = await codes(query);
    expect(found).toEqual([code]);
  });

  test('threat 21: with a wrong variable is refused with a code', async () => {
    expect(await codes('query Q($first: Int) { customers(first: $first) { totalCount } }', { first: 'many' })).toEqual([
      'BAD_USER_INPUT',
    ]);
    const half = await codes('query Q($text: String) { customers(filter: { email: { eq: $text } }) { totalCount } }', {
      text: '\uD800',
    });
    expect(half).toEqual(['BAD_USER_INPUT']);
    expect(await codes('query Q($id: ID!) { customer(id: $id) { id } }')).toEqual(['BAD_USER_INPUT']);
  });

  test('with an amount that is no number is refused with a code, and nothing runs', async () => {
    const title = `No number ${randomBytes(6).toString('hex')}`;
    const create = (declared: string, input: string) =>
      `mutation M${declared} { leadCreate(input: { title: "${title}", value: ${input} }) { lead { id } userErrors { code } } }`;
    // A scalar that cannot be read is refused by GraphQL itself, before there is a payload to hold a userError.
    const variable = create('($value: MoneyInput)', '$value');
    expect(await codes(variable, { value: { amount: 'abc', currency: 'USD' } })).toEqual(['BAD_USER_INPUT']);
    expect(await codes(variable, { value: { amount: '1', currency: 'ZZZ' } })).toEqual(['BAD_USER_INPUT']);
    const literal = create('', '{ amount: "abc", currency: "USD" }');
    expect(await codes(literal)).toEqual(['BAD_USER_INPUT']);
    const leads = 'query Q($title: String) { leads(filter: { title: { eq: $title } }) { totalCount } }';
    expect(await read(leads, { token: await tokenOf('acme'), variables: { title } })).toEqual({
      leads: { totalCount: 0 },
    });
  });

  test('threat 20: takes quotes, percent signs and other scripts in a filter as they are', async () => {
    const token = await tokenOf('acme');
    const marker = randomBytes(6).toString('hex');
    const create = 'mutation M($company: String) { customerCreate(input: { company: $company }) { customer { id } } }';
    await read(create, { token, variables: { company: `Naughty ${marker} 雪` } });
    const found = async (text: string): Promise<number> => {
      const query = 'query Q($text: String) { customers(filter: { company: { contains: $text } }) { totalCount } }';
      const { customers } = await read<{ customers: { totalCount: number } }>(query, { token, variables: { text } });
      return customers.totalCount;
    };
    expect(await found(`${marker} 雪`)).toBe(1);
    // Each would find the customer if PostgreSQL read it as a pattern or as SQL.
    for (const text of [`Naughty%${marker}`, `Naughty_${marker}`, `${marker}\\`, `${marker}' OR '' = '`, `${marker}"`])
      expect({ text, found: await found(text) }).toEqual({ text, found: 0 });
  });
});

describe('an operation that is too large', () => {
  test.each([
    [
      'nested too deep',
      `{ ${'customers { edges { node { leads { edges { node { customer { '.repeat(2)} id ${'} } } } } } } '.repeat(2)} }`,
    ],
    [
      'of a thousand aliases over large pages',
      `{ ${Array.from({ length: 150 }, (_, index) => `a${String(index)}: customers(first: 100) { edges { node { leads(first: 100) { edges { node { id } } } } } }`).join(' ')} }`,
    ],
    [
      'of two logins',
      'mutation { a: login(input: { email: "a@b.c", password: "x" }) { accessToken } b: login(input: { email: "a@b.c", password: "y" }) { accessToken } }',
    ],
    ['of too many tokens', `{ ${'id '.repeat(3000)} }`],
  ])('threat 11: %s is refused before anything runs', async (_what, query) => {
    const startedAt = performance.now();
    const { errors, data } = await ask(query, { token: await tokenOf('acme') });
    expect(errors?.[0]?.extensions.code).toMatch(/BAD_USER_INPUT|GRAPHQL_VALIDATION_FAILED/);
    expect(data ?? null).toBeNull();
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  test('threat 11: as a fragment bomb is refused and leaves the process alive', async () => {
    const fragments = Array.from(
      { length: 24 },
      (_, index) =>
        `fragment F${String(index)} on Customer { a: ${index === 23 ? 'id' : `tenant { id } ...F${String(index + 1)} ...F${String(index + 1)}`} }`,
    );
    const { errors } = await ask(`{ customers { edges { node { ...F0 } } } } ${fragments.join(' ')}`, {
      token: await tokenOf('acme'),
    });
    expect(errors?.[0]?.extensions.code).toMatch(/BAD_USER_INPUT|GRAPHQL_VALIDATION_FAILED/);
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });
});

describe('an HTTP request', () => {
  test('that is no JSON is a coded 400', async () => {
    const response = await post('{"query": ');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  test('threat 11: that is larger than 256 KB is a 413, also when compressed', async () => {
    const large = JSON.stringify({ query: `{ me { id } } # ${randomBytes(200_000).toString('hex')}` });
    expect((await post(large)).status).toBe(413);
    const bomb = gzipSync(Buffer.from(JSON.stringify({ query: `{ me { id } } # ${'a'.repeat(50_000_000)}` })));
    expect((await post(bomb, { 'content-encoding': 'gzip' })).status).toBe(413);
  });

  test('may have 2 MB for a batch of events, and nothing else may', async () => {
    const authorization = `Bearer ${await tokenOf('superadmin')}`;
    const variables = (bytes: number): object => ({ input: { tenantId: 'acme', events: [], note: 'x'.repeat(bytes) } });
    const batch = 'mutation B($input: EventsIngestInput!) { eventsIngest(input: $input) { userErrors { code } } }';
    const sizeOf = async (query: string, bytes: number, headers: Record<string, string>): Promise<number> =>
      (await post(JSON.stringify({ query, variables: variables(bytes) }), headers)).status;
    // Read as a whole: what is wrong with it is its unknown field.
    expect(await sizeOf(batch, 1_900_000, { authorization })).toBe(400);
    expect(await sizeOf(batch, 2_100_000, { authorization })).toBe(413);
    expect(await sizeOf(batch, 300_000, {})).toBe(413);
    expect(await sizeOf('query Q($input: Int) { me { id } }', 300_000, { authorization })).toBe(413);
    const longDocument = `${batch} # ${'x'.repeat(300_000)}`;
    expect(await sizeOf(longDocument, 0, { authorization })).toBe(413);
  });

  test('threat 11: of JSON nested without end is a coded 400', async () => {
    const deep = `{"query": "{ __typename }", "variables": {"a": ${'['.repeat(100_000)}${']'.repeat(100_000)}}}`;
    const response = await post(deep);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'threat 13: as %s is refused, since a foreign page could send it',
    async (type) => {
      const response = await post('{"query":"{ __typename }"}', { 'content-type': type });
      expect(response.status).toBe(400);
    },
  );

  test('threat 13: by GET serves queries behind a preflight, and no mutation', async () => {
    const get = (query: string, headers: Record<string, string>): Promise<Response> =>
      fetch(`${url}/graphql?query=${encodeURIComponent(query)}`, {
        headers: { accept: 'application/json', ...headers },
      });
    expect((await get('{ __typename }', {})).status).toBe(400);
    expect((await get('{ __typename }', { 'apollo-require-preflight': '1' })).status).toBe(200);
    expect((await get('mutation { logout { ok } }', { 'apollo-require-preflight': '1' })).status).toBe(405);
  });

  test('threat 10: of many operations at once is refused', async () => {
    const response = await post(JSON.stringify([{ query: '{ __typename }' }, { query: '{ __typename }' }]));
    expect(response.status).toBe(400);
  });

  test('threat 13: from a foreign origin gets no cross-origin header', async () => {
    const response = await post('{"query":"{ __typename }"}', { origin: 'https://stranger.example' });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('an error', () => {
  test('threat 14: names its request and no host, path, SQL or stack', async () => {
    const { errors, text } = await ask('{ customer(id: "1") { id } }', { token: await tokenOf('acme') });
    expect(errors?.[0]?.extensions.requestId).toMatch(/^[\w-]{8,64}$/);
    expect(text).not.toMatch(/127\.0\.0\.1|node_modules|SELECT|stacktrace|\.ts/);
  });
});
