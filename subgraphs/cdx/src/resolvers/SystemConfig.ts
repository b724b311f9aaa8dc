import type { SystemConfigResolvers } from '../generated/types.ts';
import { userOf } from '../references.ts';
import { systemConfig } from '../tables.ts';

const MAX_VERSIONS = 100;

export const SystemConfig: SystemConfigResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(systemConfig, id),
  // The schema's JSON is any value; the types of the code know it as an object.
  value: ({ value, isSecret }) => (isSecret ? null : value),
  versions: ({ id }, _args, ctx) =>
    ctx
      .db()
      .systemConfigVersion.findMany({ where: { configId: id }, orderBy: { version: 'desc' }, take: MAX_VERSIONS }),
  updatedBy: ({ updatedBy }) => userOf(updatedBy),
};
