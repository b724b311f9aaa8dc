import type { SystemConfigVersionResolvers } from '../generated/types.ts';
import { userOf } from '../references.ts';

export const SystemConfigVersion: SystemConfigVersionResolvers = {
  value: ({ value, isSecret }) => (isSecret ? null : value),
  changedBy: ({ changedBy }) => userOf(changedBy),
};
