import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';

import pg from 'pg';

import { loginRole, type DatabaseLogin } from '../access/databaseRoles.ts';
import type { Domain } from '../domains.ts';
import { StartupError } from '../errors.ts';
import type { Logger } from '../log.ts';

import { openAttentivePool } from './attentivePool.ts';

/** Where a domain's database is; the user and the password come with the login. */
export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** The certificate authority to verify; undefined on loopback, where nothing is encrypted. */
  readonly ca: string | undefined;
  readonly verify: boolean;
}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;

/** Reads a `DATABASE_URL_*`: a host that is not loopback must prove itself by certificate. */
export function parseAddress(url: string, caFile: string | undefined): DatabaseAddress {
  const { hostname, port, pathname } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  let ca: string | undefined;
  if (caFile !== undefined) {
    try {
      ca = readFileSync(caFile, 'utf8');
    } catch {
      throw new StartupError(`DATABASE_CA_FILE ${caFile} cannot be read.`);
    }
  }
  return {
    host,
    port: port === '' ? 5432 : Number(port),
    database: decodeURIComponent(pathname.slice(1)),
    ca,
    verify: !LOOPBACK.test(host),
  };
}

/** A certificate is held against the host that was asked for; an address is no server's name, so it goes as a host. */
const identityOf = (host: string) => (isIP(host) === 0 ? { servername: host } : { host });

/** What pg hands to `tls.connect`; false where nothing is encrypted. */
export const tlsOptions = ({ host, ca, verify }: DatabaseAddress) =>
  verify
    ? { rejectUnauthorized: true, checkServerIdentity, ...identityOf(host), ...(ca === undefined ? {} : { ca }) }
    : false;

/** The design's pool: 5 to 20 connections for a service's main pool, up to 5 for the others. */
const ACQUIRE_MS = 30_000;
const IDLE_MS = 30_000;
/** For a statement, and for a transaction between two. */
export const STATEMENT_MS = 10_000;

export interface PoolOptions {
  readonly address: DatabaseAddress;
  readonly login: DatabaseLogin;
  readonly password: string;
  readonly main: boolean;
  /** Whether it is to notice that the other end has gone silent: a request has a deadline, a worker waits. */
  readonly attentive?: boolean;
  readonly log: Logger;
}

export function openPool({ address, login, password, main, attentive = false, log }: PoolOptions): pg.Pool {
  const open = attentive ? openAttentivePool : (config: pg.PoolConfig) => new pg.Pool(config);
  const pool = open({
    host: address.host,
    port: address.port,
    database: address.database,
    user: loginRole(login.service, login.privilege),
    password,
    ssl: tlsOptions(address),
    application_name: `metatron ${login.service} ${login.privilege}`,
    min: main ? 5 : 0,
    max: main ? 20 : 5,
    connectionTimeoutMillis: ACQUIRE_MS,
    idleTimeoutMillis: IDLE_MS,
    statement_timeout: STATEMENT_MS,
    idle_in_transaction_session_timeout: STATEMENT_MS,
    keepAlive: true,
  });
  // One that is checked out has no listener of the pool's: its end would end the process. Who holds it is told by
  // the next statement.
  pool.on('connect', (client) => client.on('error', () => undefined));
  // Without a listener, PostgreSQL's restart would end the process; the pool reconnects by itself.
  pool.on('error', (error) => {
    log.warn(
      { database: address.database, login: login.privilege, reason: error.message },
      'a pooled connection ended',
    );
  });
  return pool;
}

/** pg opens connections on demand whatever `min` says; a service begins with its five. */
export async function warmPool(pool: pg.Pool): Promise<void> {
  const clients = await Promise.all(Array.from({ length: pool.options.min ?? 0 }, () => pool.connect()));
  for (const client of clients) client.release();
}

/** Ends a pool. It says so before its sockets have closed; what they still hear is no news. */
export async function endPool(pool: pg.Pool): Promise<void> {
  pool.removeAllListeners('error').on('error', () => undefined);
  await pool.end();
}

/** Where every domain's database is. */
export type DatabaseAddresses = Readonly<Record<Domain, DatabaseAddress>>;
