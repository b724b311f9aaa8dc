/** A job is a name, a schema and a handler; the kit parses, so that a handler sees only what fits. */
import type { Connections } from '@metatron/platform/database/connections';
import type { Domain } from '@metatron/platform/domains';
import type { Environment } from '@metatron/platform/env';
import type { Logger } from '@metatron/platform/log';
import type { KeyRing } from '@metatron/platform/tokens';
import { UnrecoverableError, type JobsOptions } from 'bullmq';
import type { z } from 'zod';

import type { Leases } from './relay/lease.ts';

/** A job to be put into the queue, with the id under which it is there once. */
export interface QueuedJob {
  readonly name: string;
  /** Ids, never data, because the queue keeps it in plain text. */
  readonly data: object;
  readonly opts: JobsOptions & { readonly jobId: string };
}

/** What every job may use. */
export interface JobContext {
  readonly environment: Environment;
  readonly leases: Readonly<Record<Domain, Leases>>;
  /** The databases, under the services' own roles. */
  readonly connections: Connections;
  readonly keys: KeyRing;
  readonly log: Logger;
  readonly enqueue: (jobs: readonly QueuedJob[]) => Promise<void>;
  /** Aborted when the process stops: a handler finishes what it has in hand and returns. */
  readonly stopping: AbortSignal;
}

export interface Attempt {
  /** 1 for the first. */
  readonly attempt: number;
  /** The job is not tried again after this one. */
  readonly lastAttempt: boolean;
}

/** A failure whose message names no person, no secret and no row: it may be kept and shown. */
export class JobError extends Error {}

/** A job that nothing can be done with: a name that is none, or a payload that does not fit. */
export class PoisonError extends UnrecoverableError {}

/** A job that comes again and again; its id is the scheduler's. */
export interface Schedule<Input> {
  readonly id: string;
  readonly everyMs: number;
  readonly data: Input;
}

interface Definition<Input> {
  readonly name: string;
  /** Of the payload: ids, never data, because the queue keeps it in plain text. */
  readonly schema: z.ZodType<Input>;
  readonly schedules: readonly Schedule<Input>[];
  readonly handler: (input: Input, context: JobContext, attempt: Attempt) => Promise<void>;
}

export interface Job {
  readonly name: string;
  readonly schedules: readonly Schedule<unknown>[];
  /** @throws PoisonError for a payload that does not fit: no retry can mend it. */
  readonly run: (data: unknown, context: JobContext, attempt: Attempt) => Promise<void>;
}

export function defineJob<Input>({ name, schema, schedules, handler }: Definition<Input>): Job {
  return {
    name,
    schedules,
    run: async (data, context, attempt) => {
      const parsed = schema.safeParse(data);
      if (!parsed.success) throw new PoisonError(`the payload of ${name} does not fit its schema`);
      await handler(parsed.data, context, attempt);
    },
  };
}
