import type { SyncStatusResolvers } from '../generated/types.ts';

export const SyncStatus: SyncStatusResolvers = {
  lagMs: ({ lagMs }) => Number(lagMs),
  backlog: ({ backlog }) => Number(backlog),
  drift: ({ drift }) => Number(drift),
};
