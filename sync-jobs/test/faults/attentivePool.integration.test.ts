import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openAttentivePool } from '@metatron/platform/database/attentivePool';
import { endPool } from '@metatron/platform/database/pools';
import type pg from 'pg';

import { runningCluster } from '../../../platform/test/kit.ts';

import { FaultProxy } from './proxy.ts';

let proxy: FaultProxy;
let pool: pg.Pool;

beforeAll(async () => {
  const { port, superuser: user, superuserPassword: password } = runningCluster();
  proxy = await FaultProxy.open(port);
  pool = openAttentivePool({ host: '127.0.0.1', port: proxy.port, user, password, database: 'postgres', max: 3 });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
});

afterAll(async () => {
  await endPool(pool);
  await proxy.close();
});

test('a statement that takes long is waited for', async () => {
  expect((await pool.query("SELECT 'done' AS it FROM pg_sleep(4)")).rows).toEqual([{ it: 'done' }]);
}, 20_000);

test('an answer that never comes is given up, with every connection that is as silent', async () => {
  await Promise.all([1, 2, 3].map(() => pool.query('SELECT pg_sleep(0.1)')));
  expect(pool.totalCount).toBe(3);
  proxy.silence();
  await expect(pool.query('SELECT 1')).rejects.toThrow('Connection terminated');
  expect(pool.totalCount).toBe(0);
  expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
}, 20_000);

test('a connection that does not come about is given up', async () => {
  await pool.query('SELECT 1');
  proxy.swallow();
  await expect(Promise.all([1, 2].map(() => pool.query('SELECT 1')))).rejects.toThrow('Connection terminated');
  proxy.heal();
  expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
}, 30_000);
