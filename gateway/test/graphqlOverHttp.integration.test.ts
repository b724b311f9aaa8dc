/** GraphQL over HTTP by its specification: the audit of graphql-http, and what that leaves open. */
import { describe, expect, test } from '@jest/globals';
import { serverAudits } from 'graphql-http';

import { tokenOf, url } from '../../platform/test/kit.ts';

const GRAPHQL = 'application/graphql-response+json';
const endpoint = `${url}/graphql`;

/** As a signed-in person, who may look at the schema, and past the guard against strange pages. */
async function fetchSignedIn(input: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${await tokenOf('acme')}`);
  if (init.method !== 'POST') headers.set('apollo-require-preflight', 'true');
  return fetch(input, { ...init, headers });
}

const post = (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetchSignedIn(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

const codesOf = async (response: Response): Promise<unknown[]> => {
  const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
  return errors.map(({ extensions }) => extensions.code);
};

describe('the audit of graphql-http', () => {
  test.each(serverAudits({ url: endpoint, fetchFn: fetchSignedIn }).map((audit) => [audit.name, audit] as const))(
    '%s',
    async (_name, audit) => {
      const result = await audit.fn();
      expect({ status: result.status, reason: 'reason' in result ? result.reason : undefined }).toEqual({
        status: 'ok',
        reason: undefined,
      });
    },
  );
});

describe('the media type of an answer', () => {
  test.each([
    ['*/*', 'application/json'],
    ['application/*', 'application/json'],
    [`${GRAPHQL}, application/json;q=0.9`, GRAPHQL],
    [`${GRAPHQL};q=0.5, application/json`, 'application/json'],
    ['text/html, application/json;q=0.1', 'application/json'],
  ])('for «%s» is %s', async (accept, type) => {
    const response = await post({ query: '{ __typename }' }, { accept });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, `${type}; charset=utf-8`]);
  });

  test('that nobody has is a 406', async () => {
    const response = await post({ query: '{ __typename }' }, { accept: 'text/plain' });
    expect(response.status).toBe(406);
    expect(await codesOf(response)).toEqual(['BAD_USER_INPUT']);
  });
});

describe('the status of a request that is refused', () => {
  const refusals: [string, object, string][] = [
    ['is no GraphQL', { query: '{' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['asks for an unknown field', { query: '{ nothing }' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['names no operation that there is', { query: 'query A { __typename }', operationName: 'B' }, 'BAD_USER_INPUT'],
    ['does not choose', { query: 'query A { __typename } query B { __typename }' }, 'BAD_USER_INPUT'],
    ['has variables that do not fit', { query: 'query Q($id: ID!) { customer(id: $id) { id } }' }, 'BAD_USER_INPUT'],
    ['has nothing to ask', {}, 'BAD_USER_INPUT'],
  ];

  test.each(refusals)('because it %s is 400 to those who take GraphQL’s type or anything', async (_why, body, code) => {
    for (const accept of [GRAPHQL, '*/*', `${GRAPHQL}, application/json`]) {
      const response = await post(body, { accept });
      expect(response.status).toBe(400);
      expect(await codesOf(response)).toEqual([code]);
    }
  });

  test.each(refusals)('because it %s is 200 to those who name JSON alone', async (_why, body, code) => {
    const response = await post(body, { accept: 'application/json' });
    expect(response.status).toBe(200);
    expect(await codesOf(response)).toEqual([code]);
  });

  test('is HTTP’s own for what is HTTP’s, whatever the media type', async () => {
    const bearer = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', authorization: 'Bearer nonsense' },
      body: '{"query":"{ __typename }"}',
    });
    expect([bearer.status, await codesOf(bearer)]).toEqual([401, ['UNAUTHENTICATED']]);
    const put = await fetch(endpoint, { method: 'PUT' });
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, POST']);
    const mutation = await fetchSignedIn(`${endpoint}?query=mutation%7B__typename%7D`, {
      headers: { accept: 'application/json' },
    });
    expect([mutation.status, mutation.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await post({ query: '{ __typename }' }, { 'content-type': 'application/xml' })).status).toBe(415);
    const latin = { 'content-type': 'application/json; charset=latin1' };
    expect((await post({ query: '{ __typename }' }, latin)).status).toBe(415);
    expect((await post({ query: '{ __typename }' }, { 'content-encoding': 'compress' })).status).toBe(415);
  });

  test('is 200 when only fields are denied', async () => {
    const response = await post({ query: '{ tenants { totalCount } }' }, { accept: GRAPHQL });
    expect([response.status, await codesOf(response)]).toEqual([200, ['FORBIDDEN']]);
  });
});

describe('a GET request', () => {
  const get = (search: string): Promise<Response> => fetchSignedIn(`${endpoint}?${search}`);

  test('chooses its operation and takes variables', async () => {
    const query = encodeURIComponent('query A { a: __typename } query B($n: String!) { b: __type(name: $n) { name } }');
    const response = await get(`query=${query}&operationName=B&variables=${encodeURIComponent('{"n":"Customer"}')}`);
    expect(await response.json()).toEqual({ data: { b: { name: 'Customer' } } });
  });

  test.each([
    ['a query given twice', 'query=%7B__typename%7D&query=%7Bme%7Bid%7D%7D'],
    ['variables that are no JSON', 'query=%7B__typename%7D&variables=%7B'],
    ['variables that are no object', 'query=%7B__typename%7D&variables=1'],
    ['extensions that are no object', 'query=%7B__typename%7D&extensions=[]'],
    ['nothing to ask', 'operationName=A'],
  ])('with %s is refused', async (_what, search) => {
    const response = await get(search);
    expect([response.status, await codesOf(response)]).toEqual([400, ['BAD_USER_INPUT']]);
  });
});

test('every answer names its request, is not kept, and is not taken for another type', async () => {
  const asked = { 'x-request-id': 'my-own-request' };
  for (const response of [
    await post({ query: '{ __typename }' }, asked),
    await post({ query: '{' }, asked),
    await post([], asked),
    await fetch(endpoint, { method: 'DELETE', headers: asked }),
  ]) {
    expect(response.headers.get('x-request-id')).toBe('my-own-request');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  }
});
