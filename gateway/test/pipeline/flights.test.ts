/** Identical queries that are under way at once are one; anything that is not identical is not. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Caller, Identity } from '@metatron/platform/identity';
import fc from 'fast-check';

import type { Arrival, Asked } from '../../src/pipeline/flow.ts';
import { keyOf } from '../../src/pipeline/flights.ts';
import { askPipeline, callerFor, type PipelineAnswer } from '../askPipeline.ts';
import { contextOf } from '../requestContexts.ts';
import { client, openTestPipeline, type TestPipeline } from './openTestPipeline.ts';

interface Parts {
  readonly identity: Identity;
  readonly variables: Asked['variables'];
  readonly credentials: string;
  readonly address: string;
  readonly userAgent: string;
}

/** Short, few, and full of what separates parts in JSON: equal ones and near misses are common. */
const text = fc.constantFrom('', 'a', 'b', ',', 'a,b', '"', '","', '\\', 'a","b', '[', 'null', '{}', '\u0000');
const role = fc.constantFrom('superadmin' as const, 'admin' as const, 'client' as const);
const identity: fc.Arbitrary<Identity> = fc.oneof(
  fc.record({ kind: fc.constant('user' as const), role, userId: text, tenantId: text, sessionId: text }),
  fc.record({ kind: fc.constant('key' as const), tenantId: text }),
  fc.constant({ kind: 'anonymous' as const }),
);
const value = fc.oneof(text, fc.constantFrom(0, 1, null, true), fc.array(text, { maxLength: 2 }));
const variables = fc.dictionary(fc.constantFrom('a', 'b', '__proto__', '"'), value, { maxKeys: 2 });
const parts: fc.Arbitrary<Parts> = fc.record({
  ...{ identity, variables, credentials: text, address: text, userAgent: text },
});

const copyOf = (one: Parts): Parts => JSON.parse(JSON.stringify(one)) as Parts;

const keyFor = ({ identity: who, variables: values, credentials, address, userAgent }: Parts): string | undefined => {
  const caller: Caller = { identity: who, requestId: String(Math.random()), address, userAgent };
  return keyOf({
    arrival: { credentials } as Arrival,
    asked: { variables: values } as Asked,
    context: contextOf(caller),
  });
};

describe('the key of a request', () => {
  test('is another’s exactly when every part is', () => {
    const pair = fc.oneof(
      fc.tuple(parts, parts),
      parts.map((one) => [one, copyOf(one)] as const),
    );
    fc.assert(
      fc.property(pair, ([one, other]) => {
        const isSame = isDeepStrictEqual(copyOf(one), copyOf(other));
        expect(keyFor(one) === keyFor(other)).toBe(isSame);
      }),
      { numRuns: 5_000 },
    );
  });

  test('is another as soon as one part is, whichever', () => {
    fc.assert(
      fc.property(parts, fc.constantFrom(...CHANGES), (one, change) => {
        expect(keyFor(change(one))).not.toBe(keyFor(one));
      }),
      { numRuns: 2_000 },
    );
  });

  test('does not look at the order of variables', () => {
    const base = { identity: client, credentials: '', address: '', userAgent: '' };
    const key = keyFor({ ...base, variables: { a: 1, b: { c: 2, d: 3 } } });
    expect(keyFor({ ...base, variables: { b: { d: 3, c: 2 }, a: 1 } })).toBe(key);
  });

  test.each([{ a: Infinity }, { a: '\uD800' }])('is none for variables that have no text of their own', (odd) => {
    expect(keyFor({ identity: client, credentials: '', address: '', userAgent: '', variables: odd })).toBeUndefined();
  });
});

const CHANGES: readonly ((one: Parts) => Parts)[] = [
  (one) => ({ ...one, credentials: `${one.credentials}x` }),
  (one) => ({ ...one, address: `${one.address}x` }),
  (one) => ({ ...one, userAgent: `${one.userAgent}x` }),
  (one) => ({ ...one, variables: { ...one.variables, c: 1 } }),
  (one) => ({ ...one, identity: one.identity.kind === 'anonymous' ? client : { kind: 'anonymous' } }),
  (one) => ({ ...one, identity: { ...client, ...one.identity, tenantId: 'another' } as Identity }),
  (one) => ({ ...one, identity: { ...client, ...one.identity, sessionId: 'another' } as Identity }),
];

