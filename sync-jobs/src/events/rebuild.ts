import { isDomain } from '@metatron/platform/domains';
import { events } from '@metatron/prisma/cdx/events';
import { UnrecoverableError } from 'bullmq';

import { everyTenant, requestLoads } from '../relay/loads.ts';

import { defineHandler } from './defineHandler.ts';

const READ = 'SELECT source, only_tenant AS "onlyTenant" FROM sync_runs WHERE id = $1 AND status = \'pending\'';

interface Run {
  readonly source: string;
  readonly onlyTenant: string | null;
}

/** Has a tenant's projections, or all of a source, made anew: a superadmin has asked for it. The drain does it. */
export const rebuild = defineHandler({
  name: 'rebuild',
  of: events,
  on: ['sync.rebuild_requested'],
  handle: async ({ payload: { runId } }, { leases }) => {
    const { rows } = await leases.cdx.source.cdx.query<Run>(READ, [runId]);
    const [run] = rows;
    // Another attempt has asked already.
    if (run === undefined) return;
    if (!isDomain(run.source)) throw new UnrecoverableError('the run is of no source');
    const { name, capture, origin, cdx } = leases[run.source].source;
    const tenants = run.onlyTenant === null ? await everyTenant(capture, origin, cdx) : [run.onlyTenant];
    await requestLoads(cdx, name, { kind: 'rebuild', tenants, runId, isBehind: false });
  },
});
