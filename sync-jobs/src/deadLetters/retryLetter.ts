import { UnrecoverableError } from 'bullmq';

import { defineJob, PoisonError, type Job } from '../defineJob.ts';

import { close, letterReference, readSent, reopen } from './letters.ts';
import { failureOf } from './setAside.ts';

export const retryLetterName = 'retryLetter';

/**
 * Runs the job of a dead letter again, under attempts of its own. Succeeding closes the letter;
 * failing for good opens it again, with the attempts added up.
 */
export const retryLetter = (jobs: readonly Job[]): Job =>
  defineJob({
    name: retryLetterName,
    schema: letterReference,
    schedules: [],
    handler: async (reference, context, attempt) => {
      const { cdx } = context.leases.cdx.source;
      const letter = await readSent(cdx, reference);
      if (letter === undefined) return;
      try {
        const job = jobs.find(({ name }) => name === letter.job);
        if (job === undefined) throw new UnrecoverableError('its job is not known any more');
        await job.run(letter.payload, context, attempt);
      } catch (error) {
        const final = attempt.lastAttempt || error instanceof UnrecoverableError;
        if (final) await reopen(cdx, reference, { error, attempts: attempt.attempt });
        // The poison is this letter's, which is open again: it is no letter of its own.
        throw error instanceof PoisonError ? new UnrecoverableError(failureOf(error)) : error;
      }
      await close(cdx, reference);
    },
  });
