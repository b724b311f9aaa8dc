import { capturedTables } from '@metatron/prisma/capture/outbox';
import { z } from 'zod';

import { defineJob } from '../defineJob.ts';
import { everyTenant, requestLoads } from '../relay/loads.ts';
import { reasonOf } from '../relay/reason.ts';
import type { Source } from '../relay/source.ts';

const EVERY_MS = 60 * 60 * 1000;

const UNDER_WAY = "SELECT FROM sync_runs WHERE source = $1 AND kind = 'reconcile' AND status = 'running'";

/** Asks for every tenant to be compared with the source, unless the last round is still under way. */
export async function reconcileSource({ name, capture, origin, cdx }: Source): Promise<void> {
  if (capturedTables(capture).length === 0) return;
  const { rowCount } = await cdx.query(UNDER_WAY, [name]);
  if (rowCount !== 0) return;
  const tenants = await everyTenant(capture, origin, cdx);
  await requestLoads(cdx, name, { kind: 'reconcile', tenants, isBehind: false });
}

/**
 * Compares all that cdx has with the sources, tenant by tenant at the drain's own snapshot, and puts right
 * what is different. The drain does it when it has time; here it is only asked for.
 */
export const reconcile = defineJob({
  name: 'reconcile',
  schema: z.object({}),
  schedules: [{ id: 'reconcile', everyMs: EVERY_MS, data: {} }],
  handler: async (_input, { leases, log }) => {
    for (const { source } of Object.values(leases))
      await reconcileSource(source).catch((error: unknown) => {
        log.warn({ source: source.name, reason: reasonOf(error) }, 'the source cannot be reconciled');
      });
  },
});
