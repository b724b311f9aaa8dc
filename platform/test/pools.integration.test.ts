import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';

import { clusterUser } from '../src/database/clusterUser.ts';
import { startCluster, stopCluster, type EmbeddedCluster } from '../src/database/embedded.ts';
import { endPool, openPool, parseAddress, warmPool, type DatabaseAddress } from '../src/database/pools.ts';
import { createLog } from '../src/log.ts';

import { issueFor } from './certificates.ts';
import { passwords, runningCluster, superuserPool } from './kit.ts';
import { eventually } from './programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'metatron-pools-'));
// Root's PostgreSQL runs as another user, who must be able to pass through.
chmodSync(folder, 0o711);
const open: pg.Pool[] = [];

const crmUrl = (host: string, port: number): string => `postgresql://${host}:${String(port)}/metatron_crm`;

function openAt(address: DatabaseAddress, password = passwords().crm): pg.Pool {
  const login = { service: 'crm', privilege: 'client' } as const;
  const pool = openPool({ address, login, password, main: true, log: createLog('silent') });
  open.push(pool);
  return pool;
}

const openHere = (): pg.Pool => openAt(parseAddress(crmUrl('127.0.0.1', runningCluster().port), undefined));

afterAll(async () => {
  await Promise.all(open.map(endPool));
  rmSync(folder, { recursive: true, force: true });
});

describe('a database’s address', () => {
  test.each(['127.0.0.1', '127.8.9.1', '[::1]', 'localhost'])('%s is this machine', (host) => {
    expect(parseAddress(crmUrl(host, 5432), undefined).verify).toBe(false);
  });

  test.each(['0.0.0.0', '127.1', '10.0.0.1', '127.0.0.1.example.com', 'localhost.example', 'db.example', '[::]'])(
    '%s has to prove itself',
    (host) => {
      expect(parseAddress(crmUrl(host, 5432), undefined).verify).toBe(true);
    },
  );
});

