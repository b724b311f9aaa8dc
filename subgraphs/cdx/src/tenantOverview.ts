import { PublicError } from '@metatron/platform/errors';
import type { ListArguments } from '@metatron/platform/read/arguments';
import { defineTable, type Table } from '@metatron/platform/read/table';
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
const tenantOverview = defineTable<TenantOverview>(
  'Tenant',
  'tenant_overview',
  { ...Prisma.TenantScalarFieldEnum, ...figures },
  { tenancy: 'id', without: ['settings'] },
);

/** The sums of money that the list filters and orders by, in one currency. */
const AMOUNTS = ['pipelineValue', 'dealValue', 'wonValue', 'mrr', 'outstanding'];

/** A tenant without amounts in the currency is there with zeros. */
const inCurrency = (currency: string): string => `
SELECT o.*, coalesce(c.pipeline_value, 0) AS pipeline_value, coalesce(c.deal_value, 0) AS deal_value,
       coalesce(c.won_value, 0) AS won_value, coalesce(b.mrr, 0) AS mrr, coalesce(b.outstanding, 0) AS outstanding
FROM tenant_overview o
LEFT JOIN crm_summary_money c ON c.tenant_id = o.id AND c.currency = ${currency}
LEFT JOIN billing_overview_money b ON b.tenant_id = o.id AND b.currency = ${currency}`;

interface InCurrency extends ListArguments {
  readonly currency?: string | null;
}

/**
 * What a list of tenants is read from.
 * @throws PublicError BAD_USER_INPUT for amounts that are compared in no currency
 */
export function overviewFor({ currency, orderBy, filter }: InCurrency): Table<TenantOverview> {
  if (currency != null) {
    const source = { value: currency, query: inCurrency };
    return { ...tenantOverview, fields: [...tenantOverview.fields, ...AMOUNTS], source };
  }
  const filtered = Object.entries(filter ?? {}).flatMap(([name, operators]) => (operators == null ? [] : [name]));
  const amount = [orderBy?.field, ...filtered].find((name) => AMOUNTS.includes(name ?? ''));
  if (amount === undefined) return tenantOverview;
  throw new PublicError('BAD_USER_INPUT', `\`${amount}\` is compared in one currency: name it as \`currency\`.`);
}

/** The bare tenants: by id there is no need to join the figures. */
export const tenants = defineTable<Tenant>('Tenant', 'tenants', Prisma.TenantScalarFieldEnum, {
  tenancy: 'id',
});
