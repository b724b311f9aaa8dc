import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';

import { loginRole, rightsRole } from '../src/access/databaseRoles.ts';
import { ContextPool } from '../src/database/contextPool.ts';
import { findRunningCluster } from '../src/database/embedded.ts';
import { readPasswords } from '../src/database/passwords.ts';
import { endPool } from '../src/database/pools.ts';
import { readEnvironment } from '../src/env.ts';

import { dataDirectory } from './kit.ts';

const login = { service: 'crm', privilege: 'client' } as const;
const role = rightsRole(login.service, login.privilege);

let shared: pg.Pool;

beforeAll(() => {
  const cluster = findRunningCluster(dataDirectory);
  // One connection for all callers: what one leaves behind, the next would find.
  shared = new pg.Pool({
    host: cluster?.host,
    port: cluster?.port,
    database: 'metatron_crm',
    user: loginRole(login.service, login.privilege),
    password: readPasswords(readEnvironment({ DATA_DIR: dataDirectory })).crm,
    max: 1,
  });
});

afterAll(() => endPool(shared));

const as = (tenantId: string | null): ContextPool => new ContextPool(shared, { role, tenantId });

type Act = (pool: ContextPool) => Promise<readonly { readonly tenant_id: string }[]>;

const SELECT = 'SELECT tenant_id FROM customers LIMIT 20';

const plain: Act = async (pool) => (await pool.query<{ tenant_id: string }>(SELECT)).rows;

const bound: Act = async (pool) =>
  (await pool.query<{ tenant_id: string }>('SELECT tenant_id FROM customers WHERE $1::int > 0 LIMIT 20', [1])).rows;

const broken: Act = async (pool) => {
  await pool.query('SELECT 1 / $1::int', [0]).catch(() => undefined);
  return plain(pool);
};

const inTransaction =
  (end: 'COMMIT' | 'ROLLBACK'): Act =>
  async (pool) => {
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      const { rows } = await client.query<{ tenant_id: string }>(SELECT);
      if (end === 'ROLLBACK') await client.query('SELECT nothing').catch(() => undefined);
      await client.query(end);
      return rows;
    } finally {
      client.release();
    }
  };

const acts: readonly Act[] = [plain, bound, broken, inTransaction('COMMIT'), inTransaction('ROLLBACK')];
const tenants = ['acme', 'globex', 'sakura', 'pearl'];

describe('a pooled connection', () => {
  test('threat 25: never shows one caller another’s rows, whatever came before on it', async () => {
    const call = fc.record({ tenant: fc.constantFrom(...tenants), act: fc.constantFrom(...acts) });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 20, maxLength: 60 }), async (calls) => {
        const seen = await Promise.all(calls.map(async ({ tenant, act }) => ({ tenant, rows: await act(as(tenant)) })));
        for (const { tenant, rows } of seen)
          expect(new Set(rows.map((row) => row.tenant_id))).toEqual(new Set([tenant]));
      }),
      { numRuns: 20 },
    );
  });

  test('shows nothing under a context without a tenant', async () => {
    expect(await plain(as(null))).toEqual([]);
  });

  test('refuses a statement without any context', async () => {
    await expect(shared.query('SELECT tenant_id FROM public.customers')).rejects.toThrow('permission denied');
  });

  test('refuses a row for another tenant than the context’s', async () => {
    const insert = "INSERT INTO customers (tenant_id, id, company) VALUES ('globex', gen_random_uuid(), 'X')";
    await expect(as('acme').query(insert)).rejects.toThrow('row-level security');
  });

  test('does not take on an admin’s rights', async () => {
    const pool = new ContextPool(shared, { role: rightsRole('crm', 'admin'), tenantId: null });
    await expect(pool.query(SELECT)).rejects.toThrow('permission denied to set role');
  });
});
