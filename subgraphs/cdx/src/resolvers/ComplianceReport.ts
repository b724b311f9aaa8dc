import type { ComplianceReportResolvers } from '../generated/types.ts';
import { tenantOf, userOf } from '../references.ts';
import { complianceReports } from '../tables.ts';

export const ComplianceReport: ComplianceReportResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.read.byId(complianceReports, id),
  tenant: tenantOf,
  hash: ({ hash }) => (hash === null ? null : Buffer.from(hash).toString('hex')),
  requestedBy: ({ requestedBy }) => userOf(requestedBy),
};
