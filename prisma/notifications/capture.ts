import { count, same, type Capture } from '../capture/declare.ts';

export const capture: Capture = {
  domain: 'notifications',
  aggregates: [
    {
      table: 'notifications',
      summary: 'notification_summary',
      measures: {
        // What was delivered was sent before.
        sent: count("status IN ('sent', 'delivered')"),
        failed: count("status IN ('failed', 'bounced')"),
      },
    },
  ],
  rows: [
    {
      table: 'notifications',
      target: 'notifications_global',
      columns: same(
        'tenant_id',
        'id',
        'user_id',
        'channel',
        'category',
        'template_key',
        'status',
        'error_code',
        'sent_at',
        'created_at',
        'updated_at',
      ),
    },
  ],
};
