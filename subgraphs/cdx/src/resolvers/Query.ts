import { auditVerify } from '../auditVerify.ts';
import type { QueryResolvers } from '../generated/types.ts';
import { readPlatformOverview } from '../platformOverview.ts';
import {
  admins,
  auditLog,
  authEvents,
  clients,
  complianceReports,
  contentIndex,
  dataLineage,
  deadLetters,
  notifications,
  securityEvents,
  services,
  systemConfig,
} from '../tables.ts';
import { overviewFor, tenants } from '../tenantOverview.ts';

export const Query: QueryResolvers = {
  tenants: (_root, args, ctx) => ctx.read.page(overviewFor(args), args),
  tenant: (_root, { id }, ctx) => ctx.read.byId(tenants, id),
  clients: (_root, args, ctx) => ctx.read.page(clients, args),
  admins: (_root, args, ctx) => ctx.read.page(admins, args),
  services: (_root, args, ctx) => ctx.read.page(services, args),
  systemConfig: (_root, args, ctx) => ctx.read.page(systemConfig, args),
  platformOverview: (_root, _args, ctx) => readPlatformOverview(ctx.db()),
  authEventsGlobal: (_root, args, ctx) => ctx.read.page(authEvents, args),
  cmsContentIndex: (_root, args, ctx) => ctx.read.page(contentIndex, args),
  notificationsGlobal: (_root, args, ctx) => ctx.read.page(notifications, args),
  auditLog: (_root, args, ctx) => ctx.read.page(auditLog, args),
  auditVerify: (_root, range, ctx) => auditVerify(ctx, range),
  securityEvents: (_root, args, ctx) => ctx.read.page(securityEvents, args),
  deadLetters: (_root, args, ctx) => ctx.read.page(deadLetters, args),
  complianceReports: (_root, args, ctx) => ctx.read.page(complianceReports, args),
  dataLineage: (_root, args, ctx) => ctx.read.page(dataLineage, args),
  syncStatus: (_root, _args, ctx) => ctx.db().syncCheckpoint.findMany({ orderBy: { source: 'asc' } }),
};
