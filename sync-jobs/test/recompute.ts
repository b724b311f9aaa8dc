/** The summaries as they ought to be, by SQL that knows nothing of the declarations. */
import type { Domain } from '@metatron/platform/domains';

import type { Databases } from './kit.ts';

interface Check {
  readonly source: Domain;
  /** Over the source: the truth. */
  readonly truth: string;
  /** Over cdx, in the same shape; rows whose measures are all zero say nothing. */
  readonly shown: string;
}

const money = (columns: readonly string[], from: string): string =>
  `SELECT tenant_id, currency, ${columns.map((name) => `trim_scale(${name}) AS ${name}`).join(', ')} FROM ${from} WHERE ${columns.map((name) => `${name} <> 0`).join(' OR ')} ORDER BY 1, 2`;

const counts = (columns: readonly string[], from: string, times: readonly string[] = []): string =>
  `SELECT tenant_id, ${[...columns, ...times].join(', ')} FROM ${from} WHERE ${columns.map((name) => `${name} <> 0`).join(' OR ')} ORDER BY 1`;

const CRM = ['total_customers', 'total_leads', 'open_leads', 'probability_sum', 'probability_count', 'open_deals'];
const CRM_MONEY = ['pipeline_value', 'deal_value', 'won_value'];
const BILLING = ['active_subscriptions', 'open_invoices'];
const BILLING_MONEY = ['mrr', 'outstanding'];
const EVENTS = 'SELECT tenant_id, id, user_id, event_type, created_at FROM auth_events ORDER BY 1, 2';
const NOTIFICATIONS = 'SELECT tenant_id, id, channel, status, sent_at FROM';
const CONTENT = 'SELECT tenant_id, id, content_type_id, title, status';

export const checks: readonly Check[] = [
  {
    source: 'auth',
    truth:
      'SELECT tenant_id, count(*) AS total_users, count(*) FILTER (WHERE is_active) AS active_users, max(last_login) AS last_activity FROM users GROUP BY 1 ORDER BY 1',
    shown: counts(['total_users', 'active_users'], 'auth_summary', ['last_activity']),
  },
  { source: 'auth', truth: EVENTS, shown: EVENTS },
  {
    source: 'auth',
    truth: "SELECT id, email, is_active FROM users WHERE tenant_id = 'platform' ORDER BY 1",
    shown: 'SELECT id, email, is_active FROM admins ORDER BY 1',
  },
  { source: 'crm', truth: counts(CRM, 'crm_summary'), shown: counts(CRM, 'crm_summary') },
  { source: 'crm', truth: money(CRM_MONEY, 'crm_summary_money'), shown: money(CRM_MONEY, 'crm_summary_money') },
  {
    source: 'cms',
    truth: counts(['total_items', 'published_items'], 'cms_summary'),
    shown: counts(['total_items', 'published_items'], 'cms_summary'),
  },
  {
    source: 'cms',
    truth: `${CONTENT}, (SELECT name FROM content_types t WHERE t.tenant_id = i.tenant_id AND t.id = content_type_id) AS content_type FROM content_items i ORDER BY 1, 2`,
    shown: `${CONTENT}, content_type FROM cms_content_index ORDER BY 1, 2`,
  },
  { source: 'billing', truth: counts(BILLING, 'billing_summary'), shown: counts(BILLING, 'billing_overview') },
  {
    source: 'billing',
    truth: money(BILLING_MONEY, 'billing_summary_money'),
    shown: money(BILLING_MONEY, 'billing_overview_money'),
  },
  {
    source: 'analytics',
    truth:
      'SELECT tenant_id, count(*) AS total_events, max(created_at) AS last_event_at FROM events GROUP BY 1 ORDER BY 1',
    shown: counts(['total_events'], 'analytics_summary', ['last_event_at']),
  },
  {
    source: 'notifications',
    truth: `SELECT * FROM (SELECT tenant_id, count(*) FILTER (WHERE status IN ('sent', 'delivered')) AS sent,
              count(*) FILTER (WHERE status IN ('failed', 'bounced')) AS failed FROM notifications GROUP BY 1) AS all_tenants
            WHERE sent <> 0 OR failed <> 0 ORDER BY 1`,
    shown: counts(['sent', 'failed'], 'notification_summary'),
  },
  {
    source: 'notifications',
    truth: `${NOTIFICATIONS} notifications ORDER BY 1, 2`,
    shown: `${NOTIFICATIONS} notifications_global ORDER BY 1, 2`,
  },
];

/** Each check's rows at the source and in cdx, to be compared whole. */
export async function compare(
  { sql }: Databases,
  sources: readonly Domain[],
): Promise<{ readonly truth: unknown; readonly shown: unknown }> {
  const truth: unknown[] = [];
  const shown: unknown[] = [];
  for (const check of checks.filter(({ source }) => sources.includes(source))) {
    truth.push((await sql[check.source].query(check.truth)).rows);
    shown.push((await sql.cdx.query(check.shown)).rows);
  }
  return { truth, shown };
}
