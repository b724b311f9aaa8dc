import { count, max, same, type Capture } from '../capture/declare.ts';

export const capture: Capture = {
  domain: 'auth',
  aggregates: [
    {
      table: 'users',
      summary: 'auth_summary',
      measures: {
        total_users: count(),
        active_users: count('is_active'),
        last_activity: max('last_login'),
      },
    },
  ],
  rows: [
    {
      table: 'auth_events',
      target: 'auth_events',
      columns: same('tenant_id', 'id', 'user_id', 'event_type', 'ip_address', 'user_agent', 'metadata', 'created_at'),
    },
    {
      table: 'users',
      target: 'admins',
      onlyTenant: 'platform',
      columns: same(
        'id',
        'email',
        'first_name',
        'last_name',
        'role',
        'is_active',
        'last_login',
        'created_at',
        'updated_at',
      ),
    },
  ],
};