let pipeline: TestPipeline;
let release: () => void;
let released: Promise<void>;
let signals: (AbortSignal | undefined)[] = [];

beforeAll(async () => {
  pipeline = await openTestPipeline(async (request) => {
    signals.push(request.signal);
    await released;
    return request.query.startsWith('mutation')
      ? { data: { logout: { ok: true } } }
      : { data: { me: { email: `${String(pipeline.asked.length)}@acme.example` } } };
  });
});

beforeEach(() => {
  pipeline.asked.length = 0;
  signals = [];
  released = new Promise((resolve) => (release = resolve));
});

afterAll(() => pipeline.stop());

const ME = '{ me { email } }';

const ask = (query = ME, arrival: Partial<Arrival> = {}, caller = callerFor(client)): Promise<PipelineAnswer> =>
  askPipeline(pipeline, caller, { query }, { requestId: caller.requestId, ...arrival });

/** Lets what has been asked get as far as its subgraph. */
const untilAsked = async (count: number): Promise<void> => {
  while (pipeline.asked.length < count) await sleep(1);
  await sleep(5);
};

const shared = async (): Promise<number> => (await pipeline.metrics.shared.get()).values[0]?.value ?? 0;

describe('queries that are under way at once', () => {
  test('are executed once when they are identical, and counted', async () => {
    const before = await shared();
    const asking = Array.from({ length: 10 }, () => ask());
    await untilAsked(1);
    release();
    const texts = (await Promise.all(asking)).map((answer) => answer.text);
    expect(new Set(texts)).toEqual(new Set(['{"data":{"me":{"email":"1@acme.example"}}}\n']));
    expect((await shared()) - before).toBe(9);
    expect((await ask()).text).toContain('2@');
  });

  test('are not when somebody else asks, or for something else, or to be told how', async () => {
    const asking = [
      ask(),
      ask(ME, { credentials: 'another token' }),
      ask(ME, {}, callerFor({ ...client, tenantId: 'globex' })),
      ask(ME, {}, callerFor({ ...client, sessionId: 'another' })),
      ask('{ me { email  } }'),
      ask(ME, { explains: true }),
      ask(ME, { explains: true }),
    ];
    await untilAsked(7);
    release();
    await Promise.all(asking);
    expect(pipeline.asked).toHaveLength(7);
  });

  test('never when they are mutations', async () => {
    const asking = [ask('mutation { logout { ok } }'), ask('mutation { logout { ok } }')];
    await untilAsked(2);
    release();
    await Promise.all(asking);
    expect(pipeline.asked).toHaveLength(2);
  });

  test('do not answer what is asked after a mutation with what was asked before it', async () => {
    const early = ask();
    await untilAsked(1);
    const open = release;
    released = Promise.resolve();
    await ask('mutation { logout { ok } }');
    expect((await ask()).text).toContain('3@');
    open();
    await early;
  });

  test('each name their own request in what went wrong', async () => {
    const asking = ['first-request', 'other-request'].map((id) =>
      ask('{ me { email } tenants { totalCount } }', {}, callerFor(client, id)),
    );
    await untilAsked(1);
    release();
    const answers = await Promise.all(asking);
    expect(pipeline.asked).toHaveLength(1);
    expect(answers.map(({ errors }) => errors?.map(({ extensions }) => extensions.requestId))).toEqual([
      ['first-request'],
      ['other-request'],
    ]);
  });

  test('go on when one who waits goes, and end when all are gone', async () => {
    const [one, other] = [new AbortController(), new AbortController()];
    const asking = [ask(ME, { signal: one.signal }), ask(ME, { signal: other.signal })];
    await untilAsked(1);
    one.abort();
    expect(signals[0]?.aborted).toBe(false);
    other.abort();
    expect(signals[0]?.aborted).toBe(true);
    const later = ask();
    await untilAsked(2);
    expect(signals[1]?.aborted).toBe(false);
    release();
    await Promise.all([...asking, later]);
  });
});
