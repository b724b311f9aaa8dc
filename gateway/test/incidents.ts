/** What the tests of denials share: requests from an address of their own, and what they leave in cdx. */
import { request } from 'node:http';
import { text } from 'node:stream/consumers';

import { expect } from '@jest/globals';

import { signIn, sql, tokenOf, url } from '../../platform/test/kit.ts';
import { fresh, mutate } from '../../platform/test/mutations.ts';
import { eventually } from '../../platform/test/programs.ts';

export interface Sent {
  readonly from: string;
  /** Where to; the gateway of all tests unless it says so. */
  readonly to?: string;
  readonly query?: string;
  readonly variables?: object;
  readonly operationName?: string;
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Beside GraphQL: a method and a path. */
  readonly route?: readonly [string, string];
}

/** Sends a request from an address of this machine, which no other test uses; the answer as text. */
export function sendFrom({
  from,
  to = `${url}/graphql`,
  query,
  variables,
  operationName,
  token,
  headers,
  route,
}: Sent): Promise<string> {
  const [method, path] = route ?? ['POST', to];
  return new Promise((resolve, reject) => {
    const bearer = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const options = {
      method,
      localAddress: from,
      headers: { 'content-type': 'application/json', ...bearer, ...headers },
    };
    const sent = request(new URL(path, to), options, (response) => {
      text(response).then(resolve, reject);
    });
    sent.on('error', reject).end(JSON.stringify({ query, variables, operationName }));
  });
}

/** An incident as `expectIncidents` finds it: of nobody known, once, unless it says more. */
export const incidentOf = (kind: string, severity: string, more: object = {}): object => ({
  tenant: 'platform',
  kind,
  severity,
  actor: null,
  count: 1,
  coordinates: [],
  ...more,
});

/** A thousand requests, fifty at a time. */
export async function aThousandTimes(send: () => Promise<unknown>): Promise<void> {
  for (let round = 0; round < 20; round += 1) await Promise.all(Array.from({ length: 50 }, send));
}

const INCIDENTS = `
SELECT tenant_id AS tenant, kind, severity, actor_id AS actor, count, 
       (SELECT coalesce(array_agg(c ORDER BY c), '{}') FROM jsonb_array_elements_text(details -> 'coordinates') AS c) AS coordinates
  FROM security_events WHERE ip_address = $1::inet ORDER BY kind, tenant_id, first_at`;

/** Waits until an address has left exactly these, by kind. */
export const expectIncidents = (address: string, expected: readonly object[]): Promise<void> =>
  eventually(async () => {
    expect(await sql('cdx', INCIDENTS, [address])).toEqual(expected);
  }, 10_000);

export interface Person {
  readonly id: string;
  readonly token: string;
  readonly refreshToken: string;
}

/** A new client of a tenant, signed in. */
export async function makeClient(tenantId: string): Promise<Person> {
  const account = { email: `${fresh('person')}@${tenantId}.example`, password: 'correct horse battery 7' };
  const input = { ...account, tenantId, role: 'CLIENT' };
  const token = await tokenOf('superadmin');
  const { user } = await mutate<{ readonly user: { readonly id: string } }>('userCreate', input, 'user { id }', {
    token,
  });
  const { accessToken, refreshToken } = await signIn(account);
  return { id: user.id, token: accessToken, refreshToken };
}
