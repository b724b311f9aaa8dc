import { defineTable } from '@metatron/platform/read/table';
import { Prisma } from '@metatron/prisma/cdx/client';

import type {
  AdminRow,
  AuditEntryRow,
  AuthEventGlobalRow,
  ClientRow,
  CmsContentIndexRow,
  ComplianceReportRow,
  DataLineageRow,
  DeadLetterRow,
  NotificationGlobalRow,
  SecurityEventRow,
  ServiceRow,
  SystemConfigRow,
} from './mappers.ts';

export const clients = defineTable<ClientRow>('Client', 'clients', Prisma.ClientScalarFieldEnum, { tenancy: 'none' });
export const admins = defineTable<AdminRow>('Admin', 'admins', Prisma.AdminScalarFieldEnum, { tenancy: 'none' });
export const services = defineTable<ServiceRow>('Service', 'services', Prisma.ServiceScalarFieldEnum, {
  tenancy: 'none',
});
export const systemConfig = defineTable<SystemConfigRow>(
  'SystemConfig',
  'system_config',
  Prisma.SystemConfigScalarFieldEnum,
  { tenancy: 'none' },
);
export const authEvents = defineTable<AuthEventGlobalRow>(
  'AuthEventGlobal',
  'auth_events',
  Prisma.AuthEventScalarFieldEnum,
);
export const contentIndex = defineTable<CmsContentIndexRow>(
  'CmsContentIndex',
  'cms_content_index',
  Prisma.CmsContentIndexScalarFieldEnum,
);
export const notifications = defineTable<NotificationGlobalRow>(
  'NotificationGlobal',
  'notifications_global',
  Prisma.NotificationGlobalScalarFieldEnum,
);
export const auditLog = defineTable<AuditEntryRow>('AuditEntry', 'audit_log', Prisma.AuditLogScalarFieldEnum, {
  without: ['sourceId', 'contentHash', 'prevHash', 'hash', 'createdAt'],
});
export const securityEvents = defineTable<SecurityEventRow>(
  'SecurityEvent',
  'security_events',
  Prisma.SecurityEventScalarFieldEnum,
  { without: ['dedupeKey'] },
);
export const deadLetters = defineTable<DeadLetterRow>('DeadLetter', 'dead_letters', Prisma.DeadLetterScalarFieldEnum, {
  without: ['sourceRef'],
});
export const complianceReports = defineTable<ComplianceReportRow>(
  'ComplianceReport',
  'compliance_reports',
  Prisma.ComplianceReportScalarFieldEnum,
);
export const dataLineage = defineTable<DataLineageRow>(
  'DataLineage',
  'data_lineage',
  Prisma.DataLineageScalarFieldEnum,
  { tenancy: 'none', without: ['runId'] },
);
