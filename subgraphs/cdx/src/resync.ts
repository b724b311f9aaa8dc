import { requireUser } from '@metatron/platform/context';
import { domains } from '@metatron/platform/domains';
import { Refusal } from '@metatron/platform/errors';
import type { SyncRun } from '@metatron/prisma/cdx/client';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

import { verb, type Context } from './context.ts';
import { tenants } from './tenantOverview.ts';

const input = z.object({
  service: z.string().refine((name) => (domains as readonly string[]).includes(name), 'There is no such service.'),
  tenantId: z.string().nullish(),
});

async function tenantOf(ctx: Context, { tenantId }: z.output<typeof input>): Promise<string> {
  if (tenantId == null) return 'platform';
  if ((await ctx.read.byId(tenants, tenantId)) === null)
    throw new Refusal('NOT_FOUND', 'There is no such tenant.', 'tenantId');
  return tenantId;
}

/** Asks for a service's projections to be made anew from its database, while writes go on. */
export const resync = verb<typeof input, SyncRun>({
  name: 'resync',
  input,
  tenant: { of: 'resolved', find: tenantOf },
  async act({ ctx, tx, input: { service, tenantId } }) {
    const row = await tx.syncRun.create({
      data: {
        id: uuidv7(),
        source: service,
        kind: 'rebuild',
        onlyTenant: tenantId ?? null,
        requestedBy: requireUser(ctx.caller.identity).userId,
      },
    });
    return {
      row,
      object: { type: 'SyncRun', id: row.id },
      after: row,
      events: [{ type: 'sync.rebuild_requested', payload: { runId: row.id } }],
    };
  },
});
