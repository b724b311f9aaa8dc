import pg from 'pg';

import { findRunningCluster } from '../src/database/embedded.ts';
import { endPool } from '../src/database/pools.ts';

import { dataDirectory } from './kit.ts';

/** One connection as the running cluster's superuser, who may look at everything. */
export function superuserPool(database: string, options = ''): pg.Pool {
  const cluster = findRunningCluster(dataDirectory);
  if (cluster === undefined) throw new Error('the embedded PostgreSQL does not run');
  const { host, port, superuser: user, superuserPassword: password } = cluster;
  return new pg.Pool({ host, port, user, password, database, options, max: 1 });
}

/** Runs one statement as the superuser. */
export async function select<Row extends object>(database: string, text: string): Promise<Row[]> {
  const pool = superuserPool(database);
  try {
    return (await pool.query<Row>(text)).rows;
  } finally {
    await endPool(pool);
  }
}
