import type { AuditEntryResolvers } from '../generated/types.ts';
import { tenantOf, userOf } from '../references.ts';
import { auditLog } from '../tables.ts';

export const AuditEntry: AuditEntryResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(auditLog, id),
  seq: ({ seq }) => Number(seq),
  actor: ({ actorId }) => userOf(actorId),
  onBehalfOf: ({ onBehalfOf }) => userOf(onBehalfOf),
  tenant: tenantOf,
  object: ({ objectType, objectId }) => `${objectType}:${objectId}`,
};
