/**
 * Makes every database ready to serve: the databases themselves on the embedded cluster, the
 * login roles, the migrations, and the rights that the access matrix grants.
 */
import type { EmbeddedCluster } from '@metatron/platform/database/embedded';
import type { Passwords } from '@metatron/platform/database/passwords';
import {
  endPool,
  parseAddress,
  tlsOptions,
  type DatabaseAddress,
  type DatabaseAddresses,
} from '@metatron/platform/database/pools';
import { domains, perDomain, type Domain } from '@metatron/platform/domains';
import type { Environment } from '@metatron/platform/env';
import { StartupError } from '@metatron/platform/errors';
import pg from 'pg';

import { applyGrants, makeRoles, repairDatabase } from './access.ts';
import { captures } from './capture/index.ts';
import { probeTriggers } from './capture/probe.ts';
import { applyMigrations } from './migrate.ts';
import { provisionQueue } from './queue.ts';

/** The owner of the embedded databases: no superuser, so that forced row security holds for it. */
const EMBEDDED_OWNER = 'metatron_owner';

export const embeddedDatabase = (domain: Domain): string => `metatron_${domain}`;

/** Where each domain's database is: as configured, else in the embedded cluster. */
export function resolveAddresses(environment: Environment, cluster: EmbeddedCluster | undefined): DatabaseAddresses {
  return perDomain((domain): DatabaseAddress => {
    const url = environment.databaseUrls[domain];
    if (url !== undefined) return parseAddress(url, environment.databaseCaFile);
    if (cluster === undefined)
      throw new StartupError(
        `There is no database for ${domain}.`,
        `Set DATABASE_URL_${domain.toUpperCase()}, or run \`npm run start:database\`.`,
      );
    return { host: cluster.host, port: cluster.port, database: embeddedDatabase(domain), ca: undefined, verify: false };
  });
}

async function makeEmbeddedDatabases(environment: Environment, cluster: EmbeddedCluster): Promise<void> {
  const pool = new pg.Pool({
    host: cluster.host,
    port: cluster.port,
    user: cluster.superuser,
    password: cluster.superuserPassword,
    database: 'postgres',
    max: 1,
  });
  try {
    await pool.query(`DO $$ BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${EMBEDDED_OWNER}') THEN
        CREATE ROLE ${EMBEDDED_OWNER} NOLOGIN NOSUPERUSER CREATEROLE;
      END IF; END $$`);
    const { rows } = await pool.query<{ datname: string }>('SELECT datname FROM pg_database');
    const existing = new Set(rows.map(({ datname }) => datname));
    for (const domain of domains.filter((name) => environment.databaseUrls[name] === undefined)) {
      const database = embeddedDatabase(domain);
      if (!existing.has(database))
        await pool.query(`CREATE DATABASE ${database} OWNER ${EMBEDDED_OWNER} STRATEGY file_copy`);
    }
  } finally {
    await endPool(pool);
  }
}

/** A pool of one connection as the owner of a domain's database. */
function ownerPool(
  environment: Environment,
  domain: Domain,
  address: DatabaseAddress,
  cluster: EmbeddedCluster | undefined,
): pg.Pool {
  const url = environment.ownerUrls[domain];
  if (environment.databaseUrls[domain] === undefined && cluster !== undefined) {
    return new pg.Pool({
      host: address.host,
      port: address.port,
      database: address.database,
      user: cluster.superuser,
      password: cluster.superuserPassword,
      options: `-c role=${EMBEDDED_OWNER}`,
      max: 1,
    });
  }
  if (url === undefined) {
    throw new StartupError(
      `The ${domain} database is not embedded, and its owner is not known.`,
      `Set DATABASE_OWNER_URL_${domain.toUpperCase()} for \`npm run migrate\`.`,
    );
  }
  const owner = new URL(url);
  return new pg.Pool({
    host: address.host,
    port: address.port,
    database: address.database,
    user: decodeURIComponent(owner.username),
    password: decodeURIComponent(owner.password),
    ssl: tlsOptions(address),
    max: 1,
  });
}

/** Runs what only the owner of a domain's database may, over one connection. */
async function asOwner(
  environment: Environment,
  domain: Domain,
  cluster: EmbeddedCluster | undefined,
  run: (owner: pg.Pool) => Promise<void>,
): Promise<void> {
  const address = resolveAddresses(environment, cluster)[domain];
  const owner = ownerPool(environment, domain, address, cluster);
  try {
    await run(owner);
  } finally {
    await endPool(owner);
  }
}

export interface Provisioned {
  readonly addresses: DatabaseAddresses;
  /** The migrations that were applied now. */
  readonly applied: Readonly<Partial<Record<Domain, readonly string[]>>>;
}

/**
 * Everything of `npm run migrate`: databases, roles, migrations, grants, the queue's schema.
 * @param chosen the domains to provision; all unless told.
 */
export async function provision(
  environment: Environment,
  passwords: Passwords,
  cluster: EmbeddedCluster | undefined,
  chosen: readonly Domain[] = domains,
): Promise<Provisioned> {
  if (cluster !== undefined) await makeEmbeddedDatabases(environment, cluster);
  const addresses = resolveAddresses(environment, cluster);
  const applied: Partial<Record<Domain, readonly string[]>> = {};
  for (const domain of chosen) {
    await asOwner(environment, domain, cluster, async (owner) => {
      await makeRoles(domain, owner, passwords);
      applied[domain] = await applyMigrations(domain, owner);
      if (domain === 'cdx') await provisionQueue(owner, addresses[domain], passwords.queue);
      await applyGrants(domain, owner);
      if (applied[domain].length > 0) await probeTriggers(domain, captures[domain], owner);
    });
  }
  return { addresses, applied };
}

/**
 * Writes roles and grants anew where they are not as the matrix says, without any migration.
 * @returns what was different, in words.
 */
export async function repairDatabases(
  environment: Environment,
  passwords: Passwords,
  cluster: EmbeddedCluster | undefined,
): Promise<readonly string[]> {
  const differences: string[] = [];
  for (const domain of domains) {
    await asOwner(environment, domain, cluster, async (owner) => {
      differences.push(...(await repairDatabase(domain, owner, passwords)));
    });
  }
  return differences;
}
