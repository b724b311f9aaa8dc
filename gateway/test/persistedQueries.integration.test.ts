/** Automatic persisted queries, as Apollo Client uses them and as several gateways share them. */
import { createHash } from 'node:crypto';

import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLog } from '@metatron/platform/log';

import { tokenOf, url } from '../../platform/test/kit.ts';
import { fresh } from '../../platform/test/mutations.ts';
import { startRedis, type RedisServer } from '../../sync-jobs/test/kit.ts';
import { openQueryStore } from '../src/pipeline/queryStore.ts';
import { openRedis } from '../src/redis.ts';

import { askPipeline, callerFor, type PipelineAnswer } from './askPipeline.ts';
import { client, openTestPipeline, type TestPipeline } from './pipeline/openTestPipeline.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** An operation that nobody has sent before. */
const unheard = (fields = 'me { email }'): string => `query ${fresh('Q').replaceAll(/\W/g, '')} { ${fields} }`;

describe('Apollo Client', () => {
  async function openClient(useGETForHashedQueries: boolean) {
    const sent: string[] = [];
    const token = await tokenOf('acme');
    const link = new HttpLink({
      uri: `${url}/graphql`,
      headers: { authorization: `Bearer ${token}`, 'apollo-require-preflight': 'true' },
      fetch: (input, init) => {
        const isWhole =
          JSON.stringify([init?.body, input]).includes('query Q') || JSON.stringify(input).includes('query=');
        sent.push(`${init?.method ?? 'GET'} ${isWhole ? 'query' : 'hash'}`);
        return fetch(input, init);
      },
    });
    const persisted = new PersistedQueryLink({ sha256, useGETForHashedQueries });
    const apollo = new ApolloClient({ link: ApolloLink.from([persisted, link]), cache: new InMemoryCache() });
    const ask = async (query: string): Promise<unknown> =>
      (await apollo.query({ query: gql(query), fetchPolicy: 'no-cache' })).data;
    return { ask, sent };
  }

  test.each([
    [false, ['POST hash', 'POST query', 'POST hash']],
    [true, ['GET hash', 'POST query', 'GET hash']],
  ])('sends a query once, and then its hash (by GET: %j)', async (byGet, expected) => {
    const { ask, sent } = await openClient(byGet);
    const query = unheard();
    for (let time = 0; time < 2; time += 1)
      expect(await ask(query)).toMatchObject({ me: { email: 'client@acme.example' } });
    expect(sent).toEqual(expected);
  });
});

interface Persisted {
  readonly query?: string;
  readonly version?: unknown;
  readonly sha256Hash?: unknown;
}

const send = (pipeline: TestPipeline, { query, version = 1, sha256Hash }: Persisted): Promise<PipelineAnswer> =>
  askPipeline(pipeline, callerFor(client), { query, extensions: { persistedQuery: { version, sha256Hash } } });

const codesOf = ({ errors }: PipelineAnswer): unknown => errors?.map(({ extensions }) => extensions.code);

const answerMe = (): Promise<unknown> => Promise.resolve({ data: { me: { email: 'x' } } });
const log = createLog('silent');
let redis: RedisServer;
const stops: (() => Promise<void>)[] = [];

async function open(isShared: boolean): Promise<TestPipeline> {
  const connection = isShared ? openRedis(redis.url, log) : undefined;
  if (connection !== undefined) await new Promise((resolve) => connection.once('ready', resolve));
  const pipeline = await openTestPipeline(answerMe, { queries: openQueryStore(connection) });
  stops.push(async () => {
    connection?.disconnect();
    await pipeline.stop();
  });
  return pipeline;
}

beforeAll(async () => {
  redis = await startRedis();
});

afterAll(async () => {
  for (const stop of stops) await stop();
  await redis.stop();
});

describe('a hash', () => {
  test('that nobody has sent the query of is not found, and no failure of HTTP', async () => {
    const answer = await send(await open(false), { sha256Hash: sha256(unheard()) });
    expect([answer.status, codesOf(answer)]).toEqual([200, ['PERSISTED_QUERY_NOT_FOUND']]);
    expect(answer.errors?.[0]?.message).toBe('PersistedQueryNotFound');
  });

  test.each<[string, Persisted]>([
    ['of another query', { query: '{ me { id } }', sha256Hash: sha256('{ me { email } }') }],
    ['of another version', { query: '{ me { id } }', sha256Hash: sha256('{ me { id } }'), version: 2 }],
    ['that is none', { sha256Hash: '__proto__' }],
    ['that is no text', { sha256Hash: { a: 1 } }],
  ])('%s is refused', async (_what, persisted) => {
    expect(codesOf(await send(await open(false), persisted))).toEqual(['BAD_USER_INPUT']);
  });

  test('of a query that is not valid is not kept', async () => {
    const pipeline = await open(true);
    const query = unheard('nothing');
    expect(codesOf(await send(pipeline, { query, sha256Hash: sha256(query) }))).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    expect(codesOf(await send(pipeline, { sha256Hash: sha256(query) }))).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
  });

  test('is known to another gateway through Redis, and without one to this gateway alone', async () => {
    const [one, other, apart] = [await open(true), await open(true), await open(false)];
    const query = unheard();
    const sha256Hash = sha256(query);
    expect((await send(one, { query, sha256Hash })).data).toEqual({ me: { email: 'x' } });
    expect((await send(other, { sha256Hash })).data).toEqual({ me: { email: 'x' } });
    expect(codesOf(await send(apart, { sha256Hash }))).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
  });

  test('is not believed of what somebody else has written to Redis', async () => {
    const connection = openRedis(redis.url, log);
    await new Promise((resolve) => connection.once('ready', resolve));
    const sha256Hash = sha256(unheard());
    await connection.set(`metatron:query:${sha256Hash}`, '{ me { id } }');
    connection.disconnect();
    expect(codesOf(await send(await open(true), { sha256Hash }))).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
  });

  test('costs nothing but its own memory when Redis is gone', async () => {
    const [one, other] = [await open(true), await open(true)];
    const query = unheard();
    const sha256Hash = sha256(query);
    await redis.kill();
    expect((await send(one, { query, sha256Hash })).data).toEqual({ me: { email: 'x' } });
    expect((await send(one, { sha256Hash })).data).toEqual({ me: { email: 'x' } });
    expect(codesOf(await send(other, { sha256Hash }))).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
  });
});
