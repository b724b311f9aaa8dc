import type { DataLineageResolvers } from '../generated/types.ts';
import { loadersOf } from '../loaders.ts';
import { dataLineage } from '../tables.ts';

export const DataLineage: DataLineageResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(dataLineage, id),
  runs: async ({ sourceNamespace }, _args, ctx) => [
    ...(await loadersOf(ctx).lastRuns.load(sourceNamespace.replace(/^metatron_/, ''))),
  ],
};
