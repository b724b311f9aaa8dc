import { toStored } from '@metatron/platform/verb/events';
import { events } from '@metatron/prisma/notifications/events';
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
INSERT INTO domain_events (tenant_id, id, type, version, payload)
SELECT e.tenant_id, e.id, e.type, e.version, e.payload
  FROM jsonb_to_recordset($1::jsonb) AS e (tenant_id text, id uuid, type text, version integer, payload jsonb)
ON CONFLICT DO NOTHING`;

const eventOf = ({ tenantId, id, at }: Due) => ({
  tenant_id: tenantId,
  id: uuidv5(`${id} ${at.toISOString()}`, NAMESPACE),
  ...toStored(events, { type: 'notification.queued', payload: { notificationId: id } }),
});

export async function queueDueMessages({ connections }: Pick<JobContext, 'connections'>): Promise<void> {
  const db = connections.as('notifications', { service: 'notifications', privilege: 'service' }, null);
  const { rows } = await db.query<Due>(DUE);
  if (rows.length === 0) return;
  await db.query(QUEUE, [JSON.stringify(rows.map(eventOf))]);
}

/** Queues the messages whose time has come. */
export const queueDue = defineJob({
  name: 'queueDue',
  schema: z.object({}),
  schedules: [{ id: 'queueDue', everyMs: EVERY_MS, data: {} }],
  handler: (_input, context) => queueDueMessages(context),
});
