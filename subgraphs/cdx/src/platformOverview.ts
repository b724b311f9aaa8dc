import { Prisma, type PrismaClient } from '@metatron/prisma/cdx/client';

import { counted } from './counted.ts';
import { toSums } from './sums.ts';

interface Totals {
  readonly tenants: bigint;
  readonly users: bigint;
  readonly customers: bigint;
  readonly leads: bigint;
  readonly openLeads: bigint;
  readonly openDeals: bigint;
  readonly contentItems: bigint;
  readonly activeSubscriptions: bigint;
  readonly openInvoices: bigint;
  readonly events: bigint;
  readonly notifications: bigint;
}

/** A sum of bigints is numeric in SQL. */
const totals = Prisma.sql`
  SELECT
    count(*) AS "tenants",
    coalesce(sum(total_users), 0)::bigint AS "users",
    coalesce(sum(total_customers), 0)::bigint AS "customers",
    coalesce(sum(total_leads), 0)::bigint AS "leads",
    coalesce(sum(open_leads), 0)::bigint AS "openLeads",
    coalesce(sum(open_deals), 0)::bigint AS "openDeals",
    coalesce(sum(total_items), 0)::bigint AS "contentItems",
    coalesce(sum(active_subscriptions), 0)::bigint AS "activeSubscriptions",
    coalesce(sum(open_invoices), 0)::bigint AS "openInvoices",
    coalesce(sum(total_events), 0)::bigint AS "events",
    coalesce(sum(sent + failed), 0)::bigint AS "notifications"
  FROM tenant_overview`;

/** The summaries of all tenants, added up; three statements, however many tenants there are. */
export async function readPlatformOverview(db: PrismaClient) {
  const [[counts], crm, billing] = await Promise.all([
    db.$queryRaw<[Totals]>(totals),
    db.crmSummaryMoney.groupBy({ by: ['currency'], _sum: { pipelineValue: true } }),
    db.billingOverviewMoney.groupBy({ by: ['currency'], _sum: { mrr: true, outstanding: true } }),
  ]);
  return {
    ...counted(counts),
    pipelineValue: toSums(crm, ({ _sum }) => _sum.pipelineValue),
    mrr: toSums(billing, ({ _sum }) => _sum.mrr),
    outstanding: toSums(billing, ({ _sum }) => _sum.outstanding),
  };
}
