import type { SyncJobResolvers } from '../generated/types.ts';
import { loadersOf } from '../loaders.ts';
import { userOf } from '../references.ts';

export const SyncJob: SyncJobResolvers = {
  service: ({ source }) => source,
  tenant: ({ onlyTenant }) => (onlyTenant === null ? null : { id: onlyTenant }),
  tenantsDone: async ({ id, tenants }, _args, ctx) =>
    tenants === null ? null : Math.max(0, tenants - (await loadersOf(ctx).loadsLeft.load(id))),
  rowsRead: ({ rowsRead }) => Number(rowsRead),
  drift: ({ drift }) => Number(drift),
  requestedBy: ({ requestedBy }) => userOf(requestedBy),
};
