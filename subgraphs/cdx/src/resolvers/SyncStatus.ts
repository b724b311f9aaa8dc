import type { SyncStatusResolvers } from '../generated/types.ts';
import { loadersOf } from '../loaders.ts';

export const SyncStatus: SyncStatusResolvers = {
  lagMs: ({ lagMs }) => Number(lagMs),
  backlog: ({ backlog }) => Number(backlog),
  position: ({ position }) => String(position),
  outboxBytes: ({ outboxBytes }) => Number(outboxBytes),
  drift: ({ drift }) => Number(drift),
  setAside: ({ source }, _args, ctx) => loadersOf(ctx).setAside.load(source),
  progress: ({ source }, _args, ctx) => loadersOf(ctx).runningRun.load(source),
};
