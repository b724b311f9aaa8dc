import type { Domain } from '@metatron/platform/domains';

import type { Context } from './context.ts';
import { loadersOf } from './loaders.ts';

const NONE = { completeThrough: null, lastChangeAt: null };

/** What a summary is before its first change: nothing, of everything. */
export const empty = {
  auth: { ...NONE, totalUsers: 0, activeUsers: 0, lastActivity: null },
  crm: {
    ...NONE,
    totalCustomers: 0,
    totalLeads: 0,
    openLeads: 0,
    probabilitySum: 0,
    probabilityCount: 0,
    openDeals: 0,
  },
  cms: { ...NONE, totalItems: 0, publishedItems: 0 },
  billing: { ...NONE, activeSubscriptions: 0, openInvoices: 0 },
  analytics: { ...NONE, totalEvents: 0, lastEventAt: null },
  notifications: { ...NONE, sent: 0, failed: 0 },
} as const;

interface Stamped {
  readonly tenantId: string;
  readonly completeThrough: Date | null;
}

/**
 * Nothing is missing up to the later of two instants: the row's own, set when it last changed, and
 * the source's, which advances while nothing changes. While a tenant is behind its row's own alone is true.
 */
export function completeThrough(source: Domain) {
  return async ({ tenantId, completeThrough: own }: Stamped, _args: unknown, ctx: Context): Promise<Date | null> => {
    const loaders = loadersOf(ctx);
    const [polled, behind] = await Promise.all([
      loaders.completeThrough.load(source),
      loaders.sourcesBehind.load(tenantId),
    ]);
    if (behind.has(source) || polled === null) return own;
    return own === null || polled > own ? polled : own;
  };
}
