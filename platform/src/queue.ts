/**
 * The job queue: BullMQ on Redis when one is configured, else on PostgreSQL in a schema of its own
 * in the cdx database. Nothing but this file knows which; no truth lives in a job on either.
 *
 * Every job is given an id: one that BullMQ has to number would need a sequence per queue, and the
 * queue's login makes no objects.
 */
import {
  createPostgresBackend,
  Queue,
  runMigrations,
  Worker,
  type IQueueBackend,
  type JobProgress,
  type Processor,
  type WorkerOptions,
} from 'bullmq';
import type pg from 'pg';

import { QUEUE_ROLE, QUEUE_SCHEMA } from './access/databaseRoles.ts';
import { openAttentivePool } from './database/attentivePool.ts';
import { endPool, tlsOptions, type DatabaseAddress } from './database/pools.ts';
import type { Logger } from './log.ts';

/** One for the worker that listens, the rest for what queues and workers ask. */
const CONNECTIONS = 4;

export interface QueueStoreOptions {
  /** Undefined: PostgreSQL. */
  readonly redisUrl: string | undefined;
  /** The cdx database. */
  readonly address: DatabaseAddress;
  readonly password: string;
  readonly log: Logger;
}

type WorkerSettings = Omit<WorkerOptions, 'connection' | 'prefix'>;

export type JobQueue = Queue<unknown, void, string, unknown, void, string, IQueueBackend>;
export type JobWorker = Worker<unknown, void, string, IQueueBackend>;

export interface QueueStore {
  openQueue(name: string): JobQueue;
  openWorker(name: string, processor: Processor<unknown, void>, settings: WorkerSettings): JobWorker;
  /** To be called when every queue and worker is closed. */
  close(): Promise<void>;
}

function openPool({ address, password, log }: QueueStoreOptions): pg.Pool {
  const pool = openAttentivePool({
    host: address.host,
    port: address.port,
    database: address.database,
    user: QUEUE_ROLE,
    password,
    ssl: tlsOptions(address),
    application_name: 'metatron queue',
    // BullMQ's statements name no schema: the connection's path is what selects it.
    options: `-c search_path=${QUEUE_SCHEMA}`,
    max: CONNECTIONS,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  });
  pool.on('error', (error) => {
    log.warn({ reason: error.message }, 'a connection of the queue ended');
  });
  return pool;
}

/**
 * A worker that can be left as it is. BullMQ's own `close` waits for jobs whose end a store that is away never takes,
 * and until then it renews their locks by a timer, which would keep the process alive for ever.
 */
class QueueWorker<Backend extends IQueueBackend, Connection> extends Worker<
  unknown,
  void,
  string,
  Backend,
  JobProgress,
  Connection
> {
  override async disconnect(): Promise<void> {
    await this.lockManager.close();
    await super.disconnect();
  }
}

function onPostgres(options: QueueStoreOptions): QueueStore {
  const pool = openPool(options);
  // A real pool; pg's own types and BullMQ's sketch of them differ in an index signature.
  const connection = pool as unknown as Parameters<typeof createPostgresBackend>[1]['connection'];
  return {
    openQueue: (name) => new Queue(name, { connection }, createPostgresBackend) as unknown as JobQueue,
    openWorker: (name, processor, settings) =>
      new QueueWorker(name, processor, { ...settings, connection }, createPostgresBackend) as unknown as JobWorker,
    close: () => endPool(pool),
  };
}

function onRedis(url: string): QueueStore {
  const prefix = 'metatron';
  return {
    // A producer gives up soon, so that nothing waits for a Redis that is away; a worker never does.
    openQueue: (name) =>
      new Queue(name, {
        prefix,
        connection: { url, maxRetriesPerRequest: 1, enableOfflineQueue: false },
      }),
    openWorker: (name, processor, settings) =>
      new QueueWorker(name, processor, {
        ...settings,
        prefix,
        connection: { url, maxRetriesPerRequest: null },
      }),
    close: () => Promise.resolve(),
  };
}

export function openQueueStore(options: QueueStoreOptions): QueueStore {
  return options.redisUrl === undefined ? onPostgres(options) : onRedis(options.redisUrl);
}

/** Makes or updates BullMQ's tables, as the database's owner and on one connection. */
export async function migrateQueue(owner: pg.PoolClient): Promise<void> {
  await runMigrations(owner, QUEUE_SCHEMA);
}
