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
