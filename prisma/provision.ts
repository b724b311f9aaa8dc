/**
 * Makes every database ready to serve: the databases themselves on the embedded cluster, the
 * login roles, the migrations, and the rights that the access matrix grants.
 */
import { grantStatements, type Relation } from '@metatron/platform/access/grants';
import { loginRole, loginsOf, rightsRole } from '@metatron/platform/access/databaseRoles';
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

async function makeRoles(domain: Domain, pool: pg.Pool, passwords: Passwords): Promise<void> {
  const logins = loginsOf(domain);
  const { rows } = await pool.query<{ rolname: string }>(
    "SELECT rolname FROM pg_roles WHERE rolname LIKE 'metatron\\_%'",
  );
  const existing = new Set(rows.map(({ rolname }) => rolname));
  const statements = ["SET createrole_self_grant = ''"];
  for (const { service, privilege } of logins) {
    const login = loginRole(service, privilege);
    const rights = rightsRole(service, privilege);
    if (!existing.has(rights)) statements.push(`CREATE ROLE ${rights} NOLOGIN NOINHERIT`);
    if (!existing.has(login))
      statements.push(
        `CREATE ROLE ${login} LOGIN NOINHERIT`,
        `GRANT ${rights} TO ${login} WITH INHERIT FALSE, SET TRUE`,
      );
    statements.push(`ALTER ROLE ${login} PASSWORD ${pg.escapeLiteral(passwords[service])}`);
  }
  await pool.query(statements.join(';\n'));
}

/** The tables and views of a database, partitions left out: rights are on their parents. */
export async function readRelations(pool: pg.Pool): Promise<Relation[]> {
  const { rows } = await pool.query<Relation>(`
    SELECT c.relname AS name, c.relkind = 'v' AS "isView", c.relrowsecurity AS "rowSecurity",
           array_agg(a.attname::text ORDER BY a.attnum) AS columns
      FROM pg_class c
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
     GROUP BY c.oid ORDER BY c.relname`);
  return rows;
}

async function applyGrants(domain: Domain, pool: pg.Pool, database: string): Promise<void> {
  const logins = loginsOf(domain).map(({ service, privilege }) => loginRole(service, privilege));
  const name = pg.escapeIdentifier(database);
  const statements = [
    `REVOKE CONNECT, TEMPORARY ON DATABASE ${name} FROM PUBLIC;`,
    `GRANT CONNECT ON DATABASE ${name} TO ${logins.join(', ')};`,
    ...grantStatements(domain, await readRelations(pool)),
  ];
  await pool.query(statements.join('\n'));
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
    const pool = ownerPool(environment, domain, addresses[domain], cluster);
    try {
      await makeRoles(domain, pool, passwords);
      applied[domain] = await applyMigrations(domain, pool);
      await applyGrants(domain, pool, addresses[domain].database);
      if (domain === 'cdx') await provisionQueue(pool, addresses[domain], passwords.queue);
    } finally {
      await endPool(pool);
    }
  }
  return { addresses, applied };
}
