/** A cluster of its own for a file of tests: they truncate tables and stop what they please. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { Writable } from 'node:stream';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { freePort, startCluster, stopCluster, type EmbeddedCluster } from '@metatron/platform/database/embedded';
import { readPasswords, type Passwords } from '@metatron/platform/database/passwords';
import { endPool, type DatabaseAddresses } from '@metatron/platform/database/pools';
import { perDomain, type Domain } from '@metatron/platform/domains';
import { readEnvironment } from '@metatron/platform/env';
import { createLog, type Logger } from '@metatron/platform/log';
import { openKeyRing } from '@metatron/platform/tokens';
import { embeddedDatabase, provision } from '@metatron/prisma/provision';
import { startSyncJobs, type SyncJobs } from '@metatron/sync-jobs/main';
import pg from 'pg';

export const silent = createLog('silent');

/** Every database as the superuser, whom row security does not touch. */
export interface Databases {
  readonly sql: Readonly<Record<Domain, pg.Pool>>;
}

export interface Kit extends Databases {
  readonly dataDirectory: string;
  readonly addresses: DatabaseAddresses;
  readonly passwords: Passwords;
  startWorkers(redisUrl?: string, log?: Logger): Promise<SyncJobs>;
  stop(): Promise<void>;
}

function openPools({ host, port, superuser, superuserPassword }: EmbeddedCluster): Record<Domain, pg.Pool> {
  return perDomain(
    (domain) =>
      new pg.Pool({
        host,
        port,
        user: superuser,
        password: superuserPassword,
        database: embeddedDatabase(domain),
        max: 6,
      }),
  );
}

export async function openKit(): Promise<Kit> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'metatron-sync-'));
  const environment = readEnvironment({ DATA_DIR: dataDirectory });
  const cluster = await startCluster(dataDirectory);
  const passwords = readPasswords(environment);
  const { addresses } = await provision(environment, passwords, cluster);
  const keys = await openKeyRing(environment.signingKeysFile);
  const sql = openPools(cluster);
  return {
    dataDirectory,
    addresses,
    passwords,
    sql,
    startWorkers: (redisUrl, log = silent) =>
      startSyncJobs({
        environment: { ...environment, redisUrl },
        addresses,
        passwords,
        keys,
        log,
      }),
    stop: async () => {
      await Promise.all(Object.values(sql).map(endPool));
      await stopCluster(dataDirectory);
      rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}

export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** Loses everything, as by accident. */
  flush(): Promise<void>;
  /** From now on it takes what it is sent, and answers nothing. */
  silence(): void;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

export function ended(child: ChildProcess): Promise<void> {
  return child.exitCode === null && child.signalCode === null
    ? new Promise((resolve) =>
        child.once('exit', () => {
          resolve();
        }),
      )
    : Promise.resolve();
}

/** A Redis of its own, which keeps nothing. Debian: `apt-get install redis-server`. */
export async function startRedis(): Promise<RedisServer> {
  const port = await freePort();
  const child = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.stdout.on('data', (text: Buffer) => {
      if (text.includes('Ready to accept connections')) resolve();
    });
  });
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await ended(child);
  };
  return {
    port,
    url: `redis://127.0.0.1:${String(port)}`,
    flush: () =>
      new Promise((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () => socket.write('FLUSHALL\r\n'));
        socket.once('error', reject);
        socket.once('data', () => {
          socket.end();
          resolve();
        });
      }),
    silence: () => void child.kill('SIGSTOP'),
    // One that is silenced hears no other signal.
    stop: () => end('SIGKILL'),
    kill: () => end('SIGKILL'),
  };
}

/** Takes what is written to it as lines. */
export const into = (lines: string[]): Writable =>
  new Writable({
    write: (line: Buffer, _encoding, done) => {
      lines.push(line.toString());
      done();
    },
  });

/** Waits until a question is answered with yes. */
export async function eventually(
  question: () => Promise<boolean>,
  milliseconds: number,
  what: string,
): Promise<number> {
  const begun = Date.now();
  while (!(await question())) {
    if (Date.now() - begun > milliseconds) throw new Error(`not within ${String(milliseconds)} ms: ${what}`);
    await sleep(5);
  }
  return Date.now() - begun;
}

/** Waits until cdx has all that the domains have committed so far. */
export async function caughtUp({ sql }: Databases, sources: readonly Domain[], milliseconds = 10_000): Promise<void> {
  const wait = async (source: Domain): Promise<void> => {
    const {
      rows: [now],
    } = await sql[source].query<{ at: string }>('SELECT clock_timestamp()::text AS at');
    const question = async (): Promise<boolean> => {
      const { rows } = await sql.cdx.query(
        'SELECT FROM sync_checkpoints WHERE source = $1 AND complete_through > $2::timestamptz',
        [source, now?.at],
      );
      return rows.length === 1;
    };
    await eventually(question, milliseconds, `${source} is caught up`);
  };
  await Promise.all(sources.map(wait));
}
