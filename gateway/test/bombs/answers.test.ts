/** A service whose answers are bombs: the gateway in its own process, over one service that says what it is told. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { domains } from '@metatron/platform/domains';
import { openKeyRing } from '@metatron/platform/tokens';

import { ask, type Answer } from '../../../platform/test/kit.ts';
import { eventually } from '../../../platform/test/programs.ts';
import { addressOf, endAll, launch, START_MS } from '../launch.ts';
import { answering, FaultySubgraph, trickling, type Behaviour } from '../resilience/faultySubgraph.ts';

const directory = mkdtempSync(join(tmpdir(), 'answers-'));
const bomb = new FaultySubgraph();
const well = new FaultySubgraph();
let endpoint: string;
let token: string;

const SIGNED_IN = { data: { sessionState: { active: true } } };
const PLANS = { data: { plans: { totalCount: 3 } } };

/** Of everything but crm. */
const healthy: Behaviour = (response, asked, request) =>
  answering(asked.query.includes('sessionState(') ? SIGNED_IN : PLANS)(response, asked, request);

beforeAll(async () => {
  const keysFile = join(directory, 'keys.json');
  const keys = await openKeyRing(keysFile);
  well.behaviour = healthy;
  await Promise.all([bomb.start(), well.start()]);
  const urls = domains.map((domain): [string, string] => [
    `SUBGRAPH_URL_${domain.toUpperCase()}`,
    domain === 'crm' ? bomb.url : well.url,
  ]);
  const environment = { DATA_DIR: directory, SIGNING_KEYS_FILE: keysFile, ...Object.fromEntries(urls) };
  endpoint = await addressOf(launch(['gateway/src/service.ts', 'gateway'], environment), /listens on (http\S+)/);
  const ids = { userId: '00000000-0000-7000-8000-000000000001', sessionId: '00000000-0000-7000-8000-000000000002' };
  const identity = { ...({ kind: 'user', role: 'superadmin', tenantId: 'platform' } as const), ...ids };
  token = (await keys.signAccess({ identity, rightsVersion: 1 })).token;
}, START_MS);

afterAll(async () => {
  await endAll();
  await Promise.all([bomb.kill(), well.kill()]);
  rmSync(directory, { recursive: true });
});

/** The breaker may still rest from the bomb before. */
beforeEach(async () => {
  bomb.behaviour = answering({ data: { customers: { totalCount: 1 } } });
  await eventually(async () => {
    expect((await ask('{ customers { totalCount } }', { token, endpoint })).errors).toBeUndefined();
  }, 20_000);
});

const LIST = '{ customers(first: 2) { totalCount edges { node { id company } } } plans { totalCount } }';

/** With the other service's field beside it, in bounded memory. */
async function told(behaviour: Behaviour, query = LIST): Promise<Answer> {
  bomb.behaviour = behaviour;
  const before = await memory();
  const answer = await ask(query, { token, endpoint });
  expect(answer).toMatchObject({ status: 200, data: { plans: { totalCount: 3 } } });
  expect((await memory()) - before).toBeLessThan(512 * 2 ** 20);
  expect(answer.text).not.toMatch(/127\.0\.0\.1|node_modules|\.ts\b/);
  return answer;
}

async function memory(): Promise<number> {
  const text = await (await fetch(`${endpoint}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]);
}

const customers = (value: string): string => `{"data":{"customers":${value}}}`;
const node = (value: string): string => customers(`{"totalCount":1,"edges":[{"node":${value}}]}`);

describe('an answer that is none', () => {
  test.each<[string, Behaviour]>([
    ['of 15 MB that are no JSON', answering('x'.repeat(15 * 2 ** 20))],
    ['of more than an answer may have', answering(customers(`{"totalCount":1,"x":"${'x'.repeat(17 * 2 ** 20)}"}`))],
    [
      'compressed, which nobody asked for',
      (response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(customers('null'))),
    ],
    ['of a byte at a time', trickling],
    ['to another place', (response) => void response.writeHead(302, { location: 'http://169.254.169.254/' }).end()],
    ['of nothing', (response) => void response.writeHead(204).end()],
    [
      'with a head that does not end',
      (response) => void response.socket?.write(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(200_000)}`),
    ],
    ['in another protocol', (response) => void response.socket?.end('SSH-2.0-OpenSSH_9\r\n')],
    ['of lists in lists in the place of an object', answering(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)],
  ])('%s costs its own fields', async (_what, behaviour) => {
    const { data, errors } = await told(behaviour);
    expect(data?.['customers']).toBeNull();
    expect(errors).toMatchObject([{ path: ['customers'], extensions: { code: 'SERVICE_UNAVAILABLE' } }]);
  });
});

describe('an answer of another shape', () => {
  test.each([
    ['a text for an object', customers('"x"')],
    ['a list for an object', customers('[]')],
    ['an object for a list', customers('{"totalCount":1,"edges":{"node":1}}')],
    ['an object for a text', node('{"id":"1","company":{"a":1}}')],
    ['lists in lists without end', customers(`{"totalCount":1,"edges":${'['.repeat(50_000)}${']'.repeat(50_000)}}`)],
    [
      'objects in objects without end for a text',
      node(`{"id":"1","company":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`),
    ],
    ['a number past all numbers', customers('{"totalCount":1e999,"edges":[]}')],
  ])('as %s is null there, and breaks nothing', async (_what, body) => {
    const { text } = await told(answering(body));
    expect(text).not.toContain('[object');
  });

  test('as what nobody has asked for is left out', async () => {
    const { text } = await told(
      answering(`{"data":{"customers":{"totalCount":1,"edges":[],"secret":1},"other":1},"extensions":{"secret":1}}`),
    );
    expect(text).toBe('{"data":{"customers":{"totalCount":1,"edges":[]},"plans":{"totalCount":3}}}\n');
  });

  test('as a hundred thousand rows is given whole', async () => {
    const rows = Array.from({ length: 100_000 }, (_, nth) => `{"node":{"id":"${String(nth)}","company":null}}`);
    const { data, errors } = await told(answering(customers(`{"totalCount":1,"edges":[${rows.join(',')}]}`)));
    expect(errors).toBeUndefined();
    expect((data?.['customers'] as unknown as { edges: [] }).edges).toHaveLength(100_000);
  });

  test('as a hundred thousand errors is told without their words', async () => {
    const errors = Array.from({ length: 100_000 }, () => '{"message":"no at 10.0.0.1","path":["customers"]}');
    const answer = await told(answering(`{"data":{"customers":null},"errors":[${errors.join(',')}]}`));
    expect(answer.data?.['customers']).toBeNull();
    expect(new Set(answer.errors?.map(({ extensions }) => extensions.code))).toEqual(
      new Set(['INTERNAL_SERVER_ERROR']),
    );
    expect(answer.text).not.toContain('10.0.0.1');
  });
});

test.each(['__proto__', 'constructor', 'prototype'])(
  'CVE-2026-32621: %s in an answer becomes nobody’s',
  async (name) => {
    const polluted = `{"totalCount":1,"edges":[],"${name}":{"company":"polluted","toJSON":1,"errors":[1]}}`;
    const { text } = await told(
      answering(`{"${name}":{"polluted":1},"data":{"customers":${polluted},"${name}":{"plans":null}}}`),
    );
    expect(text).toBe('{"data":{"customers":{"totalCount":1,"edges":[]},"plans":{"totalCount":3}}}\n');
    // Of the next request neither.
    expect((await told(answering(node('{"id":"1"}')))).text).not.toContain('polluted');
  },
);
