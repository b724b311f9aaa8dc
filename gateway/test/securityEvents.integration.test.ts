/** The collector of denials over the running cdx: what it keeps apart, how much, and what a failure costs. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { reportIncidents, type Incident } from '@metatron/platform/incidents/incident';
import { createLog } from '@metatron/platform/log';
import { anonymous, type Identity } from '@metatron/platform/identity';
import type { Subgraph } from '@metatron/platform/subgraph';
import { serveSubgraph } from '@metatron/platform/subgraphServer';
import { openKeyRing } from '@metatron/platform/tokens';

import { openSubgraph } from '../../platform/test/inProcess.ts';
import { closeSql, connections, dataDirectory, sql } from '../../platform/test/kit.ts';
import { fresh, NOBODY } from '../../platform/test/mutations.ts';
import { remoteLink } from '../src/remoteLink.ts';
import { openSecurityEvents } from '../src/securityEvents.ts';
import { asker, localLink, type SubgraphLink } from '../src/subgraphSource.ts';

import { expectIncidents, incidentOf } from './incidents.ts';
import { contextOf } from './requestContexts.ts';

const log = createLog('silent');
let cdx: Subgraph;

beforeAll(async () => {
  cdx = await openSubgraph('cdx');
});

afterAll(closeSql);

const person = (tenantId: string): Identity => ({
  kind: 'user',
  role: 'client',
  userId: randomUUID(),
  tenantId,
  sessionId: NOBODY,
});

const denialOf = (identity: Identity, address: string) => ({
  kind: 'field_denied' as const,
  caller: { identity, address, requestId: 'a-request' },
  coordinates: ['Query.tenants'],
});

describe('a flood of denials', () => {
  test('of very many callers is bounded, and what is beyond is one incident more', async () => {
    const from = '127.0.9.41';
    const count = async (): Promise<number> =>
      (
        await sql<{ count: number }>(
          'cdx',
          "SELECT coalesce(sum(count), 0)::int AS count FROM security_events WHERE kind = 'denials_overflow'",
        )
      )[0]!.count;
    const before = await count();
    const events = openSecurityEvents(localLink(cdx), log);
    for (let caller = 0; caller < 2_000; caller += 1) events.note(denialOf(person('acme'), from));
    await events.flush();
    for (let caller = 0; caller < 1_000; caller += 1) events.note(denialOf(person('acme'), from));
    await events.stop();
    expect(await sql('cdx', 'SELECT count FROM security_events WHERE ip_address = $1', [from])).toHaveLength(500);
    expect((await count()) - before).toBe(2_500);
  });

  test('loses none while cdx is away, and tells all once it is back', async () => {
    const from = '127.0.9.42';
    const away = remoteLink('cdx', 'http://127.0.0.1:9', await openKeyRing(join(dataDirectory, 'keys.json')));
    let link: SubgraphLink = away;
    const events = openSecurityEvents({ ...away, execute: (request) => link.execute(request) }, log);
    const [one, other] = [person('acme'), person('globex')];
    for (const identity of [one, one, other]) events.note(denialOf(identity, from));
    await events.flush();
    events.note(denialOf(one, from));
    await events.flush();
    link = localLink(cdx);
    await events.stop();
    const coordinates = ['Query.tenants'];
    const of = (identity: Identity, count: number): object =>
      incidentOf('field_denied', 'medium', {
        ...('userId' in identity ? { tenant: identity.tenantId, actor: identity.userId } : {}),
        ...{ count, coordinates },
      });
    await expectIncidents(from, [of(one, 3), of(other, 1)]);
  });
});

describe('what the gateway let pass and a service denies', () => {
  test('is an incident of high severity, by the schema’s names', async () => {
    const from = '127.0.9.43';
    const identity = person('acme');
    const events = openSecurityEvents(localLink(cdx), log);
    const ask = asker(localLink(cdx), log, events);
    const caller = { identity, address: from, requestId: 'a-request', userAgent: '' };
    const query = '{ canary: tenants(first: 1) { ...Page } } fragment Page on TenantConnection { mine: totalCount }';
    const context = contextOf(caller);
    const { errors } = await ask({ query }, context);
    expect(errors?.map(({ extensions }) => extensions['code'])).toEqual(['FORBIDDEN']);
    await events.stop();
    const actor = 'userId' in identity ? identity.userId : '';
    const more = { tenant: 'acme', actor, coordinates: ['cdx:tenants'] };
    await expectIncidents(from, [incidentOf('denied_by_service', 'high', more)]);
  });
});

describe('a service alone behind HTTP', () => {
  test('tells the gateway of a closed login as one in its process does', async () => {
    const from = '127.0.9.44';
    const keys = await openKeyRing(join(dataDirectory, 'keys.json'));
    const events = openSecurityEvents(localLink(cdx), log);
    const subgraph = await openSubgraph('auth');
    const server = await serveSubgraph({ subgraph, keys, host: '127.0.0.1', port: 0, events, log });
    try {
      const ask = asker(remoteLink('auth', server.url, keys), log, events);
      const caller = { identity: anonymous, address: from, requestId: 'a-request', userAgent: '' };
      const query = 'mutation ($input: LoginInput!) { login(input: $input) { accessToken } }';
      const variables = { input: { email: `${fresh('nobody')}@globex.example`, password: 'wrong' } };
      const context = contextOf(caller);
      for (let attempt = 0; attempt < 11; attempt += 1)
        expect(await ask({ query, variables }, context)).toMatchObject({
          data: { login: { accessToken: null } },
        });
    } finally {
      await events.stop();
      await server.stop();
    }
    await expectIncidents(from, [incidentOf('login_lockout', 'medium', { coordinates: ['Mutation.login'] })]);
  });
});

describe('a service that reports whom it refused', () => {
  const incident: Incident = {
    tenantId: 'platform',
    kind: 'gateway_bypassed',
    severity: 'high',
    caller: 'anonymous:127.0.9.45',
    ...{ actorId: null, ipAddress: '127.0.9.45', count: 1, firstAt: new Date(), lastAt: new Date(), details: {} },
  };

  test.each<[string, Partial<Incident>]>([
    ['a tenant', { tenantId: 'acme' }],
    ['a person', { actorId: NOBODY }],
  ])('may not name %s', async (_what, named) => {
    await expect(reportIncidents(connections(), 'crm', [{ ...incident, ...named }])).rejects.toThrow(
      'a service reports incidents of no tenant and no person',
    );
    await expectIncidents('127.0.9.45', []);
  });

  test('neither reads the incidents nor closes one', async () => {
    const crm = connections().as('cdx', { service: 'crm', privilege: 'sync' }, null);
    for (const statement of ['SELECT count(*) FROM security_events', "UPDATE security_events SET status = 'resolved'"])
      await expect(crm.query(statement)).rejects.toThrow('permission denied');
  });
});

describe('securityEventsReport', () => {
  test('is the gateway’s alone', async () => {
    const query = 'mutation { securityEventsReport(incidents: []) }';
    for (const identity of [person('acme'), { ...person('platform'), role: 'superadmin' }] as Identity[]) {
      const { data, errors } = await cdx.execute({
        query,
        caller: { identity, address: '', requestId: 'a-request', userAgent: '' },
      });
      expect(data).toEqual({ securityEventsReport: null });
      expect(errors?.map(({ extensions }) => extensions['code'])).toEqual(['FORBIDDEN']);
    }
  });
});
