import { domains } from '@metatron/platform/domains';
import { Refusal } from '@metatron/platform/errors';
import { z } from 'zod';

import { verb, type Context } from './context.ts';
import { requestRebuild } from './syncRun.ts';
import { tenants } from './tenantOverview.ts';

const input = z.object({ service: z.enum(domains, 'There is no such service.'), tenantId: z.string().nullish() });

async function tenantOf(ctx: Context, { tenantId }: z.output<typeof input>): Promise<string> {
  if (tenantId == null) return 'platform';
  if ((await ctx.read.byId(tenants, tenantId)) === null)
    throw new Refusal('NOT_FOUND', 'There is no such tenant.', 'tenantId');
  return tenantId;
}

/** Asks for a service's projections to be made anew from its database, while writes go on. */
export const resync = verb({
  name: 'resync',
  input,
  tenant: { of: 'resolved', find: tenantOf },
  async act({ ctx, tx, input: { service, tenantId } }) {
    const { run, event } = await requestRebuild(ctx, tx, { service, tenantId: tenantId ?? null });
    return { row: run, object: { type: 'SyncRun', id: run.id }, after: run, events: [event] };
  },
});
