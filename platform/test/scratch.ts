/** Databases of a test file's own, made like the others, on the cluster that all share. */
import { applyGrants } from '../../prisma/access.ts';
import { applyMigrations } from '../../prisma/migrate.ts';
import { provisionQueue } from '../../prisma/queue.ts';
import { endPool } from '../src/database/pools.ts';
import type { Domain } from '../src/domains.ts';

import { passwords, runningCluster, superuserPool } from './kit.ts';

const made = new Map<string, Promise<string>>();

async function asSuperuser(...statements: readonly string[]): Promise<void> {
  const pool = superuserPool('postgres');
  try {
    for (const statement of statements) await pool.query(statement);
  } finally {
    await endPool(pool);
  }
}

/** The roles are the cluster's and stand already. */
async function make(domain: Domain, database: string): Promise<string> {
  await asSuperuser(`DROP DATABASE IF EXISTS ${database}`, `CREATE DATABASE ${database} OWNER metatron_owner`);
  const { host, port } = runningCluster();
  const owner = superuserPool(database, '-c role=metatron_owner');
  try {
    await applyMigrations(domain, owner);
    const address = { host, port, database, ca: undefined, verify: false };
    if (domain === 'cdx') await provisionQueue(owner, address, passwords().queue);
    await applyGrants(domain, owner);
  } finally {
    await endPool(owner);
  }
  return database;
}

/**
 * The name of a domain's scratch database, made when first asked for.
 * @param label tells it from another of the domain: test files run beside each other.
 */
export function scratchDatabase(domain: Domain, label = ''): Promise<string> {
  const name = `metatron_scratch_${label}${domain}`;
  const database = made.get(name) ?? make(domain, name);
  made.set(name, database);
  return database;
}

/** To be called after all tests of a file that used one. */
export async function dropScratchDatabases(): Promise<void> {
  await asSuperuser(...[...made.keys()].map((name) => `DROP DATABASE ${name} WITH (FORCE)`));
  made.clear();
}
