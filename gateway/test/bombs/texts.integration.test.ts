/** Texts of very many tokens, aliases, directives and levels. */
import { describe, expect, test } from '@jest/globals';

import { detonate, expectRefused, times } from './beside.ts';

const EMAIL = 'client@acme.example';

describe('threat 11: tokens', () => {
  test.each([
    ['names', `{ me { ${'id '.repeat(50_000)} } }`],
    ['opening braces', '{'.repeat(100_000)],
    ['opening brackets', `{ customers(filter: { email: { in: ${'['.repeat(100_000)}`],
    ['numbers', `{ customers(first: ${'1 '.repeat(100_000)}) { totalCount } }`],
    ['signs', `{ me { id } } ${'!$&|'.repeat(30_000)}`],
    ['strings that do not end', `{ me(a: "${'a'.repeat(200_000)}`],
    ['half a name', `{ me { ${'a'.repeat(200_000)} } }`],
  ])('%s without end are refused', async (_what, query) => {
    expectRefused(await detonate(query), 'GRAPHQL_VALIDATION_FAILED');
  });

  test.each([
    ['commas', ','.repeat(200_000)],
    ['line ends', '\n'.repeat(100_000)],
    ['a comment', `#${'x'.repeat(200_000)}\n`],
    ['many comments', '#\n'.repeat(60_000)],
  ])('%s are none', async (_what, ignored) => {
    expect(await detonate(`{ me ${ignored} { email } }`)).toMatchObject({ data: { me: { email: EMAIL } } });
  });

  test('in a string of 200 KB are one', async () => {
    const { data, errors } = await detonate(
      `{ customers(filter: { email: { eq: "${'x'.repeat(200_000)}" } }) { totalCount } }`,
    );
    expect({ data, errors }).toEqual({ data: { customers: { totalCount: 0 } }, errors: undefined });
  });
});

describe('threat 11: fields', () => {
  test('of one name are one', async () => {
    expect(await detonate(`{ me { ${'email '.repeat(500)} } }`)).toMatchObject({ data: { me: { email: EMAIL } } });
  });

  test('of one name that take too long to compare are refused', async () => {
    expectRefused(await detonate(`{ me { ${'email '.repeat(1_900)} } }`), 'GRAPHQL_VALIDATION_FAILED');
  });

  test('of one name that contradict one another are refused', async () => {
    const query = `{ ${times(130, (nth) => `a: customers(first: ${String(nth + 1)}) { totalCount }`)} }`;
    expectRefused(await detonate(query), 'GRAPHQL_VALIDATION_FAILED');
  });

  test('of one name inside one another, with much to compare, are one', async () => {
    const leads = 'leads(first: 1) { totalCount edges { node { id title stage } } } '.repeat(90);
    const { data, errors } = await detonate(`{ customers(first: 1) { edges { node { ${leads} } } } }`);
    expect({ data, errors }).toMatchObject({
      data: { customers: { edges: [{ node: { leads: {} } }] } },
      errors: undefined,
    });
  });

  test('under 600 aliases are all answered', async () => {
    const { data, errors } = await detonate(`{ me { ${times(600, (nth) => `a${String(nth)}: email`)} } }`);
    expect(errors).toBeUndefined();
    expect(Object.values(data?.['me'] as unknown as object)).toEqual(Array.from({ length: 600 }, () => EMAIL));
  });

  test('under aliases that each cost a page are refused', async () => {
    const page = 'customers(first: 100) { edges { node { leads(first: 100) { edges { node { id } } } } } }';
    expectRefused(await detonate(`{ ${times(50, (nth) => `a${String(nth)}: ${page}`)} }`), 'BAD_USER_INPUT');
  });

  test('under an alias of 100 KB are answered under it', async () => {
    const alias = 'a'.repeat(100_000);
    expect((await detonate(`{ me { ${alias}: email } }`)).data).toEqual({ me: { [alias]: EMAIL } });
  });

  test.each([
    [
      'deeper than fields may be',
      `{ me { ${'tenant { users { edges { node { '.repeat(4)} id ${'} } } } '.repeat(4)} } }`,
      'BAD_USER_INPUT',
    ],
    [
      'deeper than anything is',
      `{ me { ${'tenant { '.repeat(600)} id ${'} '.repeat(600)} } }`,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'of the schema, deeper than types are',
      `{ __type(name: "User") { ${'ofType { '.repeat(40)} name ${'} '.repeat(40)} } }`,
      'BAD_USER_INPUT',
    ],
  ] as const)('%s are refused', async (_what, query, code) => {
    expectRefused(await detonate(query), code);
  });
});

describe('threat 11: directives', () => {
  test.each([
    ['twice on one field', `{ me { email ${'@skip(if: false) '.repeat(300)} } }`],
    ['that nobody has written', `{ me { email ${times(600, (nth) => `@d${String(nth)}`)} } }`],
    ['twice on an operation', `query Q ${'@skip(if: false) '.repeat(300)} { me { email } }`],
    ['with arguments of another', `{ me { email @skip(${times(200, (nth) => `a${String(nth)}: true`)}) } }`],
    ['of the supergraph', '{ me { email @inaccessible @join__field(graph: AUTH) } }'],
  ])('%s are refused', async (_what, query) => {
    expectRefused(await detonate(query), 'GRAPHQL_VALIDATION_FAILED');
  });

  test('on many fields decide over each', async () => {
    const fields = times(80, (nth) => `a${String(nth)}: email @include(if: ${String(nth % 2 === 0)}) @skip(if: false)`);
    const { data, errors } = await detonate(`{ me { ${fields} } }`);
    expect(errors).toBeUndefined();
    expect(Object.keys(data?.['me'] as unknown as object)).toHaveLength(40);
  });

  test('by many variables are compiled for each, and answered', async () => {
    // Each of them may be compiled apart: two to the power of twenty.
    const declared = times(20, (nth) => `$v${String(nth)}: Boolean!`);
    const fields = times(20, (nth) => `a${String(nth)}: email @include(if: $v${String(nth)})`);
    for (let round = 0; round < 40; round += 1) {
      const values = Array.from(
        { length: 20 },
        (_, nth) => [`v${String(nth)}`, ((round * 7919) >> nth) % 2 === 0] as const,
      );
      const { data } = await detonate(`query Q(${declared}) { me { email ${fields} } }`, Object.fromEntries(values));
      expect(Object.keys(data?.['me'] as unknown as object)).toHaveLength(1 + values.filter(([, isIn]) => isIn).length);
    }
  });
});
