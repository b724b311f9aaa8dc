/** What the tests of the running platform share: requests, sign-ins, and SQL as the domains' services. */
import pg from 'pg';

import { Connections } from '../src/database/connections.ts';
import type { DatabaseAddresses } from '../src/database/pools.ts';
import { findRunningCluster, type EmbeddedCluster } from '../src/database/embedded.ts';
import { readPasswords, type Passwords } from '../src/database/passwords.ts';
import { perDomain, type Domain } from '../src/domains.ts';
import { readEnvironment } from '../src/env.ts';
import { createLog } from '../src/log.ts';

const required = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: the tests run through jest.config.js`);
  return value;
};

export const url = required('METATRON_TEST_URL');
export const dataDirectory = required('METATRON_TEST_DATA_DIR');
export const password = required('METATRON_TEST_PASSWORD');

export interface GraphQLError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string; readonly requestId?: string };
}

export interface Answer {
  readonly status: number;
  // Tests read into answers freely; a wrong path fails the test.
  readonly data: Record<string, never> | null | undefined;
  readonly errors: readonly GraphQLError[] | undefined;
  readonly text: string;
}

export interface RequestOptions {
  readonly token?: string | undefined;
  readonly variables?: object;
  readonly endpoint?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends one operation to the gateway. */
export async function ask(
  query: string,
  { token, variables, endpoint = url, headers }: RequestOptions = {},
): Promise<Answer> {
  const response = await fetch(`${endpoint}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  const { data, errors } = JSON.parse(text) as Pick<Answer, 'data' | 'errors'>;
  return { status: response.status, data, errors, text };
}

/** Sends one operation that must succeed, and gives its data. */
export async function read<T = Record<string, never>>(query: string, options: RequestOptions = {}): Promise<T> {
  const { data, errors } = await ask(query, options);
  if (errors !== undefined) throw new Error(`${query}\n${JSON.stringify(errors, null, 2)}`);
  return data as T;
}

export type Account = 'superadmin' | 'admin' | 'acme' | 'globex';

const EMAILS: Record<Account, string> = {
  superadmin: 'superadmin@metatron.example',
  admin: 'admin@metatron.example',
  acme: 'client@acme.example',
  globex: 'client@globex.example',
};

export interface SignedIn {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly user: { readonly id: string };
}

export const LOGIN =
  'mutation Login($input: LoginInput!) { login(input: $input) { accessToken refreshToken expiresIn user { id } userErrors { field code message } } }';

/** Signs in, as one of the demo accounts unless an address is given. */
export async function signIn(
  account: Account | { readonly email: string; readonly password: string; readonly tenant?: string },
): Promise<SignedIn> {
  const given = typeof account === 'string' ? { email: EMAILS[account], password } : account;
  const input = {
    email: given.email,
    password: given.password,
    ...('tenant' in given ? { tenant: given.tenant } : {}),
  };
  const { login } = await read<{ login: SignedIn }>(LOGIN, { variables: { input } });
  return login;
}

const tokens = new Map<Account, Promise<SignedIn>>();

/** A token of a demo account, one sign-in per test file. */
export async function tokenOf(account: Account): Promise<string> {
  const known = tokens.get(account) ?? signIn(account);
  tokens.set(account, known);
  return (await known).accessToken;
}

export function runningCluster(): EmbeddedCluster {
  const cluster = findRunningCluster(dataDirectory);
  if (cluster === undefined) throw new Error('the embedded PostgreSQL does not run');
  return cluster;
}

/** One connection as the cluster's superuser, who may look at everything. */
export function superuserPool(database: string, options = '', cluster = runningCluster()): pg.Pool {
  const { host, port, superuser: user, superuserPassword: password } = cluster;
  return new pg.Pool({ host, port, user, password, database, options, max: 1 });
}

function addresses(): DatabaseAddresses {
  const { host, port } = runningCluster();
  return perDomain((domain) => ({ host, port, database: `metatron_${domain}`, ca: undefined, verify: false }));
}

/** The services' passwords on the running cluster. */
export const passwords = (): Passwords => readPasswords(readEnvironment({ DATA_DIR: dataDirectory }));

/** Connections to the running databases, some of them to others in their places. */
export function connectionsTo(databases: Readonly<Partial<Record<Domain, string>>>): Connections {
  const all = addresses();
  const named = perDomain((domain) => ({ ...all[domain], database: databases[domain] ?? all[domain].database }));
  return new Connections(named, passwords(), createLog('silent'));
}

let opened: Connections | undefined;

/** Connections of the test's own to the running databases. */
export function connections(): Connections {
  opened ??= connectionsTo({});
  return opened;
}

/** A domain's database as its own service sees it, across tenants. */
export const serviceOf = (domain: Domain): pg.Pool =>
  connections().as(domain, { service: domain, privilege: 'service' }, null);

/** Runs SQL in a domain's database as its own service, across tenants. */
export async function sql<Row extends object>(domain: Domain, text: string, values: unknown[] = []): Promise<Row[]> {
  const { rows } = await serviceOf(domain).query<Row>(text, values);
  return rows;
}

/** To be called after all tests of a file that used `sql`, `serviceOf` or `connections`. */
export async function closeSql(): Promise<void> {
  await opened?.end();
  opened = undefined;
}
