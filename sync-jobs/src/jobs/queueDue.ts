import { v5 as uuidv5 } from 'uuid';
import { z } from 'zod';

import { defineJob, type JobContext } from '../defineJob.ts';

const EVERY_MS = 15_000;
const AT_ONCE = 500;
/** Of the ids that derive from a message and its time. */
const NAMESPACE = '5f3f6f0a-7f4b-4a52-9c1e-2f6f6f7d1c11';

interface Due {
  readonly tenantId: string;
  readonly id: string;
  readonly at: Date;
}

const DUE = `
SELECT tenant_id AS "tenantId", id, scheduled_at AS at FROM notifications
 WHERE status = 'pending' AND coalesce(scheduled_at, created_at) <= now() AND scheduled_at IS NOT NULL
   AND NOT body_withheld
 ORDER BY coalesce(scheduled_at, created_at) LIMIT ${String(AT_ONCE)}`;
/** The id derives from the message and its time: another round queues it no second time. */
const QUEUE = `
INSERT INTO domain_events (tenant_id, id, type, payload)
SELECT e.tenant_id, e.id, 'notification.queued', json_build_object('notificationId', e.notification_id)
  FROM unnest($1::text[], $2::uuid[], $3::uuid[]) AS e (tenant_id, id, notification_id)
ON CONFLICT DO NOTHING`;

export async function queueDueMessages({ connections }: Pick<JobContext, 'connections'>): Promise<void> {
  const db = connections.as('notifications', { service: 'notifications', privilege: 'service' }, null);
  const { rows } = await db.query<Due>(DUE);
  if (rows.length === 0) return;
  await db.query(QUEUE, [
    rows.map(({ tenantId }) => tenantId),
    rows.map(({ id, at }) => uuidv5(`${id} ${at.toISOString()}`, NAMESPACE)),
    rows.map(({ id }) => id),
  ]);
}

/** Queues the messages whose time has come. */
export const queueDue = defineJob({
  name: 'queueDue',
  schema: z.object({}),
  schedules: [{ id: 'queueDue', everyMs: EVERY_MS, data: {} }],
  handler: (_input, context) => queueDueMessages(context),
});
