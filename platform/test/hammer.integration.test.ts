import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type pg from 'pg';

import { loginRole, rightsRole } from '../src/access/databaseRoles.ts';
import { endPool, openPool } from '../src/database/pools.ts';
import { createLog } from '../src/log.ts';

import { hammer } from './hammer.ts';
import { passwords, runningCluster, superuserPool } from './kit.ts';
import { startPgBouncer } from './pgBouncer.ts';
import { dropScratchDatabases, scratchDatabase } from './scratch.ts';

const login = { service: 'crm', privilege: 'client' } as const;
/** The whole of it, some minutes: npm test -- hammer --globals '{"hammerRequests":100000}' */
const requests = (globalThis as { readonly hammerRequests?: number }).hammerRequests ?? 10_000;
/** Tenants by name, each with as many customers as its number. */
const tenants = new Map(Array.from({ length: 20 }, (_, index) => [`hammer-${String(index + 1)}`, index + 1]));

let database: string;
let superuser: pg.Pool;

beforeAll(async () => {
  database = await scratchDatabase('crm', 'hammer');
  superuser = superuserPool(database);
  await superuser.query(
    `INSERT INTO customers (tenant_id, id, company)
     SELECT name, gen_random_uuid(), 'Hammered' FROM unnest($1::text[], $2::int[]) AS t (name, rows), generate_series(1, rows)`,
    [[...tenants.keys()], [...tenants.values()]],
  );
}, 60_000);

afterAll(async () => {
  await endPool(superuser);
  await dropScratchDatabases();
});

/** One of the connections is ended, or what the other runs is cancelled. */
const disturb = (): Promise<unknown> =>
  superuser.query(
    `SELECT CASE WHEN random() < 0.2 THEN pg_terminate_backend(pid) ELSE pg_cancel_backend(pid) END
       FROM pg_stat_activity WHERE usename = $1 AND datname = current_database()`,
    [loginRole(login.service, login.privilege)],
  );

/** @param connections how many there are on this side; a pooler has its own number of them. */
async function hammerAt(port: number, connections: number, count: number): Promise<void> {
  const address = { host: runningCluster().host, port, database, ca: undefined, verify: false };
  const shared = openPool({ address, login, password: passwords().crm, main: false, log: createLog('silent') });
  shared.options.max = connections;
  const role = rightsRole(login.service, login.privilege);
  const hammered = await hammer({ shared, tenants, disturb, requests: count, role });
  await endPool(shared);
  const { answered, aborted, wrong } = hammered;
  expect(wrong.slice(0, 10)).toEqual([]);
  expect(answered + aborted).toBe(count);
  expect(answered).toBeGreaterThan(count * 0.8);
  expect(aborted).toBeGreaterThan(count * 0.05);
}

describe('threat 25: the pool hands on another tenant’s context', () => {
  test('requests of 20 tenants over two connections, with aborts: no foreign row, no wrong null', async () => {
    await hammerAt(runningCluster().port, 2, requests);
  }, 600_000);

  test('nor do requests through PgBouncer, whose two connections twelve of ours share by the transaction', async () => {
    const pooler = await startPgBouncer();
    try {
      await hammerAt(pooler.port, 12, requests / 4);
    } finally {
      await pooler.stop();
    }
  }, 600_000);
});
