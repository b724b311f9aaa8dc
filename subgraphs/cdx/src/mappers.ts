import type { Connection } from '@metatron/platform/read/connection';
import type {
  Admin,
  AnalyticsSummary,
  AuditLog,
  AuthEvent,
  AuthSummary,
  BillingOverview,
  Client,
  CmsContentIndex,
  CmsSummary,
  ComplianceReport,
  CrmSummary,
  DataLineage,
  DeadLetter,
  NotificationGlobal,
  NotificationSummary,
  SecurityEvent,
  Service,
  SyncCheckpoint,
  SyncRun,
  SystemConfig,
  SystemConfigVersion,
} from '@metatron/prisma/cdx/client';

import type { AuditBreak, AuditVerification } from '@metatron/prisma/cdx/audit/verify';

import type { Counted } from './counted.ts';

/** A tenant as a reference gives it; its summaries are found by its id. */
export interface TenantRow {
  readonly id: string;
}

export interface UserRow {
  readonly id: string;
}

export type ClientRow = Client;
export type AdminRow = Admin;
export type ServiceRow = Service;
export type SystemConfigRow = SystemConfig;
export type SystemConfigVersionRow = SystemConfigVersion;
export type SyncJobRow = SyncRun;
export type AuthEventGlobalRow = AuthEvent;
export type CmsContentIndexRow = CmsContentIndex;
export type NotificationGlobalRow = NotificationGlobal;
/** The hashes are for those who verify the chain, not for its readers. */
export type AuditEntryRow = Omit<AuditLog, 'sourceId' | 'contentHash' | 'prevHash' | 'hash' | 'createdAt'>;
export type AuditBreakRow = AuditBreak;
export interface AuditCheckpointRow {
  readonly seq: number;
  readonly at: Date;
}
export interface AuditVerificationRow extends Omit<AuditVerification, 'head' | 'checkpoint'> {
  readonly ok: boolean;
  readonly checkpoint: AuditCheckpointRow | null;
}
export type SecurityEventRow = Omit<SecurityEvent, 'dedupeKey'>;
/** What a second failure of the same is known by is for the sync jobs alone. */
export type DeadLetterRow = Omit<DeadLetter, 'sourceRef'>;
export type ComplianceReportRow = ComplianceReport;
export type DataLineageRow = Omit<DataLineage, 'runId'>;
export type SyncStatusRow = SyncCheckpoint;

export type AuthSummaryRow = Counted<AuthSummary>;
export type CrmSummaryRow = Counted<CrmSummary>;
export type CmsSummaryRow = Counted<CmsSummary>;
export type BillingOverviewRow = Counted<BillingOverview>;
export type AnalyticsSummaryRow = Counted<AnalyticsSummary>;
export type NotificationSummaryRow = Counted<NotificationSummary>;

export type TenantConnectionRow = Connection<TenantRow>;
export type ClientConnectionRow = Connection<ClientRow>;
export type AdminConnectionRow = Connection<AdminRow>;
export type ServiceConnectionRow = Connection<ServiceRow>;
export type SystemConfigConnectionRow = Connection<SystemConfigRow>;
export type AuthEventGlobalConnectionRow = Connection<AuthEventGlobalRow>;
export type CmsContentIndexConnectionRow = Connection<CmsContentIndexRow>;
export type NotificationGlobalConnectionRow = Connection<NotificationGlobalRow>;
export type AuditEntryConnectionRow = Connection<AuditEntryRow>;
export type SecurityEventConnectionRow = Connection<SecurityEventRow>;
export type DeadLetterConnectionRow = Connection<DeadLetterRow>;
export type ComplianceReportConnectionRow = Connection<ComplianceReportRow>;
export type DataLineageConnectionRow = Connection<DataLineageRow>;
