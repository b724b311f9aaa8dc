/** All that a fault may befall: two clusters, a Redis, two workers, and the proxies between them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { prepareDirectory } from '@metatron/platform/database/embedded';
import { readPasswords } from '@metatron/platform/database/passwords';
import { endPool } from '@metatron/platform/database/pools';
import { perDomain } from '@metatron/platform/domains';
import { readEnvironment } from '@metatron/platform/env';
import { openKeyRing } from '@metatron/platform/tokens';
import { embeddedDatabase, provision } from '@metatron/prisma/provision';
import pg from 'pg';

import { startRedis, type Databases, type RedisServer } from '../kit.ts';
import { plant, sources } from '../statements.ts';

import { Cluster } from './cluster.ts';
import { FaultProxy } from './proxy.ts';
import { Worker } from './worker.ts';

export type Queue = 'postgres' | 'redis';

const CONNECT_MS = 2_000;

export class World implements Databases {
  readonly dataDirectory: string;
  readonly source: Cluster;
  readonly cdx: Cluster;
  readonly sql: Databases['sql'];
  readonly workers: readonly [Worker, Worker];
  queue: Queue = 'postgres';
  /** What is to be put right once everything has been found exact. */
  readonly afterwards: (() => Promise<void>)[] = [];
  /** How often a source has lost what it had already answered for. */
  lives = 0;
  private redis: RedisServer;

  private constructor(parts: Pick<World, 'dataDirectory' | 'source' | 'cdx' | 'sql' | 'workers'>, redis: RedisServer) {
    this.dataDirectory = parts.dataDirectory;
    this.source = parts.source;
    this.cdx = parts.cdx;
    this.sql = parts.sql;
    this.workers = parts.workers;
    this.redis = redis;
  }

  static async open(): Promise<World> {
    const dataDirectory = mkdtempSync(join(tmpdir(), 'metatron-faults-'));
    prepareDirectory(dataDirectory);
    const [source, cdx, redis] = await Promise.all([
      Cluster.start(join(dataDirectory, 'source')),
      Cluster.start(join(dataDirectory, 'cdx')),
      startRedis(),
    ]);
    await furnish(dataDirectory, source, cdx);
    const openWorker = async (name: string): Promise<Worker> => {
      const proxies = {
        source: await source.openProxy(),
        cdx: await cdx.openProxy(),
        redis: await FaultProxy.open(redis.port),
      };
      return new Worker({ dataDirectory, name, proxies });
    };
    const workers = [await openWorker('one'), await openWorker('two')] as const;
    const world = new World({ dataDirectory, source, cdx, workers, sql: await openPools(source, cdx) }, redis);
    await plant(world);
    return world;
  }

  get redisUrl(): string | undefined {
    return this.queue === 'redis' ? this.redis.url : undefined;
  }

  /** Starts the workers that are not running. */
  async startWorkers(preloads: readonly string[] = []): Promise<void> {
    const absent = this.workers.filter(({ isRunning }) => !isRunning);
    await Promise.all(absent.map((worker) => worker.start(this.queue, preloads)));
  }

  async killWorkers(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.kill()));
  }

  async useQueue(queue: Queue): Promise<void> {
    await this.killWorkers();
    this.queue = queue;
    await this.startWorkers();
  }

  /** The source is older than it was: the entries that it had are in the audit log alone. */
  forgetAudited(): void {
    this.lives += 1;
  }

  async flushRedis(): Promise<void> {
    await this.redis.flush();
  }

  async killRedis(): Promise<void> {
    await this.redis.kill();
  }

  async restartRedis(): Promise<void> {
    this.redis = await startRedis();
    for (const { proxies } of this.workers) proxies.redis.moveTo(this.redis.port);
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.end()));
    await Promise.all(Object.values(this.sql).map(endPool));
    await Promise.all([this.source.end(), this.cdx.end(), this.redis.kill()]);
    rmSync(this.dataDirectory, { recursive: true, force: true });
  }
}

/** Every database, role and table; the six sources in one cluster, cdx in the other. */
async function furnish(dataDirectory: string, source: Cluster, cdx: Cluster): Promise<void> {
  const environment = readEnvironment({ DATA_DIR: dataDirectory });
  const passwords = readPasswords(environment);
  await Promise.all([
    provision(environment, passwords, source.login, sources),
    provision(environment, passwords, cdx.login, ['cdx']),
    openKeyRing(environment.signingKeysFile),
  ]);
}

async function openPools(source: Cluster, cdx: Cluster): Promise<Databases['sql']> {
  const ways = { source: await source.openProxy(), cdx: await cdx.openProxy() };
  return perDomain((domain) => {
    const [cluster, { port }] = domain === 'cdx' ? ([cdx, ways.cdx] as const) : ([source, ways.source] as const);
    const { superuser: user, superuserPassword: password } = cluster.login;
    const database = embeddedDatabase(domain);
    const options = { host: '127.0.0.1', port, user, password, database, max: 8, connectionTimeoutMillis: CONNECT_MS };
    return new pg.Pool(options).on('error', () => undefined);
  });
}
