/** Variables and arguments that are huge, deep or of another kind, and names that mean something to JavaScript. */
import { describe, expect, test } from '@jest/globals';

import { ask, read, tokenOf, url, type Answer } from '../../../platform/test/kit.ts';

import { beside, detonate, expectRefused, times } from './beside.ts';

const EMAIL = 'client@acme.example';
const found = 'query Q($filter: CustomerFilter) { customers(filter: $filter) { totalCount } }';

/** A body as it is written, which JSON.stringify would not write. */
async function post(body: string): Promise<Answer> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${await tokenOf('acme')}` };
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body });
  const text = await response.text();
  return { status: response.status, text, ...(JSON.parse(text) as Pick<Answer, 'data' | 'errors'>) };
}

const withVariables = (query: string, variables: string): Promise<Answer> =>
  beside(() => post(`{"query":${JSON.stringify(query)},"variables":${variables}}`));

const nested = (levels: number, open: string, close: string): string =>
  `${open.repeat(levels)}1${close.repeat(levels)}`;

describe('threat 11: variables', () => {
  test.each([
    ['lists in lists', `{"filter":{"email":{"in":${nested(90, '[', ']')}}}}`],
    ['objects in objects', `{"filter":${nested(90, '{"email":', '}')}}`],
    ['deeper than JSON may be', `{"filter":${nested(50_000, '[', ']')}}`],
    ['deeper, where nobody declares them', `{"x":${nested(20_000, '{"a":', '}')}}`],
    ['a list of 100,000 of another kind', `{"filter":{"email":{"in":[${'1,'.repeat(100_000)}1]}}}`],
    [
      'an object of 15,000 keys of its own',
      `{"filter":{${Array.from({ length: 15_000 }, (_, nth) => `"k${String(nth)}":1`).join(',')}}}`,
    ],
    ['a number past all numbers', '{"filter":{"email":{"eq":1e999}}}'],
    ['a list for an object', '{"filter":[]}'],
    ['a text for an object', '{"filter":"x"}'],
  ])('that are %s are refused', async (_what, variables) => {
    const answer = await withVariables(found, variables);
    expectRefused(answer, 'BAD_USER_INPUT');
    // What is wrong a hundred thousand times is not told as often, nor all of it each time.
    expect(answer.text.length).toBeLessThan(10_000);
  });

  test.each(['[]', '"x"', '1', 'true'])('that are %s in all are refused', async (variables) => {
    expectRefused(await withVariables(found, variables), 'BAD_USER_INPUT');
  });

  test('of 200 KB are compared as they are', async () => {
    const { data } = await withVariables(found, JSON.stringify({ filter: { company: { eq: 'x'.repeat(200_000) } } }));
    expect(data).toEqual({ customers: { totalCount: 0 } });
  });

  test('that nobody declares are nobody’s', async () => {
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, nth) => [`k${String(nth)}`, nth]));
    expect((await withVariables('{ me { email } }', JSON.stringify(many))).data).toEqual({ me: { email: EMAIL } });
  });

  test('that are declared and not used, or used and not declared, are refused', async () => {
    const declared = times(300, (nth) => `$v${String(nth)}: Int`);
    expectRefused(await detonate(`query Q(${declared}) { me { email } }`), 'GRAPHQL_VALIDATION_FAILED');
    const used = times(100, (nth) => `a${String(nth)}: customers(first: $v${String(nth)}) { totalCount }`);
    expectRefused(await detonate(`{ ${used} }`), 'GRAPHQL_VALIDATION_FAILED');
  });

  test('whose defaults are nested without end are refused', async () => {
    const query = `query Q($f: CustomerFilter = ${nested(300, '{email:', '}')}) { customers(filter: $f) { totalCount } }`;
    expectRefused(await detonate(query), 'GRAPHQL_VALIDATION_FAILED');
  });
});

describe('threat 11: arguments', () => {
  test.each([
    ['lists in lists', `in: ${nested(600, '[', ']')}`],
    ['objects in objects', `eq: ${nested(300, '{ a: ', '}')}`],
    ['a list of a thousand of another kind', `in: [${'1 '.repeat(1_000)}]`],
    ['a number of 100,000 digits', `eq: ${'9'.repeat(100_000)}`],
  ])('that are %s are refused', async (_what, value) => {
    expectRefused(
      await detonate(`{ customers(filter: { email: { ${value} } }) { totalCount } }`),
      'GRAPHQL_VALIDATION_FAILED',
    );
  });

  test('that are more values than may be compared with are refused by their field', async () => {
    const list = times(1_000, (nth) => `"nobody${String(nth)}@acme.example"`);
    const { data, errors } = await detonate(
      `{ me { email } customers(filter: { email: { in: [${list}] } }) { totalCount } }`,
    );
    expect(data).toEqual({ me: { email: EMAIL }, customers: null });
    expect(errors).toMatchObject([{ path: ['customers'], extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});

describe.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
  'CVE-2026-32621: the name %s',
  (name) => {
    const { me } = { me: { email: EMAIL } };

    test('is an alias like any other', async () => {
      const { text } = await detonate(`{ ${name}: me { ${name}: email x: tenant { ${name}: id } } }`);
      expect(text).toBe(`{"data":{"${name}":{"${name}":"${EMAIL}","x":{"${name}":"acme"}}}}\n`);
    });

    test('is an alias like any other of what is denied', async () => {
      const { text } = await detonate(`{ ${name}: syncStatus { source } me { ${name}: email } }`);
      expect(text).toContain(`"data":{"${name}":null,"me":{"${name}":"${EMAIL}"}}`);
      expect(JSON.parse(text)).toMatchObject({ errors: [{ path: [name], extensions: { code: 'FORBIDDEN' } }] });
    });

    test('is an alias like any other over services and lists', async () => {
      const { text } = await detonate(
        `{ ${name}: customers(first: 2) { edges { ${name}: node { ${name}: id leads(first: 1) { ${name}: totalCount } } } } }`,
      );
      expect(text).not.toContain('"errors"');
      expect(text.startsWith(`{"data":{"${name}":{"edges":[{"${name}":{"${name}":"`)).toBe(true);
    });

    test('is no field, type or argument', async () => {
      for (const query of [
        `{ ${name} }`,
        `{ me { ${name} } }`,
        `{ me { ... on ${name} { email } } }`,
        `{ customers(${name}: 1) { totalCount } }`,
        `{ customers(filter: { ${name}: { eq: "x" } }) { totalCount } }`,
        `{ me { email @${name} } }`,
        `query Q($a: ${name}) { customers(first: $a) { totalCount } }`,
      ])
        expectRefused(await detonate(query), 'GRAPHQL_VALIDATION_FAILED');
    });

    test('is an operation, a fragment and a variable like any other', async () => {
      const query = `query ${name}($${name}: Boolean!) { me { ...${name} } } fragment ${name} on User { email @include(if: $${name}) }`;
      const asked = (value: boolean): Promise<Answer> =>
        beside(() =>
          post(`{"query":${JSON.stringify(query)},"operationName":"${name}","variables":{"${name}":${String(value)}}}`),
        );
      if (name === '__proto__') {
        // No variable of graphql-js in a service can be named so.
        expect(await asked(true)).toMatchObject({
          data: { me: null },
          errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
        });
      } else {
        expect((await asked(true)).data).toEqual({ me });
        expect((await asked(false)).data).toEqual({ me: {} });
      }
      expectRefused(
        await beside(() => post(`{"query":"query Q { me { email } }","operationName":"${name}"}`)),
        'BAD_USER_INPUT',
      );
    });

    test('is a key of no variable, no extension and no body', async () => {
      const { data } = await withVariables('{ me { email } }', `{"${name}":{"polluted":1}}`);
      expect(data).toEqual({ me });
      const body = `{"${name}":{"query":"{ me { id } }"},"query":"{ me { email } }","extensions":{"${name}":{"persistedQuery":{}}}}`;
      expect((await beside(() => post(body))).data).toEqual({ me });
      expectRefused(await withVariables(found, `{"filter":{"${name}":{"eq":"x"}}}`), 'BAD_USER_INPUT');
    });

    test('is a key of a JSON value like any other, kept and given back', async () => {
      const create = `mutation M($address: JSONObject) { customerCreate(input: { company: "Names ${name}", address: $address }) { customer { address } userErrors { code } } }`;
      const { text } = await withVariables(create, `{"address":{"${name}":{"polluted":1}}}`);
      // Stored as it is, or refused: never an object's own nature.
      expect(text).toMatch(new RegExp(`"${name}":\\{"polluted":1\\}|BAD_USER_INPUT|INVALID`));
      expect(await read('{ me { email } }', { token: await tokenOf('acme') })).toEqual({ me });
    });
  },
);

test('threat 9: nothing of it has become anybody’s prototype', async () => {
  const { text } = await ask('{ me { email } }', {
    token: await tokenOf('acme'),
    headers: { 'x-metatron-explain': 'true' },
  });
  expect(text).not.toContain('polluted');
});
