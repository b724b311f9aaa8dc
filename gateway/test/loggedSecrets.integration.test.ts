import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { ask, dataDirectory, LOGIN, password } from '../../platform/test/kit.ts';

import { addressOf, endAll, launch, type Launched } from './launch.ts';

const canary = (): string => `canary${randomBytes(8).toString('hex')}`;

let gateway: Launched;
let endpoint: string;

/** A gateway with all services in its process that logs whatever it can log. */
beforeAll(async () => {
  gateway = launch(['gateway/src/service.ts', 'gateway'], { DATA_DIR: dataDirectory, LOG_LEVEL: 'trace' });
  endpoint = await addressOf(gateway, /listens on (http\S+)/);
}, 60_000);

afterAll(endAll);

const login = (input: object) => ask(LOGIN, { endpoint, variables: { input } });

const CREATE =
  'mutation M($input: CustomerCreateInput!) { customerCreate(input: $input) { customer { id } userErrors { code } } }';

describe('threat 26: a log', () => {
  test('has nothing of what callers send, in what succeeds and in what fails', async () => {
    const sent: string[] = [];
    const next = (): string => {
      sent.push(canary());
      return sent.at(-1) ?? '';
    };
    const answer = await login({ email: 'client@acme.example', password });
    const { accessToken, refreshToken } = (answer.data as unknown as { login: Record<string, string> }).login;
    sent.push(password, accessToken ?? '', refreshToken ?? '');
    const token = accessToken;
    await login({ email: `${next()}@acme.example`, password: next() });
    await login({ email: 'client@acme.example', password: next() });
    await ask('{ me { id } }', { endpoint, token: `${next()}.${next()}.${next()}` });
    await ask('{ me { id } }', { endpoint, headers: { 'x-tenant-key': `pk_${next()}`, cookie: next() } });
    await ask(CREATE, { endpoint, token, variables: { input: { company: next(), email: `${next()}@x.example` } } });
    await ask(CREATE, { endpoint, token, variables: { input: { company: `${next()}\u0000`, email: next() } } });
    await ask(`{ customers(filter: { email: { eq: "${next()}" } }) { ${next()} } }`, { endpoint, token });
    await ask(`{ customer(id: "${next()}") { id } }`, { endpoint, token });
    await ask('mutation M($input: TokenRefreshInput!) { tokenRefresh(input: $input) { accessToken } }', {
      ...{ endpoint, variables: { input: { refreshToken: next() } } },
    });
    await fetch(`${endpoint}/graphql`, {
      method: 'POST',
      body: `{"${next()}`,
      headers: { 'content-type': 'application/json' },
    });
    const printed = gateway.output();
    expect(sent.filter((secret) => printed.includes(secret))).toEqual([]);
  });
});
