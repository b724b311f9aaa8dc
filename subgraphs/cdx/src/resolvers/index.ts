import type { Resolvers } from '../generated/types.ts';

import { Admin } from './Admin.ts';
import { AnalyticsSummary } from './AnalyticsSummary.ts';
import { AuditEntry } from './AuditEntry.ts';
import { AuthEventGlobal } from './AuthEventGlobal.ts';
import { AuthSummary } from './AuthSummary.ts';
import { BillingOverview } from './BillingOverview.ts';
import { Client } from './Client.ts';
import { CmsContentIndex } from './CmsContentIndex.ts';
import { CmsSummary } from './CmsSummary.ts';
import { ComplianceReport } from './ComplianceReport.ts';
import { CrmSummary } from './CrmSummary.ts';
import { DataLineage } from './DataLineage.ts';
import { DeadLetter } from './DeadLetter.ts';
import { Mutation } from './Mutation.ts';
import { NotificationGlobal } from './NotificationGlobal.ts';
import { NotificationSummary } from './NotificationSummary.ts';
import { Query } from './Query.ts';
import { SecurityEvent } from './SecurityEvent.ts';
import { Service } from './Service.ts';
import { SyncJob } from './SyncJob.ts';
import { SyncStatus } from './SyncStatus.ts';
import { SystemConfig } from './SystemConfig.ts';
import { SystemConfigVersion } from './SystemConfigVersion.ts';
import { Tenant } from './Tenant.ts';

export const resolvers: Resolvers = {
  Admin,
  AnalyticsSummary,
  AuditEntry,
  AuthEventGlobal,
  AuthSummary,
  BillingOverview,
  Client,
  CmsContentIndex,
  CmsSummary,
  ComplianceReport,
  CrmSummary,
  DataLineage,
  DeadLetter,
  Mutation,
  NotificationGlobal,
  NotificationSummary,
  Query,
  SecurityEvent,
  Service,
  SyncJob,
  SyncStatus,
  SystemConfig,
  SystemConfigVersion,
  Tenant,
};
