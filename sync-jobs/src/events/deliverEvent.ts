import { defineJob, type Job } from '../defineJob.ts';

import { eventReference, readEvent } from './eventReference.ts';
import { jobsFor, type Routes } from './route.ts';

export const deliverEventName = 'deliverEvent';

/** Hands one event on by itself: what could not be taken when its turn came, and may be taken by now. */
export const deliverEvent = (routes: Routes): Job =>
  defineJob({
    name: deliverEventName,
    schema: eventReference,
    schedules: [],
    handler: async (of, context) => {
      const event = await readEvent(of, context);
      if (event !== undefined) await context.enqueue(jobsFor(event, routes));
    },
  });
