import type { DataLineageResolvers } from '../generated/types.ts';
import { dataLineage } from '../tables.ts';

export const DataLineage: DataLineageResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(dataLineage, id),
};
