import { namedId } from './random.ts';
import type { Row } from './scene.ts';
import type { Story } from './story.ts';

type Subtype = 'identity' | 'aggregation' | 'filter' | 'group_by';

/** Source table and column, target table and column, and how one makes the other. */
type Edge = readonly [
  source: string,
  column: string | null,
  target: string,
  measure: string,
  subtype: Subtype,
  description: string,
];

const edges: readonly Edge[] = [
  ['auth.users', null, 'auth_summary', 'total_users', 'aggregation', 'How many users there are'],
  ['auth.users', 'is_active', 'auth_summary', 'active_users', 'aggregation', 'How many of them are active'],
  ['auth.users', 'last_login', 'auth_summary', 'last_activity', 'aggregation', 'The latest sign-in'],
  ['auth.auth_events', 'id', 'auth_events', 'id', 'identity', 'Each event as it is'],
  ['auth.users', 'id', 'admins', 'id', 'identity', 'The users of the tenant platform'],
  ['crm.customers', null, 'crm_summary', 'total_customers', 'aggregation', 'Customers that are not deleted'],
  ['crm.leads', null, 'crm_summary', 'total_leads', 'aggregation', 'Leads that are not deleted'],
  ['crm.leads', 'stage_kind', 'crm_summary', 'open_leads', 'aggregation', 'Leads neither closed nor converted'],
  ['crm.leads', 'probability', 'crm_summary', 'probability_sum', 'aggregation', 'Of open leads, for the average'],
  ['crm.leads', 'value', 'crm_summary_money', 'pipeline_value', 'aggregation', 'Of open leads'],
  ['crm.leads', 'currency', 'crm_summary_money', 'currency', 'group_by', 'Amounts of two currencies are not added'],
  ['crm.deals', 'value', 'crm_summary_money', 'deal_value', 'aggregation', 'Of open deals'],
  ['crm.deals', 'value', 'crm_summary_money', 'won_value', 'aggregation', 'Of deals won'],
  ['cms.content_items', null, 'cms_summary', 'total_items', 'aggregation', 'How many items there are'],
  ['cms.content_items', 'status', 'cms_summary', 'published_items', 'filter', 'Those that are published'],
  ['cms.content_items', 'id', 'cms_content_index', 'id', 'identity', 'Each item without its content'],
  ['billing.subscriptions', 'status', 'billing_overview', 'active_subscriptions', 'filter', 'Those that are active'],
  [
    'billing.subscriptions',
    'monthly_amount',
    'billing_overview_money',
    'mrr',
    'aggregation',
    'Of active subscriptions',
  ],
  ['billing.invoices', 'status', 'billing_overview', 'open_invoices', 'filter', 'Those that are open'],
  [
    'billing.invoices',
    'total',
    'billing_overview_money',
    'outstanding',
    'aggregation',
    'Of open invoices, less what was paid',
  ],
  ['analytics.events', null, 'analytics_summary', 'total_events', 'aggregation', 'How many events there are'],
  ['analytics.events', 'created_at', 'analytics_summary', 'last_event_at', 'aggregation', 'The latest event'],
  ['notifications.notifications', 'status', 'notification_summary', 'sent', 'aggregation', 'Those sent or delivered'],
  ['notifications.notifications', 'status', 'notification_summary', 'failed', 'aggregation', 'Those failed or bounced'],
  ['notifications.notifications', 'id', 'notifications_global', 'id', 'identity', 'Each message without its body'],
];

/** Where the columns of cdx come from. */
export function lineageRows({ createdAt }: Story): Row[] {
  return edges.map((edge) => {
    const [source, column, target, measure, subtype, description] = edge;
    const [domain = '', table = ''] = source.split('.');
    return {
      id: namedId(createdAt, 'lineage', ...edge.map(String)),
      source_namespace: `metatron_${domain}`,
      source_dataset: table,
      source_column: column,
      target_namespace: 'metatron_cdx',
      target_dataset: target,
      target_column: measure,
      transformation: subtype === 'filter' || subtype === 'group_by' ? 'indirect' : 'direct',
      transformation_subtype: subtype,
      description,
      job: 'drain',
      created_at: createdAt,
      updated_at: createdAt,
    };
  });
}
