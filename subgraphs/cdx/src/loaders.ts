/** Summaries of tenants, each table read once for all tenants of a page. */
import type { BillingOverviewMoney, CrmSummaryMoney, PrismaClient } from '@metatron/prisma/cdx/client';
import DataLoader from 'dataloader';

import type { Context } from './context.ts';
import { counted, type Counted } from './counted.ts';
import { syncLoaders } from './syncLoaders.ts';

interface OfTenant {
  readonly tenantId: string;
}

interface Keys {
  readonly where: { readonly tenantId: { readonly in: string[] } };
}

const ofTenants = (ids: readonly string[]): Keys => ({ where: { tenantId: { in: [...ids] } } });

function oneEach<Row extends OfTenant>(find: (keys: Keys) => Promise<Row[]>): DataLoader<string, Counted<Row> | null> {
  return new DataLoader(async (ids) => {
    const rows = new Map((await find(ofTenants(ids))).map((row) => [row.tenantId, counted(row)]));
    return ids.map((id) => rows.get(id) ?? null);
  });
}

function manyEach<Row extends OfTenant>(find: (keys: Keys) => Promise<Row[]>): DataLoader<string, readonly Row[]> {
  return new DataLoader(async (ids) => {
    const rows = Map.groupBy(await find(ofTenants(ids)), ({ tenantId }) => tenantId);
    return ids.map((id) => rows.get(id) ?? []);
  });
}

function makeLoaders(db: PrismaClient) {
  return {
    auth: oneEach((keys) => db.authSummary.findMany(keys)),
    crm: oneEach((keys) => db.crmSummary.findMany(keys)),
    cms: oneEach((keys) => db.cmsSummary.findMany(keys)),
    billing: oneEach((keys) => db.billingOverview.findMany(keys)),
    analytics: oneEach((keys) => db.analyticsSummary.findMany(keys)),
    notifications: oneEach((keys) => db.notificationSummary.findMany(keys)),
    crmMoney: manyEach<CrmSummaryMoney>((keys) => db.crmSummaryMoney.findMany(keys)),
    billingMoney: manyEach<BillingOverviewMoney>((keys) => db.billingOverviewMoney.findMany(keys)),
    ...syncLoaders(db),
  };
}

const made = new WeakMap<Context, ReturnType<typeof makeLoaders>>();

/** The loaders of a request; they live as long as it does. */
export function loadersOf(ctx: Context): ReturnType<typeof makeLoaders> {
  const known = made.get(ctx);
  if (known !== undefined) return known;
  const loaders = makeLoaders(ctx.db());
  made.set(ctx, loaders);
  return loaders;
}
