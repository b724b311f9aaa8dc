import { z } from 'zod';

import { defineJob, type Job, type JobContext } from '../defineJob.ts';
import { dispatch } from '../events/dispatch.ts';
import type { Routes } from '../events/route.ts';
import { reasonOf } from '../relay/reason.ts';

import { pollFor } from './pollFor.ts';

const LEASE_MS = 30_000;
const IDLE_MS = 200;

async function round(routes: Routes, { leases, enqueue, log }: JobContext): Promise<number> {
  const counts = await Promise.all(
    Object.values(leases).map(({ source }) =>
      dispatch(source, routes, { enqueue, log }).catch((error: unknown) => {
        log.warn({ source: source.name, reason: reasonOf(error) }, 'domain events cannot be handed on');
        return 0;
      }),
    ),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Hands domain events to their handlers for as long as the lease lasts; its successor overlaps. */
export const deliver = (routes: Routes): Job =>
  defineJob({
    name: 'deliver',
    schema: z.object({}),
    schedules: [{ id: 'deliver', everyMs: LEASE_MS, data: {} }],
    handler: (_input, context) =>
      pollFor({ leaseMs: LEASE_MS, idleMs: IDLE_MS }, context, () => round(routes, context)),
  });
