import { z } from 'zod';

import { turnPeriods } from '../billing/turnPeriods.ts';
import { defineJob } from '../defineJob.ts';

/** Ends and renews subscriptions whose period is over, across tenants, as the billing service. */
export const billingPeriods = defineJob({
  name: 'billingPeriods',
  schema: z.object({}),
  schedules: [{ id: 'billing-periods', everyMs: 60_000, data: {} }],
  handler: async (_input, { connections, log, stopping }) => {
    await turnPeriods(connections.as('billing', { service: 'billing', privilege: 'service' }, null), log, stopping);
  },
});
