import { requireUser } from '@metatron/platform/context';
import type { Domain } from '@metatron/platform/domains';
import type { SyncRun } from '@metatron/prisma/cdx/client';
import { v7 as uuidv7 } from 'uuid';

import type { Context, Tx } from './context.ts';

interface Wanted {
  readonly service: Domain;
  /** Null for all. */
  readonly tenantId: string | null;
}

/** Enters a run that makes a service's projections anew, with the event by which it begins. */
export async function requestRebuild(ctx: Context, tx: Tx, { service, tenantId }: Wanted) {
  const run: SyncRun = await tx.syncRun.create({
    data: {
      id: uuidv7(),
      source: service,
      kind: 'rebuild',
      onlyTenant: tenantId,
      requestedBy: requireUser(ctx.caller.identity).userId,
    },
  });
  return { run, event: { type: 'sync.rebuild_requested', payload: { runId: run.id } } } as const;
}
