import type { SyncJobResolvers } from '../generated/types.ts';
import { userOf } from '../references.ts';

export const SyncJob: SyncJobResolvers = {
  service: ({ source }) => source,
  tenant: ({ onlyTenant }) => (onlyTenant === null ? null : { id: onlyTenant }),
  requestedBy: ({ requestedBy }) => userOf(requestedBy),
};
