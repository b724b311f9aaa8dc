import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { domains, type Domain } from '../../platform/src/domains.ts';
import { readEnvironment } from '../../platform/src/env.ts';
import { openKeyRing } from '../../platform/src/tokens.ts';
import { ask, closeSql, dataDirectory, sql, tokenOf, type Account } from '../../platform/test/kit.ts';
import { eventually } from '../../platform/test/programs.ts';

import { aThousandTimes, expectIncidents, incidentOf, sendFrom } from './incidents.ts';
import { endAll, launchService, serviceAddressOf, START_MS, type Launched } from './launch.ts';

const subgraphs = new Map<Domain, { readonly program: Launched; readonly url: string }>();
let endpoint: string;

async function startSubgraph(domain: Domain): Promise<void> {
  const program = launchService(domain);
  subgraphs.set(domain, { program, url: await serviceAddressOf(program) });
}

const urlOf = (domain: Domain): string => subgraphs.get(domain)?.url ?? '';

beforeAll(async () => {
  await Promise.all(domains.map(startSubgraph));
  const urls = Object.fromEntries(domains.map((domain) => [`SUBGRAPH_URL_${domain.toUpperCase()}`, urlOf(domain)]));
  // No DATA_DIR of databases: a gateway whose subgraphs run elsewhere needs none.
  const gateway = launchService('gateway', urls);
  endpoint = await serviceAddressOf(gateway);
}, START_MS);

afterAll(async () => {
  await endAll();
  await closeSql();
});