describe('threat 29: someone poses as the database', () => {
  // Linux leads 0.0.0.0 and 127.1 to this machine too, but neither is loopback by the platform's rule.
  const HOST = '0.0.0.0';
  const dataDirectory = join(folder, 'data');
  const caFile = join(folder, 'ca.pem');
  const strangersFile = join(folder, 'stranger.pem');
  const password = 'a password of the pools test';
  let cluster: EmbeddedCluster;

  beforeAll(async () => {
    const { authority, server } = issueFor(HOST);
    writeFileSync(caFile, authority);
    writeFileSync(strangersFile, issueFor(HOST).authority);
    cluster = await startCluster(dataDirectory);
    const files = { cert: server.certificate, key: server.key };
    for (const [name, content] of Object.entries(files)) {
      const file = join(dataDirectory, 'postgres', `${name}.pem`);
      writeFileSync(file, content, { mode: 0o600 });
      const user = clusterUser();
      if (user !== undefined) chownSync(file, user.uid, user.gid);
    }
    const owner = superuserPool('postgres', '', cluster);
    for (const statement of [
      "ALTER SYSTEM SET ssl_cert_file = 'cert.pem'",
      "ALTER SYSTEM SET ssl_key_file = 'key.pem'",
      'ALTER SYSTEM SET ssl = on',
      `CREATE ROLE metatron_crm_client LOGIN PASSWORD '${password}'`,
      'CREATE DATABASE metatron_crm',
      'SELECT pg_reload_conf()',
    ])
      await owner.query(statement);
    await eventually(async () => {
      expect((await owner.query<{ ssl: string }>('SHOW ssl')).rows).toEqual([{ ssl: 'on' }]);
    }, 10_000);
    await endPool(owner);
  }, 60_000);

  afterAll(() => stopCluster(dataDirectory));

  const isEncrypted = async (host: string, ca: string | undefined, port = cluster.port): Promise<boolean> => {
    const pool = openAt(parseAddress(crmUrl(host, port), ca), password);
    const { rows } = await pool.query<{ ssl: boolean }>('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
    return rows[0]?.ssl === true;
  };

  test('one whose certificate the authority has issued to its host is spoken to, encrypted', async () => {
    expect(await isEncrypted(HOST, caFile)).toBe(true);
  });

  test('one with a certificate of another authority is refused', async () => {
    await expect(isEncrypted(HOST, strangersFile)).rejects.toThrow(/certificate/);
  });

  test('one with a certificate is refused when no authority is configured', async () => {
    await expect(isEncrypted(HOST, undefined)).rejects.toThrow(/certificate/);
  });

  test('one with a certificate for another host is refused', async () => {
    await expect(isEncrypted('127.1', caFile)).rejects.toThrow(/does not match certificate's altnames/);
  });

  test('one that does not encrypt is refused before it hears a password', async () => {
    await expect(isEncrypted(HOST, caFile, runningCluster().port)).rejects.toThrow('does not support SSL');
  });

  test('an authority’s file that cannot be read is told', () => {
    expect(() => parseAddress(crmUrl(HOST, 5432), join(folder, 'nowhere.pem'))).toThrow('cannot be read');
  });
});

describe('passwords', () => {
  test('are asked for and kept as SCRAM alone', async () => {
    const pool = superuserPool('postgres');
    const { rows } = await pool.query(`
      SELECT 'role' AS what, rolname::text AS name FROM pg_authid
       WHERE rolname LIKE 'metatron\\_%' AND rolcanlogin AND rolpassword !~ '^SCRAM-SHA-256\\$'
      UNION ALL SELECT 'line of pg_hba.conf', line_number::text FROM pg_hba_file_rules WHERE auth_method <> 'scram-sha-256'`);
    await endPool(pool);
    expect(rows).toEqual([]);
  });
});

describe('a service’s main pool', () => {
  test('has the design’s bounds', () => {
    expect(openHere().options).toMatchObject({
      ...{ min: 5, max: 20, connectionTimeoutMillis: 30_000, idleTimeoutMillis: 30_000 },
    });
  });

  test('opens five connections at the start, and keeps five when the others have idled away', async () => {
    const pool = openHere();
    await warmPool(pool);
    expect(pool.idleCount).toBe(5);
    pool.options.idleTimeoutMillis = 50;
    const clients = await Promise.all(Array.from({ length: 9 }, () => pool.connect()));
    let gone = 0;
    pool.on('remove', () => (gone += 1));
    for (const client of clients) client.release();
    await eventually(async () => {
      await expect(Promise.resolve([gone, pool.totalCount])).resolves.toEqual([4, 5]);
    }, 10_000);
  });

  test('makes callers wait for a connection, but not for ever', async () => {
    const pool = openHere();
    const clients = await Promise.all(Array.from({ length: 20 }, () => pool.connect()));
    pool.options.connectionTimeoutMillis = 100;
    const late = await pool.connect().catch((error: unknown) => error);
    for (const client of clients) client.release();
    expect(late).toEqual(new Error('timeout exceeded when trying to connect'));
  });

  test('ends what takes too long, in a statement or between two, also behind a pooler that passes on no settings', async () => {
    const { host, port } = runningCluster();
    const user = 'metatron_crm_client';
    const plain = new pg.Pool({ host, port, user, password: passwords().crm, database: 'metatron_crm' });
    open.push(plain);
    const limits =
      "SELECT current_setting('statement_timeout') AS statement, current_setting('idle_in_transaction_session_timeout') AS idle";
    for (const pool of [openHere(), plain])
      expect((await pool.query(limits)).rows).toEqual([{ statement: '10s', idle: '10s' }]);
  });

  test('outlives the end of its connections, of those in use too', async () => {
    const pool = openHere();
    await warmPool(pool);
    const clients = await Promise.all(Array.from({ length: 5 }, () => pool.connect()));
    const own = await Promise.all(
      clients.map((client) => client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')),
    );
    for (const client of clients.slice(1)) client.release();
    const owner = superuserPool('postgres');
    const pids = own.map(({ rows }) => rows[0]?.pid);
    await owner.query('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) pid', [pids]);
    await endPool(owner);
    // Without listeners for errors the process would end here.
    await eventually(async () => {
      await expect(Promise.resolve(pool.totalCount)).resolves.toBe(1);
    }, 10_000);
    await expect(clients[0]?.query('SELECT 1')).rejects.toThrow(/terminat|not queryable/);
    clients[0]?.release(true);
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });
});
