/** The way through all stages: what each of them refuses, hands on and counts. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PublicError } from '@metatron/platform/errors';
import { anonymous } from '@metatron/platform/identity';

import { askPipeline, callerFor } from '../askPipeline.ts';
import { client, openTestPipeline, type TestPipeline } from './openTestPipeline.ts';

const ME = { data: { me: { __typename: 'User', email: 'x@acme.example', id: 'u' } } };
let reply: () => Promise<unknown>;
let pipeline: TestPipeline;

beforeAll(async () => {
  pipeline = await openTestPipeline(() => reply());
});

afterAll(() => pipeline.stop());

const ask = (query: string, variables: Record<string, unknown> = {}) => {
  pipeline.asked.length = 0;
  return askPipeline(pipeline, callerFor(client), { query, variables });
};

async function countsOf(): Promise<Readonly<Record<string, number>>> {
  const { values } = await pipeline.metrics.stageSeconds.get();
  const counts = values.filter(({ metricName }) => metricName?.endsWith('_count'));
  return Object.fromEntries(counts.map(({ labels, value }) => [String(labels.stage), value]));
}

const stages = ['receive', 'identify', 'parse', 'limit', 'authorise', 'plan', 'execute', 'complete', 'serialise'];

describe('each stage is timed as often as it is reached', () => {
  const broken: [string, string, Record<string, unknown>][] = [
    ['parse', '{ nothing }', {}],
    [
      'limit',
      '{ a: me { id } tenants(first: 100) { edges { node { customers(first: 100) { edges { node { leads(first: 100) { edges { node { id } } } } } } } } } }',
      {},
    ],
    ['authorise', '{ customers(filter: { tenantId: { eq: "acme" } }) { totalCount } }', {}],
    ['plan', 'query Q($id: ID!) { customer(id: $id) { id } }', {}],
  ];

  test.each(broken)('up to `%s`, which refuses, and nobody is asked', async (stage, query, variables) => {
    const before = await countsOf();
    const { errors, status, isRequestError, outcome } = await ask(query, variables);
    expect(errors).toHaveLength(1);
    expect({ status, isRequestError, outcome }).toEqual({ status: 400, isRequestError: true, outcome: 'errors' });
    const after = await countsOf();
    const reached = stages.filter((name) => (after[name] ?? 0) > (before[name] ?? 0));
    expect(reached).toEqual(stages.slice(0, stages.indexOf(stage)));
    expect(pipeline.asked).toEqual([]);
  });

  test('through all of them when nothing is wrong', async () => {
    reply = () => Promise.resolve(ME);
    const before = await countsOf();
    expect(await ask('{ me { email } }')).toMatchObject({
      text: '{"data":{"me":{"email":"x@acme.example"}}}\n',
      outcome: 'ok',
    });
    const after = await countsOf();
    expect(stages.map((name) => (after[name] ?? 0) - (before[name] ?? 0))).toEqual(stages.map(() => 1));
  });
});

describe('a variable’s default counts as if it were given', () => {
  test.each([
    'query Q($t: ID = "acme") { customers(filter: { tenantId: { eq: $t } }) { totalCount } }',
    'query Q($f: CustomerFilter = { tenantId: { eq: "acme" } }) { customers(filter: $f) { totalCount } }',
  ])('to name a tenant: %s', async (query) => {
    expect(await ask(query)).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    expect(pipeline.asked).toEqual([]);
  });

  test('to include what is allowed and what is not', async () => {
    reply = () => Promise.resolve(ME);
    const query =
      'query Q($yes: Boolean = true) { me @include(if: $yes) { email } syncStatus @include(if: $yes) { source } }';
    const { data, errors } = await ask(query);
    expect(data).toEqual({ me: { email: 'x@acme.example' }, syncStatus: null });
    expect(errors).toMatchObject([{ path: ['syncStatus'], extensions: { code: 'FORBIDDEN' } }]);
    expect((await ask(query, { yes: false })).data).toEqual({});
  });
});

describe('a refusal is told in one way', () => {
  test.each([
    ['UNAUTHENTICATED', 401],
    ['FORBIDDEN', 403],
    ['THROTTLED', 429],
    ['SERVICE_UNAVAILABLE', 503],
  ] as const)('%s as %i', async (code, status) => {
    const identify = () => Promise.reject(new PublicError(code, 'Because.'));
    const answer = await askPipeline(pipeline, callerFor(client), { query: '{ me { id } }' }, { identify });
    expect({ ...answer }).toMatchObject({ status, isRequestError: false });
    expect(answer.text).toBe(
      `{"errors":[{"message":"Because.","extensions":{"code":"${code}","requestId":"a-request"}}]}\n`,
    );
  });

  test('what is nobody’s refusal is masked', async () => {
    const receive = () => Promise.reject(new TypeError('x of undefined at 10.0.0.1'));
    const answer = await askPipeline(pipeline, callerFor(client), {}, { receive });
    expect(answer.status).toBe(500);
    expect(answer.text).toBe(
      '{"errors":[{"message":"Something went wrong on our side.","extensions":{"code":"INTERNAL_SERVER_ERROR","requestId":"a-request"}}]}\n',
    );
  });
});

describe('an error of a service', () => {
  test.each([
    [
      'with a code of the contract is told',
      { message: 'No.', extensions: { code: 'FORBIDDEN', serviceName: 'auth' } },
      'No.',
      'FORBIDDEN',
    ],
    [
      'without its suggestion',
      { message: 'No. Did you mean "secret"?', extensions: { code: 'BAD_USER_INPUT' } },
      'No.',
      'BAD_USER_INPUT',
    ],
    [
      'with another code is masked',
      { message: 'SELECT 1', extensions: { code: 'X' } },
      'Something went wrong on our side.',
      'INTERNAL_SERVER_ERROR',
    ],
    [
      'without a code is masked',
      { message: 'at 10.0.0.1' },
      'Something went wrong on our side.',
      'INTERNAL_SERVER_ERROR',
    ],
  ])('%s', async (_what, error, message, code) => {
    reply = () => Promise.resolve({ data: { me: null }, errors: [{ path: ['me'], ...error }] });
    const { text, status } = await ask('{ me { email } }');
    const told = { message, path: ['me'], extensions: { code, requestId: 'a-request' } };
    expect([status, JSON.parse(text)]).toEqual([200, { errors: [told], data: { me: null } }]);
  });
});

describe('what a caller may not use', () => {
  test('is null, told once, noted, and never asked for', async () => {
    reply = () => Promise.resolve(ME);
    pipeline.denials.length = 0;
    const { data, errors } = await ask(
      '{ me { email } a: tenants { totalCount } ...F } fragment F on Query { a: tenants { totalCount } }',
    );
    expect(data).toEqual({ me: { email: 'x@acme.example' }, a: null });
    expect(errors?.map(({ extensions, path }) => [extensions.code, path])).toEqual([
      ['FORBIDDEN', ['a']],
      ['FORBIDDEN', ['a']],
    ]);
    expect(pipeline.asked.map(({ query }) => query)).toEqual(['{me{email}}']);
    expect(pipeline.denials).toMatchObject([{ kind: 'field_denied', coordinates: ['Query.tenants'] }]);
  });

  test('is not used by a plan that was made for somebody who may', async () => {
    reply = () => Promise.resolve({ data: { tenants: { totalCount: 3 }, me: null } });
    const query = '{ tenants { totalCount } me { id } }';
    const asAdmin = await askPipeline(pipeline, callerFor({ ...client, role: 'superadmin' }), { query });
    expect(asAdmin.data).toEqual({ tenants: { totalCount: 3 }, me: null });
    expect((await ask(query)).data).toEqual({ tenants: null, me: null });
    const stranger = await askPipeline(pipeline, callerFor(anonymous), { query });
    expect(stranger.errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
  });
});

test('a denied field does not cost what is included by a default', async () => {
  reply = () => Promise.resolve(ME);
  const { data } = await ask(
    'query ($with: Boolean = true) { me @include(if: $with) { email } syncStatus { source } }',
  );
  expect(data).toEqual({ me: { email: 'x@acme.example' }, syncStatus: null });
});

test('a field that has a key’s name is itself, and the services are asked for the key', async () => {
  reply = () => Promise.resolve({ data: { me: { asked_id: 'x@acme.example', id: 'u' } } });
  const { data } = await ask('{ me { id: email } }');
  expect(data).toEqual({ me: { id: 'x@acme.example' } });
});
