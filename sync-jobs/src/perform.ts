import { UnrecoverableError } from 'bullmq';

import { poisonLetter, plainName } from './deadLetters/poison.ts';
import { failureOf, setAside } from './deadLetters/setAside.ts';
import { JobError, PoisonError, type Job, type JobContext } from './defineJob.ts';

/** A job as the queue gives it. */
interface GivenJob {
  readonly name: string;
  readonly data: unknown;
  readonly attemptsMade: number;
  readonly opts: { readonly attempts?: number };
}

/** Runs what the queue gives, by its name. What nothing can be done with becomes a dead letter. */
export function performer(jobs: readonly Job[], context: JobContext): (given: GivenJob) => Promise<void> {
  const byName = new Map(jobs.map((job) => [job.name, job]));
  return async ({ name, data, attemptsMade, opts }) => {
    const attempt = attemptsMade + 1;
    try {
      const job = byName.get(name);
      if (job === undefined) throw new PoisonError(`no job is called ${plainName(name)}`);
      await job.run(data, context, { attempt, lastAttempt: attempt >= (opts.attempts ?? 1) });
    } catch (error) {
      const { cdx } = context.leases.cdx.source;
      if (error instanceof PoisonError)
        await setAside({ cdx, log: context.log }, poisonLetter(name, data), { error, attempts: attempt });
      // The queue keeps the message and the log shows it.
      throw error instanceof UnrecoverableError ? error : new JobError(failureOf(error));
    }
  };
}
