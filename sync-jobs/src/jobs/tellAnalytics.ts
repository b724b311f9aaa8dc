import type { Domain } from '@metatron/platform/domains';
import { z } from 'zod';

import { defineJob, type JobContext } from '../defineJob.ts';
import { tellAnalytics as tell, tellers } from '../events/tellAnalytics.ts';
import { reasonOf } from '../relay/reason.ts';

import { pollFor } from './pollFor.ts';

const LEASE_MS = 30_000;
const IDLE_MS = 1_000;

/** Whose events cannot be written now: the log says so when it begins, not each second. */
const failing = new Set<Domain>();

async function tellOf(name: Domain, { leases, connections, log }: JobContext): Promise<number> {
  try {
    const count = await tell(leases[name].source, connections);
    if (failing.delete(name)) log.info({ source: name }, 'domain events are written into analytics again');
    return count;
  } catch (error) {
    if (!failing.has(name))
      log.warn({ source: name, reason: reasonOf(error) }, 'domain events cannot be written into analytics');
    failing.add(name);
    return 0;
  }
}

async function round(context: JobContext): Promise<number> {
  const counts = await Promise.all(tellers.map((name) => tellOf(name, context)));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Writes domain events into ANALYTICS; what waits while it is away is written when it is back. */
export const tellAnalytics = defineJob({
  name: 'tellAnalytics',
  schema: z.object({}),
  schedules: [{ id: 'tellAnalytics', everyMs: LEASE_MS, data: {} }],
  handler: (_input, context) => pollFor({ leaseMs: LEASE_MS, idleMs: IDLE_MS }, context, () => round(context)),
});
