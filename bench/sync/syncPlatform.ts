/** A cluster of its own with every domain's database. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startCluster, stopCluster, type EmbeddedCluster } from '@metatron/platform/database/embedded';
import { readPasswords, type Passwords } from '@metatron/platform/database/passwords';
import { endPool, type DatabaseAddresses } from '@metatron/platform/database/pools';
import { readEnvironment } from '@metatron/platform/env';
import { provision } from '@metatron/prisma/provision';
import pg from 'pg';

export interface SyncPlatform {
  readonly dataDirectory: string;
  readonly cluster: EmbeddedCluster;
  readonly addresses: DatabaseAddresses;
  readonly passwords: Passwords;
  /** A database as the superuser, whom row security does not touch; closed with the platform. */
  sql(database: string): pg.Pool;
  stop(): Promise<void>;
}

const SESSIONS = 8;

/** PostgreSQL then keeps the time at which each transaction committed, which freshness is counted from. */
async function keepCommitTimes(dataDirectory: string): Promise<EmbeddedCluster> {
  const { host, port, superuser, superuserPassword } = await startCluster(dataDirectory);
  const client = new pg.Client({ host, port, user: superuser, password: superuserPassword, database: 'postgres' });
  await client.connect();
  await client.query('ALTER SYSTEM SET track_commit_timestamp = on');
  await client.end();
  await stopCluster(dataDirectory);
  return startCluster(dataDirectory);
}

/** Pools by the database's name, each opened when it is asked for. */
function openPools({ host, port, superuser, superuserPassword }: EmbeddedCluster) {
  const pools = new Map<string, pg.Pool>();
  return {
    sql: (database: string): pg.Pool => {
      const pool =
        pools.get(database) ??
        new pg.Pool({ host, port, user: superuser, password: superuserPassword, database, max: SESSIONS });
      pools.set(database, pool);
      return pool;
    },
    end: async (): Promise<void> => {
      await Promise.all([...pools.values()].map(endPool));
    },
  };
}

export async function startSyncPlatform(): Promise<SyncPlatform> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'metatron-syncbench-'));
  const remove = async (): Promise<void> => {
    await stopCluster(dataDirectory);
    rmSync(dataDirectory, { recursive: true, force: true });
  };
  try {
    const environment = readEnvironment({ DATA_DIR: dataDirectory });
    const cluster = await keepCommitTimes(dataDirectory);
    const passwords = readPasswords(environment);
    const { addresses } = await provision(environment, passwords, cluster);
    const { sql, end } = openPools(cluster);
    const stop = async (): Promise<void> => {
      await end();
      await remove();
    };
    return { dataDirectory, cluster, addresses, passwords, sql, stop };
  } catch (error) {
    await remove();
    throw error;
  }
}
