import type { DeadLetterResolvers } from '../generated/types.ts';
import { tenantOf, userOf } from '../references.ts';
import { deadLetters } from '../tables.ts';

export const DeadLetter: DeadLetterResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(deadLetters, id),
  tenant: tenantOf,
  resolvedBy: ({ resolvedBy }) => userOf(resolvedBy),
};
