/** What our executor does not handle, Apollo's runs, and `/metrics` says how often. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { createLog } from '../../platform/src/log.ts';
import { domains } from '../../platform/src/domains.ts';
import { buildAccessTable } from '../src/accessTable.ts';
import { Metrics } from '../src/metrics.ts';
import { openQueryStore } from '../src/pipeline/queryStore.ts';
import { openPipeline, type Pipeline } from '../src/pipeline/pipeline.ts';
import type { SubgraphLink } from '../src/subgraphSource.ts';
import { readSupergraph } from '../src/supergraph.ts';

import { askPipeline, callerFor } from './askPipeline.ts';

const metrics = new Metrics();
const asked: string[] = [];
let pipeline: Pipeline;

/** Answers null to everything. */
const link = (domain: SubgraphLink['domain']): SubgraphLink => ({
  domain,
  address: null,
  execute: ({ query }) => {
    asked.push(query);
    return Promise.resolve({ data: { plans: { totalCount: 3 } } });
  },
  serve: () => Promise.resolve(),
  ping: () => Promise.resolve(),
});

beforeAll(async () => {
  const { sdl, owners } = readSupergraph();
  pipeline = await openPipeline({
    supergraphSdl: sdl,
    buildTable: (schema) => buildAccessTable(schema, owners),
    links: new Map(domains.map((domain) => [domain, link(domain)])),
    metrics,
    events: { note: () => undefined },
    log: createLog('silent'),
    executor: 'metatron',
    queries: openQueryStore(undefined),
  });
});

afterAll(() => pipeline.stop());

const client = { kind: 'user', role: 'client', userId: 'u', tenantId: 'acme', sessionId: 's' } as const;

const ask = (query: string, variables: Record<string, unknown>) =>
  askPipeline(pipeline, callerFor(client), { query, variables });

const fallbacks = async (): Promise<number> => {
  const { values } = await metrics.fallbacks.get();
  return values.reduce((sum, { value }) => sum + value, 0);
};

const query = 'query ($deep: Boolean = true) { plans(first: 1) { totalCount @include(if: $deep) } }';

test('what it handles is not counted', async () => {
  expect(await ask(query, {})).toMatchObject({ data: { plans: { totalCount: 3 } } });
  expect((await ask(query, { deep: false })).data).toEqual({ plans: {} });
  expect(await fallbacks()).toBe(0);
});

test('a condition that is null is left to Apollo, by its reason', async () => {
  const { errors } = await ask(query, { deep: null });
  expect(errors).toHaveLength(1);
  expect((await metrics.fallbacks.get()).values).toEqual([
    { labels: { reason: 'a condition that is no Boolean' }, value: 1 },
  ]);
});

test('variables that do not fit are refused before a subgraph is asked', async () => {
  const before = asked.length;
  const { errors } = await ask('query ($first: Int!) { plans(first: $first) { totalCount } }', { first: 'x' });
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
  expect(asked).toHaveLength(before);
});
