/** What a tenant's summaries ought to say, by SQL that knows nothing of how they are kept. */
import type { Domain } from '@metatron/platform/domains';
import { toMoney, type Money } from '@metatron/platform/money';

import { sql } from '../../platform/test/kit.ts';

async function counted(domain: Domain, text: string, tenant: string): Promise<object> {
  const [row] = await sql(domain, `SELECT ${text} WHERE tenant_id = $1`, [tenant]);
  return row ?? {};
}

/** A sum per currency, as the API shows it. */
async function summed(domain: Domain, amount: string, from: string, tenant: string): Promise<Money[]> {
  const rows = await sql<{ amount: string; currency: string }>(
    domain,
    `SELECT currency, sum(${amount})::text AS amount FROM ${from} AND tenant_id = $1 GROUP BY 1 HAVING sum(${amount}) <> 0 ORDER BY 1`,
    [tenant],
  );
  return rows.map((row) => toMoney(row.amount, row.currency)!);
}

const OPEN_LEAD = "stage_kind = 'open' AND converted_at IS NULL";

async function crmTruth(tenant: string): Promise<object> {
  const live = 'deleted_at IS NULL';
  return {
    ...(await counted(
      'crm',
      `count(*)::int AS "totalCustomers" FROM (SELECT * FROM customers WHERE ${live}) c`,
      tenant,
    )),
    ...(await counted(
      'crm',
      `count(*)::int AS "totalLeads", count(*) FILTER (WHERE ${OPEN_LEAD})::int AS "openLeads",
       round(avg(probability) FILTER (WHERE ${OPEN_LEAD}), 2)::float AS "avgProbability"
       FROM (SELECT * FROM leads WHERE ${live}) l`,
      tenant,
    )),
    ...(await counted(
      'crm',
      `count(*)::int AS "openDeals" FROM (SELECT * FROM deals WHERE ${live} AND stage_kind = 'open') d`,
      tenant,
    )),
    pipelineValue: await summed('crm', 'value', `leads WHERE ${live} AND ${OPEN_LEAD}`, tenant),
    dealValue: await summed('crm', 'value', `deals WHERE ${live} AND stage_kind = 'open'`, tenant),
    wonValue: await summed('crm', 'value', `deals WHERE ${live} AND stage_kind = 'won'`, tenant),
  };
}

/** The amount of a month, in whole units of the currency's smallest coin, a half to the even one. */
const MONTHLY = `CASE WHEN mod(coins, months) * 2 > months OR (mod(coins, months) * 2 = months AND mod(div(coins, months), 2) = 1)
  THEN div(coins, months) + 1 ELSE div(coins, months) END / unit`;

const ACTIVE = `(SELECT tenant_id, currency, amount * quantity * unit AS coins, months, unit FROM
  (SELECT *, CASE currency WHEN 'JPY' THEN 1 WHEN 'BHD' THEN 1000 ELSE 100 END AS unit,
          CASE "interval" WHEN 'year' THEN 12 ELSE 1 END * interval_count AS months
   FROM subscriptions WHERE status = 'active') s) m WHERE true`;

async function billingTruth(tenant: string): Promise<object> {
  const paid = `coalesce((SELECT sum(p.amount) FROM payments p
     WHERE p.tenant_id = invoices.tenant_id AND p.invoice_id = invoices.id AND p.status = 'succeeded'), 0)`;
  return {
    ...(await counted(
      'billing',
      `count(*)::int AS "activeSubscriptions" FROM (SELECT * FROM subscriptions WHERE status = 'active') s`,
      tenant,
    )),
    ...(await counted(
      'billing',
      `count(*)::int AS "openInvoices" FROM (SELECT * FROM invoices WHERE status = 'open') i`,
      tenant,
    )),
    mrr: await summed('billing', MONTHLY, ACTIVE, tenant),
    outstanding: await summed('billing', `total - ${paid}`, "invoices WHERE status = 'open'", tenant),
  };
}

/** A tenant’s summaries as they ought to be, in the shape of the API. */
export async function truth(tenant: string): Promise<object> {
  return {
    authSummary: await counted(
      'auth',
      'count(*)::int AS "totalUsers", count(*) FILTER (WHERE is_active)::int AS "activeUsers" FROM users',
      tenant,
    ),
    crmSummary: await crmTruth(tenant),
    cmsSummary: await counted(
      'cms',
      `count(*)::int AS "totalItems", count(*) FILTER (WHERE status = 'published')::int AS "publishedItems" FROM content_items`,
      tenant,
    ),
    billingOverview: await billingTruth(tenant),
    analyticsSummary: await counted('analytics', 'count(*)::int AS "totalEvents" FROM events', tenant),
    notificationSummary: await counted(
      'notifications',
      `count(*) FILTER (WHERE status IN ('sent', 'delivered'))::int AS sent,
       count(*) FILTER (WHERE status IN ('failed', 'bounced'))::int AS failed FROM notifications`,
      tenant,
    ),
  };
}
