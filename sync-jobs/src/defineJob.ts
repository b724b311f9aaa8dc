/** A job is a name, a schema and a handler; the kit parses, so that a handler sees only what fits. */
import type { Domain } from '@metatron/platform/domains';
import type { Logger } from '@metatron/platform/log';
import { UnrecoverableError } from 'bullmq';
import type { z } from 'zod';

import type { Leases } from './relay/lease.ts';

/** What every job may use. */
export interface JobContext {
  readonly leases: Readonly<Record<Domain, Leases>>;
  readonly log: Logger;
  /** Aborted when the process stops: a handler finishes what it has in hand and returns. */
  readonly stopping: AbortSignal;
}

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
  readonly handler: (input: Input, context: JobContext) => Promise<void>;
}

export interface Job {
  readonly name: string;
  readonly schedules: readonly Schedule<unknown>[];
  /** @throws UnrecoverableError for a payload that does not fit: no retry can mend it. */
  readonly run: (data: unknown, context: JobContext) => Promise<void>;
}

export function defineJob<Input>({ name, schema, schedules, handler }: Definition<Input>): Job {
  return {
    name,
    schedules,
    run: async (data, context) => {
      const parsed = schema.safeParse(data);
      if (!parsed.success) throw new UnrecoverableError(`the payload of ${name} does not fit its schema`);
      await handler(parsed.data, context);
    },
  };
}
