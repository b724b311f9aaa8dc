import { defineTable } from '@metatron/platform/read/table';
import { Prisma, type Tenant } from '@metatron/prisma/cdx/client';

/** A tenant with all figures that have one value: what the list of tenants filters and orders by. */
export interface TenantOverview extends Omit<Tenant, 'settings'> {
  readonly totalUsers: bigint;
  readonly activeUsers: bigint;
  readonly lastActivity: Date | null;
  readonly totalCustomers: bigint;
  readonly totalLeads: bigint;
  readonly openLeads: bigint;
  readonly avgProbability: Prisma.Decimal | null;
  readonly openDeals: bigint;
  readonly totalItems: bigint;
  readonly publishedItems: bigint;
  readonly activeSubscriptions: bigint;
  readonly openInvoices: bigint;
  readonly totalEvents: bigint;
  readonly lastEventAt: Date | null;
  readonly sent: bigint;
  readonly failed: bigint;
}

const figures: Readonly<Record<Exclude<keyof TenantOverview, keyof Tenant>, string>> = {
  totalUsers: 'totalUsers',
  activeUsers: 'activeUsers',
  lastActivity: 'lastActivity',
  totalCustomers: 'totalCustomers',
  totalLeads: 'totalLeads',
  openLeads: 'openLeads',
  avgProbability: 'avgProbability',
  openDeals: 'openDeals',
  totalItems: 'totalItems',
  publishedItems: 'publishedItems',
  activeSubscriptions: 'activeSubscriptions',
  openInvoices: 'openInvoices',
  totalEvents: 'totalEvents',
  lastEventAt: 'lastEventAt',
  sent: 'sent',
  failed: 'failed',
};

/** The view joins the summaries to the tenants, so that a tenant without any is found as well. */
export const tenantOverview = defineTable<TenantOverview>(
  'Tenant',
  'tenant_overview',
  { ...Prisma.TenantScalarFieldEnum, ...figures },
  { tenancy: 'id', without: ['settings'] },
);

/** The bare tenants: by id there is no need to join the figures. */
export const tenants = defineTable<Tenant>('Tenant', 'tenants', Prisma.TenantScalarFieldEnum, {
  tenancy: 'id',
});
