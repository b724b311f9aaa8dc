import type { SystemConfigResolvers } from '../generated/types.ts';
import { userOf } from '../references.ts';
import { systemConfig } from '../tables.ts';

export const SystemConfig: SystemConfigResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(systemConfig, id),
  // The schema's JSON is any value; the types of the code know it as an object.
  value: ({ value, isSecret }) => (isSecret ? null : value),
  updatedBy: ({ updatedBy }) => userOf(updatedBy),
};
