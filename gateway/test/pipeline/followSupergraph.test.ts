/** Another supergraph while requests come: none is dropped, none is answered by half of each. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createLog } from '@metatron/platform/log';
import { parse, print, visit, type GraphQLSchema } from 'graphql';

import { buildAccessTable } from '../../src/accessTable.ts';
import { followSupergraph } from '../../src/followSupergraph.ts';
import { readSupergraph, supergraphFile } from '../../src/supergraph.ts';
import { askPipeline, callerFor, type PipelineAnswer } from '../askPipeline.ts';
import { client, openTestPipeline, type TestPipeline } from './openTestPipeline.ts';

const whole = readFileSync(supergraphFile, 'utf8');
const ID = '01890000-0000-7000-8000-000000000001';
const me = { me: { __typename: 'User', id: ID, email: 'a@b.example', lastLogin: null } };
const query = '{ me { id email lastLogin } }';
/** As it is composed when a subgraph no longer has a field. */
const without = print(
  visit(parse(whole), {
    ObjectTypeDefinition: ({ name }) => (name.value === 'User' ? undefined : false),
    FieldDefinition: ({ name }) => (name.value === 'lastLogin' ? null : undefined),
  }),
);

const PATIENCE_MS = 20_000;

let directory: string;
let file: string;
let pipeline: TestPipeline;
let unfollow: () => void;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'metatron-supergraph-'));
  file = join(directory, 'supergraph.graphql');
  writeFileSync(file, whole);
  pipeline = await openTestPipeline(async () => {
    await sleep(5);
    return { data: me };
  });
  unfollow = followSupergraph({ file, sdl: whole, pipeline, metrics: pipeline.metrics, log: createLog('silent') });
});

afterEach(async () => {
  unfollow();
  await pipeline.stop();
  rmSync(directory, { recursive: true });
});

const ask = (text = query): Promise<PipelineAnswer> => askPipeline(pipeline, callerFor(client), { query: text });

async function counted(outcome: 'used' | 'refused'): Promise<number> {
  const { values } = await pipeline.metrics.supergraphs.get();
  return values.find(({ labels }) => labels.outcome === outcome)?.value ?? 0;
}

async function until(outcome: 'used' | 'refused', count: number): Promise<PipelineAnswer[]> {
  const answers: PipelineAnswer[] = [];
  const end = Date.now() + PATIENCE_MS;
  while ((await counted(outcome)) < count && Date.now() < end) answers.push(await ask());
  return answers;
}

test('another supergraph is used from when it is ready, and every request before and after has its answer', async () => {
  expect((await ask()).data).toEqual({ me: { id: ID, email: 'a@b.example', lastLogin: null } });
  writeFileSync(file, without);
  const answers = await until('used', 1);
  expect(answers.length).toBeGreaterThan(0);
  const refusals = answers.flatMap(({ errors }) => errors ?? []).map(({ extensions }) => extensions.code);
  expect(refusals.every((code) => code === 'GRAPHQL_VALIDATION_FAILED')).toBe(true);
  expect((await ask()).errors?.[0]?.message).toBe('Cannot query field "lastLogin" on type "User".');
  expect((await ask('{ me { id email } }')).data).toEqual({ me: { id: ID, email: 'a@b.example' } });
}, 40_000);

test('one that cannot be used leaves the one before in its place', async () => {
  for (const [index, text] of ['type Query { half', whole.replaceAll(/\bCRM\b/g, 'ERP')].entries()) {
    writeFileSync(file, text);
    const answers = await until('refused', index + 1);
    expect([...answers, await ask()].flatMap(({ errors }) => errors ?? [])).toEqual([]);
  }
}, 40_000);

test('what was asked of the one before is planned for the next', async () => {
  await ask();
  await ask('query Mine { me { id } }');
  const buildTable = (schema: GraphQLSchema) => buildAccessTable(schema, readSupergraph(file).owners);
  expect(await pipeline.replace({ supergraphSdl: without, buildTable })).toBe(1);
  expect(await pipeline.replace({ supergraphSdl: whole, buildTable })).toBe(1);
}, 40_000);
