/**
 * Keeps the jobs coming: schedules them, works them off, and puts back what a queue has lost. When
 * the queue does not answer, this process drains of its own accord until it does.
 */
import { randomUUID } from 'node:crypto';

import type { JobQueue, JobWorker, QueueStore } from '@metatron/platform/queue';
import type { Logger } from '@metatron/platform/log';

import type { Job, JobContext, QueuedJob } from './defineJob.ts';
import { performer } from './perform.ts';

export const QUEUE = 'sync';

const WATCH_MS = 5_000;
/** A killed worker's jobs are given to another one within a few of these. */
const LOCK_MS = 2_000;
const STALLED_MS = 1_000;
/** A lease may be lost with its worker any number of times. */
const MAX_STALLED = 1_000_000;

const finished = { removeOnComplete: { count: 100 }, removeOnFail: { count: 1_000 } };

export class Supervisor {
  private readonly store: QueueStore;
  private readonly jobs: readonly Job[];
  private readonly context: JobContext;
  private readonly log: Logger;
  private queue: JobQueue | undefined;
  private worker: JobWorker | undefined;
  private timer: NodeJS.Timeout | undefined;
  private watching: Promise<void> | undefined;
  private reachable = true;

  constructor(store: QueueStore, jobs: readonly Job[], context: Omit<JobContext, 'enqueue'>) {
    this.store = store;
    this.jobs = jobs;
    this.context = { ...context, enqueue: (queued) => this.enqueue(queued) };
    this.log = context.log;
  }

  /** Whether the queue answered when it was last asked. */
  get queueReachable(): boolean {
    return this.reachable;
  }

  async start(): Promise<void> {
    await this.watch(true);
    this.timer = setInterval(() => {
      this.watching ??= this.watch(false).finally(() => (this.watching = undefined));
    }, WATCH_MS);
  }

  /** To be called after `context.stopping` is aborted: the handlers are then on their way out. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.watching;
    await this.close(this.worker);
    await this.close(this.queue);
  }

  /** A store that is away cannot be told good-bye: what it holds is then given to another worker. */
  private async close(user: JobQueue | JobWorker | undefined): Promise<void> {
    if (user === undefined) return;
    try {
      await withTimeout(this.reachable ? user.close() : user.disconnect(), LOCK_MS);
    } catch {
      await withTimeout(user.disconnect(), LOCK_MS).catch(() => undefined);
    }
  }

  private async watch(first: boolean): Promise<void> {
    try {
      const queue = (this.queue ??= await this.openQueue());
      this.worker ??= this.openWorker();
      await this.schedule(queue, first);
      if (!this.reachable) this.log.info('the queue answers again');
      this.reachable = true;
    } catch (error) {
      if (this.reachable)
        this.log.warn({ reason: (error as Error).message }, 'the queue does not answer; draining goes on without it');
      this.reachable = false;
      this.drainUnsupervised();
    }
  }

  /** A queue that never became ready stays so: each attempt makes a new one. */
  private async openQueue(): Promise<JobQueue> {
    const queue = this.store.openQueue(QUEUE);
    queue.on('error', (error) => {
      this.log.debug({ reason: error.message }, 'the queue reported an error');
    });
    try {
      await withTimeout(queue.waitUntilReady(), LOCK_MS);
      return queue;
    } catch (error) {
      void queue.close().catch(() => undefined);
      throw error;
    }
  }

  private openWorker(): JobWorker {
    const leases = Object.keys(this.context.leases).length;
    const worker = this.store.openWorker(
      QUEUE,
      performer(this.jobs, this.context),
      // A lease and its successor overlap, as do the two jobs that poll; the rest is for everything else.
      {
        concurrency: leases * 2 + 6,
        lockDuration: LOCK_MS,
        stalledInterval: STALLED_MS,
        maxStalledCount: MAX_STALLED,
        ...finished,
      },
    );
    worker.on('error', (error) => {
      this.log.debug({ reason: error.message }, 'the worker reported an error');
    });
    worker.on('failed', (job, error) => {
      this.log.error({ job: job?.name, reason: error.message }, 'a job failed');
    });
    return worker;
  }

  /** Schedulers that are there are left alone: put again, they would begin their period anew. */
  private async schedule(queue: JobQueue, first: boolean): Promise<void> {
    const present = new Set((await withTimeout(queue.getJobSchedulers(), LOCK_MS)).map(({ key }) => key));
    for (const { name, schedules } of this.jobs) {
      for (const { id, everyMs, data } of schedules) {
        if (!present.has(id)) await queue.upsertJobScheduler(id, { every: everyMs }, { name, data, opts: finished });
        // The scheduler's next job may be a whole period away, and its last one died with a process.
        else if (first) await queue.add(name, data, { ...finished, jobId: `start-${id}-${randomUUID()}` });
      }
    }
  }

  private async enqueue(jobs: readonly QueuedJob[]): Promise<void> {
    const { queue } = this;
    if (queue === undefined) throw new Error('the queue does not answer');
    // Not in bulk: that makes a sequence per queue on PostgreSQL, and the queue's login makes no objects.
    await Promise.all(jobs.map(({ name, data, opts }) => queue.add(name, data, { ...finished, ...opts })));
  }

  private drainUnsupervised(): void {
    const { leases, stopping } = this.context;
    for (const lease of Object.values(leases)) if (!lease.held) void lease.hold(0, stopping);
  }
}

async function withTimeout<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error('no answer in time'));
    }, milliseconds);
  });
  return Promise.race([work, late]).finally(() => {
    clearTimeout(timer);
  });
}
