import { domains } from '@metatron/platform/domains';
import { z } from 'zod';

import { defineJob } from '../defineJob.ts';

/** How long a lease is: then the scheduler's next job for the source takes over. */
const LEASE_MS = 30_000;

/** Keeps cdx up with one source for as long as the lease is held. */
export const drain = defineJob({
  name: 'drain',
  schema: z.object({ source: z.enum(domains) }),
  schedules: domains.map((source) => ({ id: `drain-${source}`, everyMs: LEASE_MS, data: { source } })),
  handler: ({ source }, { leases, stopping }) => leases[source].hold(LEASE_MS, stopping),
});
