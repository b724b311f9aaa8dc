/** A gateway whose databases are all behind PgBouncer in transaction mode. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { domains } from '../../platform/src/domains.ts';
import { ask, dataDirectory, tokenOf } from '../../platform/test/kit.ts';
import { fresh } from '../../platform/test/mutations.ts';
import { startPgBouncer, type PgBouncer } from '../../platform/test/pgBouncer.ts';

import { addressOf, endAll, launch, START_MS } from './launch.ts';

let pooler: PgBouncer;
let endpoint: string;

beforeAll(async () => {
  pooler = await startPgBouncer();
  const urls = domains.map((domain) => [
    `DATABASE_URL_${domain.toUpperCase()}`,
    `postgresql://127.0.0.1:${String(pooler.port)}/metatron_${domain}`,
  ]);
  const gateway = launch(['gateway/src/service.ts', 'gateway'], {
    DATA_DIR: dataDirectory,
    ...(Object.fromEntries(urls) as Readonly<Record<string, string>>),
  });
  endpoint = await addressOf(gateway, /listens on (http\S+)/);
}, START_MS);

afterAll(async () => {
  await endAll();
  await pooler.stop();
});

describe('databases behind PgBouncer in transaction mode', () => {
  const oldest = 'first: 3, orderBy: { field: CREATED_AT, direction: ASC }';
  const lists = `
    users(${oldest}) { edges { node { email } } }
    customers(${oldest}) { edges { node { company leads(first: 2) { edges { node { title } } } } } }
    contentItems(${oldest}) { edges { node { id author { email } } } }
    invoices(${oldest}) { edges { node { invoiceNumber total { amount currency } } } }
    events(${oldest}) { edges { node { id } } }
    notifications(${oldest}) { edges { node { id } } }`;

  test.each([
    ['superadmin', `{ tenant(id: "acme") { name client { id name } ${lists} } }`],
    ['admin', `{ ${lists} }`],
    ['acme', `{ me { email tenant { id name } } ${lists} }`],
  ] as const)('give the %s of seven services what they give without', async (account, query) => {
    const token = await tokenOf(account);
    const headers = { 'x-request-id': 'the-same-request' };
    const direct = await ask(query, { token, headers });
    const pooled = await ask(query, { token, headers, endpoint });
    expect(direct.errors).toBeUndefined();
    expect(pooled.text).toBe(direct.text);
  });

  test('give forty callers of two tenants at once their own rows alone', async () => {
    const query = '{ me { tenant { id } } customers(first: 50) { edges { node { tenant { id } } } } }';
    const callers = Array.from({ length: 40 }, async (_, index) => {
      const tenant = index % 2 === 0 ? 'acme' : 'globex';
      const { text, errors } = await ask(query, { token: await tokenOf(tenant), endpoint });
      expect(errors).toBeUndefined();
      expect(new Set(text.match(/acme|globex/g))).toEqual(new Set([tenant]));
    });
    await Promise.all(callers);
  });

  test('take a mutation, in its one transaction', async () => {
    const company = fresh('pooled');
    const query = 'mutation M($input: CustomerCreateInput!) { customerCreate(input: $input) { customer { company } } }';
    const token = await tokenOf('acme');
    const { data } = await ask(query, { token, endpoint, variables: { input: { company } } });
    expect(data).toEqual({ customerCreate: { customer: { company } } });
  });
});
