/** Every denial leaves a security event with who it was, whose tenant, and how often. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from '@jest/globals';
import { generateKeyPair, importJWK, SignJWT, type CryptoKey, type JWK } from 'jose';

import { closeSql, dataDirectory, LOGIN, read, sql, tokenOf } from '../../platform/test/kit.ts';
import { countOf, fresh, NOBODY } from '../../platform/test/mutations.ts';

import { aThousandTimes, expectIncidents, incidentOf, makeClient, sendFrom } from './incidents.ts';

const CANARY = 'canary7f3a';

afterAll(closeSql);

describe('a field that is denied', () => {
  test('threat 26: leaves one incident of its caller, with names of the schema and no word of the caller’s', async () => {
    const from = '127.0.9.1';
    const { token, id } = await makeClient('globex');
    const asked = { from, token, headers: { 'user-agent': CANARY } };
    await sendFrom({ ...asked, query: `{ ${CANARY}: auditLog(first: 7) { totalCount } }` });
    await sendFrom({
      ...asked,
      query:
        'query Q($name: String!) { me { tenant { crmSummary { totalLeads } } } tenants(filter: { name: { eq: $name } }) { totalCount } }',
      variables: { name: CANARY },
    });
    const query = 'mutation M($input: TenantCreateInput!) { tenantCreate(input: $input) { tenant { id } } }';
    await sendFrom({ ...asked, query, variables: { input: { id: CANARY, name: CANARY, clientId: NOBODY } } });
    const coordinates = ['Mutation.tenantCreate', 'Query.auditLog', 'Query.tenants', 'Tenant.crmSummary'];
    await expectIncidents(from, [
      incidentOf('field_denied', 'medium', { tenant: 'globex', actor: id, count: 3, coordinates }),
    ]);
    const rows = await sql<{ row: string }>(
      'cdx',
      'SELECT row_to_json(s)::text AS row FROM security_events s WHERE actor_id = $1',
      [id],
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.row).not.toContain(CANARY);
    const list = `{ securityEvents(filter: { actorId: { eq: "${id}" } }) { edges { node { kind count actor { id } } } } }`;
    expect(await read(list, { token: await tokenOf('superadmin') })).toEqual({
      securityEvents: { edges: [{ node: { kind: 'field_denied', count: 3, actor: { id } } }] },
    });
  });

  test('to nobody in particular is theirs who share the address', async () => {
    const from = '127.0.9.2';
    await sendFrom({ from, query: '{ me { id } }' });
    await sendFrom({ from, query: '{ __schema { types { name } } }' });
    const coordinates = ['Query.__schema', 'Query.me'];
    await expectIncidents(from, [incidentOf('sign_in_required', 'low', { count: 2, coordinates })]);
  });

  test('to a publishable key is its tenant’s', async () => {
    const from = '127.0.9.3';
    await sendFrom({
      from,
      query: '{ users { totalCount } }',
      headers: { 'x-tenant-key': 'pk_demo_acme_publishable' },
    });
    await expectIncidents(from, [
      incidentOf('field_denied', 'medium', { tenant: 'acme', coordinates: ['Query.users'] }),
    ]);
  });

  test('is none when another operation of the document asks for it', async () => {
    const from = '127.0.9.4';
    const { token, id } = await makeClient('globex');
    const query = 'query A { me { id } } query B { syncStatus { source } }';
    expect(await sendFrom({ from, token, query, operationName: 'A' })).toContain(id);
    await sendFrom({ from, token, query, operationName: 'B' });
    const more = { tenant: 'globex', actor: id, coordinates: ['Query.syncStatus'] };
    await expectIncidents(from, [incidentOf('field_denied', 'medium', more)]);
  });

  test('a thousand times is one row that counts a thousand', async () => {
    const from = '127.0.9.5';
    const { token, id } = await makeClient('globex');
    const query = '{ syncStatus { source } }';
    await aThousandTimes(() => sendFrom({ from, token, query }));
    const more = { tenant: 'globex', actor: id, count: 1_000, coordinates: ['Query.syncStatus'] };
    await expectIncidents(from, [incidentOf('field_denied', 'medium', more)]);
  });

  test('again after the incident was closed opens another', async () => {
    const from = '127.0.9.6';
    const { token, id } = await makeClient('globex');
    const query = '{ syncStatus { source } }';
    const incident = incidentOf('field_denied', 'medium', {
      tenant: 'globex',
      actor: id,
      coordinates: ['Query.syncStatus'],
    });
    await sendFrom({ from, token, query });
    await expectIncidents(from, [incident]);
    await sql('cdx', "UPDATE security_events SET status = 'resolved' WHERE actor_id = $1", [id]);
    await sendFrom({ from, token, query });
    await expectIncidents(from, [incident, incident]);
  });
});

describe('a tenant’s caller that names a tenant', () => {
  test('leaves an incident without the tenant that it named', async () => {
    const from = '127.0.9.11';
    const { token, id } = await makeClient('globex');
    await sendFrom({ from, token, query: '{ customers(filter: { tenantId: { eq: "acme" } }) { totalCount } }' });
    const more = { tenant: 'globex', actor: id, coordinates: ['Query.customers'] };
    await expectIncidents(from, [incidentOf('tenant_named', 'medium', more)]);
  });
});

describe('a token that is refused', () => {
  const sign = async (more: object, expires: string, key?: CryptoKey, audience = 'metatron:gateway') => {
    const { current, keys } = JSON.parse(readFileSync(join(dataDirectory, 'keys.json'), 'utf8')) as {
      readonly current: string;
      readonly keys: JWK[];
    };
    const claims = { sub: NOBODY, tid: 'globex', role: 'superadmin', sid: NOBODY, rv: 1, ...more };
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: current })
      .setIssuer('metatron')
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(expires)
      .sign(key ?? (await importJWK(keys[0]!, 'EdDSA')));
  };
  const unsigned = (): string =>
    `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${Buffer.from('{"role":"superadmin"}').toString('base64url')}.`;

  test('is believed of whom it was when we signed it, and not when it is forged', async () => {
    const from = '127.0.9.21';
    const query = '{ me { id } }';
    const { id, token } = await makeClient('globex');
    await sendFrom({ from, query, token: await sign({ sub: id }, '-1m') });
    await sendFrom({ from, query, token: await sign({ sub: id }, '5m', (await generateKeyPair('EdDSA')).privateKey) });
    await sendFrom({ from, query, token: unsigned() });
    await sendFrom({ from, query, token: await sign({ sub: id }, '5m', undefined, 'metatron:subgraph:crm') });
    await sendFrom({ from, query, token: 'nonsense' });
    await sendFrom({ from, query, token: await sign({ sub: id }, '5m') });
    await sendFrom({ from, query, headers: { 'x-tenant-key': 'pk_nobody_has_this' } });
    expect(await sendFrom({ from, query, token })).toContain(id);
    await expectIncidents(from, [
      incidentOf('key_refused', 'low'),
      incidentOf('token_ended', 'low', { tenant: 'globex', actor: id }),
      incidentOf('token_expired', 'low', { tenant: 'globex', actor: id }),
      incidentOf('token_forged', 'high', { count: 2 }),
      incidentOf('token_malformed', 'low'),
      incidentOf('token_misused', 'high'),
    ]);
  });

  test('at a route beside GraphQL is one too, and so is a route that is denied', async () => {
    const from = '127.0.9.22';
    const route = ['PUT', '/media/uploads'] as const;
    await sendFrom({ from, route, token: 'nonsense' });
    await sendFrom({ from, route });
    await expectIncidents(from, [
      incidentOf('route_denied', 'medium', { coordinates: ['PUT /media/uploads'] }),
      incidentOf('token_malformed', 'low'),
    ]);
  });
});

describe('a refresh token that is used again', () => {
  const query =
    'mutation M($input: TokenRefreshInput!) { tokenRefresh(input: $input) { refreshToken userErrors { code } } }';
  const variablesOf = (refreshToken: string) => ({ input: { refreshToken } });

  test('threat 17: a thousand times is one row that counts a thousand, of whom it was stolen from', async () => {
    const from = '127.0.9.32';
    const { id, refreshToken } = await makeClient('globex');
    const next = async (token: string): Promise<string> => {
      const { tokenRefresh } = await read<{ readonly tokenRefresh: { readonly refreshToken: string } }>(query, {
        variables: variablesOf(token),
      });
      return tokenRefresh.refreshToken;
    };
    await next(await next(refreshToken));
    const silent = query.replace('userErrors { code }', '');
    await aThousandTimes(async () => {
      const answer = await sendFrom({ from, query: silent, variables: variablesOf(refreshToken) });
      expect(answer).toBe('{"data":{"tokenRefresh":{"refreshToken":null}}}\n');
    });
    const more = { tenant: 'globex', actor: id, count: 1_000, coordinates: ['Mutation.tokenRefresh'] };
    await expectIncidents(from, [incidentOf('refresh_token_reuse', 'high', more)]);
    const rows = await sql<{ row: string }>(
      'cdx',
      'SELECT row_to_json(s)::text AS row FROM security_events s WHERE actor_id = $1',
      [id],
    );
    expect(rows[0]?.row).not.toContain(refreshToken);
    expect(await countOf('auth', "auth_events WHERE user_id = $1 AND event_type = 'token_reuse'", [id])).toBe(1);
    const list = `{ securityEvents(filter: { actorId: { eq: "${id}" } }) { edges { node { kind count severity } } } }`;
    expect(await read(list, { token: await tokenOf('superadmin') })).toEqual({
      securityEvents: { edges: [{ node: { kind: 'refresh_token_reuse', count: 1_000, severity: 'HIGH' } }] },
    });
  });

  test('threat 17: by three at once is a race, and no incident', async () => {
    const from = '127.0.9.33';
    const { refreshToken } = await makeClient('globex');
    await Promise.all([1, 2, 3].map(() => sendFrom({ from, query, variables: variablesOf(refreshToken) })));
    await sendFrom({ from, query: '{ me { id } }' });
    await expectIncidents(from, [incidentOf('sign_in_required', 'low', { coordinates: ['Query.me'] })]);
  });
});

describe('a login that is closed', () => {
  test('leaves an incident though nobody asked why', async () => {
    const from = '127.0.9.31';
    const email = `${fresh('nobody')}@globex.example`;
    const variables = { input: { email, password: CANARY } };
    for (let attempt = 0; attempt < 10; attempt += 1) await sendFrom({ from, query: LOGIN, variables });
    const silent = LOGIN.replace('userErrors { field code message }', '');
    expect(await sendFrom({ from, query: silent, variables })).not.toContain('THROTTLED');
    await expectIncidents(from, [incidentOf('login_lockout', 'medium', { coordinates: ['Mutation.login'] })]);
  });
});
