import type { StageChangeResolvers } from '../generated/types.ts';
import { userOf } from '../references.ts';
import { stageChanges } from '../tables.ts';

export const StageChange: StageChangeResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(stageChanges, id),
  changedBy: ({ changedBy }) => userOf(changedBy),
};
