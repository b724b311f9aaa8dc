import { UnrecoverableError } from 'bullmq';

import { setAside } from '../deadLetters/setAside.ts';
import { defineJob, type Job } from '../defineJob.ts';

import type { EventHandler } from './defineHandler.ts';
import { eventReference, letterOf, readEvent } from './eventReference.ts';

/** The job that gives an event to a handler. */
export const eventJobName = ({ name }: Pick<EventHandler, 'name'>): string => `event-${name}`;

/** The job of a handler. A delivery that has failed for good becomes a dead letter. */
export function eventJob(handler: EventHandler): Job {
  const name = eventJobName(handler);
  return defineJob({
    name,
    schema: eventReference,
    schedules: [],
    handler: async (of, context, attempt) => {
      const event = await readEvent(of, context);
      if (event === undefined) return;
      try {
        await handler.handle({ ...attempt, event }, context);
      } catch (error) {
        const final = attempt.lastAttempt || error instanceof UnrecoverableError;
        const { cdx } = context.leases[of.source].source;
        if (final) await setAside({ cdx, log: context.log }, letterOf(name, of), { error, attempts: attempt.attempt });
        throw error;
      }
    },
  });
}
