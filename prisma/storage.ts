/** A process's databases: the embedded cluster, what is to be made in it, and the demo data. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Connections } from '@metatron/platform/database/connections';
import {
  findRunningCluster,
  prepareDirectory,
  startCluster,
  stopCluster,
  type EmbeddedCluster,
} from '@metatron/platform/database/embedded';
import { readPasswords, type Passwords } from '@metatron/platform/database/passwords';
import type { DatabaseAddresses } from '@metatron/platform/database/pools';
import { domains, type Domain } from '@metatron/platform/domains';
import type { Environment } from '@metatron/platform/env';
import { StartupError } from '@metatron/platform/errors';
import type { Logger } from '@metatron/platform/log';
import { hashPassword } from '@metatron/platform/passwordHash';
import type { Storage } from '@metatron/platform/registry';

import { loadDemo, setDemoPassword } from './demo.ts';
import { provision, repairDatabases, resolveAddresses } from './provision.ts';

const embeddedDomains = ({ databaseUrls }: Environment): readonly Domain[] =>
  domains.filter((domain) => databaseUrls[domain] === undefined);

/** One program at a time keeps the embedded cluster; a lock of a program that is gone is taken over. */
function takeLock(dataDirectory: string): () => void {
  prepareDirectory(dataDirectory);
  const file = join(dataDirectory, 'metatron.pid');
  const holder = existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;
  if (holder !== undefined && holder !== process.pid && isAlive(holder)) {
    throw new StartupError(
      `${dataDirectory} is in use by process ${String(holder)}.`,
      'Stop it first, or set DATA_DIR to another folder.',
    );
  }
  writeFileSync(file, String(process.pid));
  return () => {
    rmSync(file, { force: true });
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  // The id of a program that is gone may since belong to any other.
  const command = `/proc/${String(pid)}/cmdline`;
  return !existsSync(command) || readFileSync(command, 'utf8').includes('node');
}

async function withConnections<T>(
  addresses: DatabaseAddresses,
  passwords: Passwords,
  log: Logger,
  run: (connections: Connections) => Promise<T>,
): Promise<T> {
  const connections = new Connections(addresses, passwords, log);
  try {
    return await run(connections);
  } finally {
    await connections.end();
  }
}

/** Runs on the embedded cluster, if there is one: as it runs, else started for this alone. */
export async function withCluster<T>(
  environment: Environment,
  run: (cluster: EmbeddedCluster | undefined) => Promise<T>,
): Promise<T> {
  const { dataDirectory } = environment;
  if (embeddedDomains(environment).length === 0) return run(undefined);
  const wasRunning = findRunningCluster(dataDirectory) !== undefined;
  try {
    return await run(await startCluster(dataDirectory));
  } finally {
    if (!wasRunning) await stopCluster(dataDirectory);
  }
}

/**
 * Makes every database's roles and grants what the access matrix says, as its owner; migrations apart.
 * @returns what was different, in words.
 */
export const repairAccess = (environment: Environment): Promise<readonly string[]> =>
  withCluster(environment, (cluster) => repairDatabases(environment, readPasswords(environment), cluster));

export interface DemoSize {
  readonly tenants?: number;
  readonly scale?: number;
}

/** Loads the demo data that is missing; the password of the environment wins over the kept one. */
export async function ensureDemo(
  environment: Environment,
  addresses: DatabaseAddresses,
  passwords: Passwords,
  log: Logger,
  size: DemoSize = {},
): Promise<string> {
  const file = join(environment.dataDirectory, 'demo-password');
  const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
  const password = environment.demoPassword ?? kept ?? randomBytes(9).toString('base64url');
  if (password !== kept) writeFileSync(file, `${password}\n`, { mode: 0o600 });
  const passwordHash = await hashPassword(password);
  await withConnections(addresses, passwords, log, async (connections) => {
    const open = (domain: Domain) => connections.as(domain, { service: domain, privilege: 'service' }, null);
    await loadDemo({ open, passwordHash, ...size });
    if (password !== kept) await setDemoPassword(open('auth'), passwordHash);
  });
  return password;
}

/** The databases of `npm start`: started, migrated and filled as far as they are embedded. */
export async function openStorage(environment: Environment, log: Logger): Promise<Storage> {
  const embedded = embeddedDomains(environment);
  const { dataDirectory } = environment;
  // Before anything is touched: what runs there may be another program's.
  const release = embedded.length > 0 ? takeLock(dataDirectory) : undefined;
  const close = async (): Promise<void> => {
    if (release !== undefined) await stopCluster(dataDirectory).finally(release);
  };
  try {
    const cluster = release === undefined ? undefined : await startCluster(dataDirectory);
    const passwords = readPasswords(environment);
    const { addresses } = await provision(environment, passwords, cluster, embedded);
    const demoPassword = environment.demo ? await ensureDemo(environment, addresses, passwords, log) : undefined;
    return { addresses, passwords, demoPassword, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * The databases that somebody else keeps.
 * @throws StartupError when one is absent.
 */
export async function findStorage(environment: Environment): Promise<Storage> {
  const cluster = embeddedDomains(environment).length > 0 ? findRunningCluster(environment.dataDirectory) : undefined;
  const addresses = resolveAddresses(environment, cluster);
  return Promise.resolve({
    addresses,
    passwords: readPasswords(environment),
    demoPassword: undefined,
    close: () => Promise.resolve(),
  });
}