describe('a file', () => {
  test('goes through the gateway to the subgraph of another process, and back', async () => {
    const headers = { authorization: `Bearer ${await tokenOf('acme')}` };
    const body = 'a,b\n'.repeat(100_000);
    const upload = await fetch(`${endpoint}/media/uploads`, { method: 'PUT', headers, body });
    expect(upload.status).toBe(201);
    const { uploadId } = (await upload.json()) as { uploadId: string };
    const { data } = await ask(
      'mutation M($input: MediaFileCreateInput!) { mediaFileCreate(input: $input) { mediaFile { url } } }',
      { token: await tokenOf('acme'), variables: { input: { filename: 'a.csv', uploadId } }, endpoint },
    );
    const { url } = (data as unknown as { mediaFileCreate: { mediaFile: { url: string } } }).mediaFileCreate.mediaFile;
    const served = await fetch(`${endpoint}${url}`);
    expect(served.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
    expect(await served.text()).toBe(body);
    const direct = await fetch(new URL(url, urlOf('cms')));
    expect(direct.status).toBe(401);
  });

  test('that is refused before it was sent is refused with the reason', async () => {
    // More than all the buffers on its way hold: the answer is there while the caller is still sending.
    const body = Buffer.alloc(24 * 1024 * 1024);
    const put = async (path: string, headers: Readonly<Record<string, string>> = {}): Promise<number> =>
      (await fetch(`${endpoint}${path}`, { method: 'PUT', body, headers })).status;
    expect(await put('/media/uploads')).toBe(401);
    const headers = { authorization: `Bearer ${await tokenOf('acme')}` };
    expect(await put('/media/uploads?tenantId=globex', headers)).toBe(400);
  });
});

describe('the platform as separate processes answers with the bytes of the one process', () => {
  const oldest = 'first: 3, orderBy: { field: CREATED_AT, direction: ASC }';
  const cases: readonly {
    readonly title: string;
    readonly as?: Account;
    /** The code of the first error; without it, there is none. */
    readonly code?: string;
    readonly query: string;
  }[] = [
    {
      title: 'a catalogue with its cursors',
      as: 'acme',
      query:
        '{ plans(first: 5) { totalCount edges { cursor node { id name price { amount currency } } } pageInfo { hasNextPage endCursor } } }',
    },
    {
      title: 'the caller',
      as: 'acme',
      query: '{ me { id email role tenant { id name } tenants { id name } } }',
    },
    {
      title: 'a tenant’s own rows and their edges',
      as: 'acme',
      query: `{ customers(${oldest}) { edges { cursor node {
        id company status tags address createdAt
        leads(first: 2) { edges { node { title value { amount currency } } } }
        invoices(first: 2) { edges { node { invoiceNumber status } } }
      } } } }`,
    },
    {
      title: 'one tenant from seven services',
      as: 'superadmin',
      query: `{ tenant(id: "acme") {
        id name client { id name } billingOverview { mrr { amount currency } }
        users(${oldest}) { edges { node { email role } } }
        customers(${oldest}) { edges { node { company } } }
        contentItems(${oldest}) { edges { node { id status author { email } } } }
        invoices(${oldest}) { edges { node { invoiceNumber total { amount currency } } } }
        events(${oldest}) { edges { node { id user { id } } } }
        notifications(${oldest}) { edges { node { id } } }
      } }`,
    },
    {
      title: 'all tenants to staff',
      as: 'admin',
      query: `{ contentTypes(${oldest}) { edges { node { id name tenant { id name } } } } }`,
    },
    {
      title: 'an object that does not exist',
      as: 'acme',
      query: '{ customer(id: "00000000-0000-7000-8000-000000000000") { id } }',
    },
    {
      title: 'a field that is forbidden',
      as: 'acme',
      code: 'FORBIDDEN',
      query: '{ me { email } tenants(first: 1) { edges { node { id } } } }',
    },
    { title: 'nobody signed in', code: 'UNAUTHENTICATED', query: '{ me { email } plans(first: 1) { totalCount } }' },
    {
      title: 'a page that is too large',
      as: 'acme',
      code: 'BAD_USER_INPUT',
      query: '{ customers(first: 101) { edges { node { id } } } me { email } }',
    },
    { title: 'an id that is none', as: 'acme', code: 'BAD_USER_INPUT', query: '{ customer(id: "one") { id } }' },
    {
      title: 'a field that is not there',
      as: 'acme',
      code: 'GRAPHQL_VALIDATION_FAILED',
      query: '{ me { passwordHash } }',
    },
    {
      title: 'a mutation with user errors',
      as: 'acme',
      query:
        'mutation { leadCreate(input: { title: "", probability: 101 }) { lead { id } userErrors { field code message } } }',
    },
    {
      title: 'a login that is wrong',
      query:
        'mutation { login(input: { email: "nobody@nowhere.example", password: "wrong" }) { accessToken userErrors { field code message } } }',
    },
    {
      title: 'a mutation that is forbidden',
      as: 'acme',
      code: 'FORBIDDEN',
      query:
        'mutation { userCreate(input: { email: "x@acme.example", tenantId: "acme", role: CLIENT }) { user { id } userErrors { code } } }',
    },
  ];

  test.each(cases)('$title', async ({ as, code, query }) => {
    const token = as === undefined ? undefined : await tokenOf(as);
    const headers = { 'x-request-id': 'the-same-request' };
    const one = await ask(query, { token, headers });
    const nine = await ask(query, { token, headers, endpoint });
    expect(nine.text).toBe(one.text);
    expect(nine.status).toBe(one.status);
    expect(nine.errors?.[0]?.extensions.code).toBe(code);
  });
});

describe('a subgraph alone', () => {
  const post = (domain: Domain, token?: string): Promise<Response> =>
    fetch(urlOf(domain), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query: '{ _service { sdl } }' }),
    });

  test.each(domains)('threat 1: %s answers 401 to whoever is not the gateway', async (domain) => {
    const answers = await Promise.all([post(domain), post(domain, 'a.b.c'), post(domain, await tokenOf('superadmin'))]);
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(await answers[0].text()).not.toContain('type Query');
  });

  test('threat 1: whom it refuses leaves one incident, however often, that a superadmin sees', async () => {
    const from = '127.0.9.51';
    const to = urlOf('crm');
    const superadmin = await tokenOf('superadmin');
    const query = '{ customers { totalCount } }';
    await aThousandTimes(() => sendFrom({ from, to, query }));
    expect(await sendFrom({ from, to, query, token: superadmin })).toContain('UNAUTHENTICATED');
    await sendFrom({ from, to, route: ['GET', '/media/canary7f3a'] });
    const coordinates = ['crm:token_malformed', 'crm:token_misused'];
    await expectIncidents(from, [incidentOf('gateway_bypassed', 'high', { count: 1_002, coordinates })]);
    const [row] = await sql<{ id: string; row: string }>(
      'cdx',
      'SELECT id, row_to_json(s)::text AS row FROM security_events s WHERE ip_address = $1',
      [from],
    );
    expect(row?.row).not.toContain('canary');
    const list =
      '{ securityEvents(first: 100, filter: { kind: { eq: "gateway_bypassed" } }) { edges { node { id count } } } }';
    const { data } = await ask(list, { token: superadmin, endpoint });
    expect(JSON.stringify(data)).toContain(`{"id":"${row?.id ?? ''}","count":1002}`);
  });

  test('threat 1: answers 401 to the gateway’s word to another subgraph', async () => {
    const keys = await openKeyRing(readEnvironment({ DATA_DIR: dataDirectory }).signingKeysFile);
    const caller = { identity: { kind: 'platform' }, requestId: 'test', address: '', userAgent: '' } as const;
    expect((await post('crm', await keys.signCaller(caller, 'cms'))).status).toBe(401);
    expect((await post('cms', await keys.signCaller(caller, 'cms'))).status).toBe(200);
  });

  test('threat 1: refuses a body before it is parsed', async () => {
    expect((await fetch(urlOf('auth'), { method: 'POST', body: '{'.repeat(100_000) })).status).toBe(401);
  });
});

describe('one process less', () => {
  test(
    'threat 14: a subgraph that is killed costs its own fields alone, until it is back',
    async () => {
      const token = await tokenOf('acme');
      const query = '{ plans(first: 1) { totalCount } contentTypes(first: 1) { totalCount } me { email } }';
      const url = urlOf('cms');
      subgraphs.get('cms')?.program.child.kill('SIGKILL');
      await subgraphs.get('cms')?.program.ended;
      const { data, errors, text } = await ask(query, { token, endpoint });

      expect(data).toMatchObject({
        plans: { totalCount: expect.any(Number) },
        contentTypes: null,
        me: { email: 'client@acme.example' },
      });
      expect(errors).toMatchObject([{ path: ['contentTypes'], extensions: { code: 'SERVICE_UNAVAILABLE' } }]);
      expect(text).not.toMatch(/127\.0\.0\.1|localhost|ECONN/);
      const ready = await fetch(`${endpoint}/ready`);
      expect(ready.status).toBe(503);
      expect(await ready.json()).toMatchObject({ ready: false, parts: { cms: 'down', crm: 'ok' } });
      await serviceAddressOf(launchService('cms', { PORT: new URL(url).port }));
      await eventually(async () => {
        expect((await ask(query, { token, endpoint })).errors).toBeUndefined();
      }, 5_000);
    },
    START_MS,
  );
});
