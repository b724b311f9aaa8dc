import { z } from 'zod';

import { defineJob } from '../defineJob.ts';
import { readGauges } from '../rollup/gauges.ts';
import { rollUp } from '../rollup/rollUp.ts';

const EVERY_MS = 6 * 60 * 60 * 1000;

/** Makes the coming months' partitions of events, and brings the metrics of events and of the other services up to date. */
export const rollup = defineJob({
  name: 'rollup',
  schema: z.object({}),
  schedules: [{ id: 'rollup', everyMs: EVERY_MS, data: {} }],
  handler: async (_input, { connections, log }) => {
    const db = connections.as('analytics', { service: 'analytics', privilege: 'service' }, null);
    await db.query('SELECT events_make_months_ahead()');
    const hours = await rollUp(db);
    log.info({ hours }, 'events are rolled up');
    const tenants = await readGauges(connections, new Date());
    log.info({ tenants }, 'gauges are read');
  },
});
