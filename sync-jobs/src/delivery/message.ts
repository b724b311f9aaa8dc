/** A message as delivery reads it: always anew, since a queue may be late. */
import type { Connections } from '@metatron/platform/database/connections';
import type { TemplateSource } from '@metatron/platform/templateWords';
import type pg from 'pg';

import type { Channel } from './provider.ts';

export interface MessageReference {
  readonly tenantId: string;
  readonly id: string;
}

export interface Message extends MessageReference {
  readonly userId: string | null;
  readonly recipientAddress: string | null;
  readonly channel: Channel;
  readonly category: string;
  readonly isCritical: boolean;
  readonly status: string;
  readonly scheduledAt: Date | null;
  readonly bodyWithheld: boolean;
  readonly data: Record<string, unknown>;
  /** What it is made from; null for one whose words come from elsewhere. */
  readonly source: Omit<TemplateSource, 'channel'> | null;
}

const READ = `
SELECT n.tenant_id AS "tenantId", n.id, n.user_id AS "userId", n.recipient_address AS "recipientAddress",
       n.channel, n.category, n.is_critical AS "isCritical", n.status, n.scheduled_at AS "scheduledAt",
       n.body_withheld AS "bodyWithheld", n.data,
       CASE WHEN v.version IS NOT NULL
            THEN json_build_object('subject', v.subject, 'body', v.body, 'variables', v.variables) END AS source
  FROM notifications n
  LEFT JOIN notification_template_versions v
    ON v.tenant_id = n.tenant_id AND v.template_id = n.template_id AND v.version = n.template_version
 WHERE n.tenant_id = $1 AND n.id = $2`;

/** NOTIFICATIONS' own database, in one tenant. */
export const messagesOf = (connections: Connections, tenantId: string): pg.Pool =>
  connections.as('notifications', { service: 'notifications', privilege: 'service' }, tenantId);

export async function readMessage(db: pg.Pool, { tenantId, id }: MessageReference): Promise<Message | undefined> {
  const { rows } = await db.query<Message>(READ, [tenantId, id]);
  return rows[0];
}
