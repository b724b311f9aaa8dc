/** What happens in the services, as events of ANALYTICS: each domain event once, whoever tells it how often. */
import { services } from '@metatron/platform/access/matrix';
import type { Connections } from '@metatron/platform/database/connections';
import { domains, type Domain } from '@metatron/platform/domains';

import type { Source } from '../relay/source.ts';

const EVENTS_AT_ONCE = 500;

const mayTell = (name: Domain): boolean => {
  const { write } = services[name].analytics;
  return typeof write === 'object' && 'events' in write;
};

/** The services that the matrix lets write events into another's database. */
export const tellers: readonly Domain[] = domains.filter(mayTell);

/**
 * Who did it stands in the audit entry of the same transaction. A client is one of the tenant's
 * people; the staff are none of its visitors and stay unnamed. What no verb has written may have any
 * form, and is given one that ANALYTICS takes: it must not hold up the others.
 */
const UNTOLD = `
SELECT e.tenant_id AS "tenantId", e.id, coalesce(nullif(e.type, ''), 'unknown') AS type, e.at,
  CASE WHEN jsonb_typeof(e.payload) = 'object' THEN e.payload ELSE '{}' END AS payload, (
    SELECT a.actor_id FROM audit_entries a
     WHERE a.tenant_id = e.tenant_id AND a.txid = e.txid AND a.request_id = e.request_id AND a.actor_role = 'client'
     LIMIT 1) AS "userId"
  FROM domain_events e WHERE e.told_at IS NULL ORDER BY e.at, e.id LIMIT ${String(EVENTS_AT_ONCE)}`;

/**
 * The login may insert and nothing else: it cannot ask what is there already. Both keys are the
 * event's own, so that a second telling meets the first in each table.
 */
const TELL = `
WITH told AS (
  SELECT * FROM jsonb_to_recordset($2::jsonb) AS e (id uuid, type text, payload jsonb, at timestamptz, "userId" uuid)
), noted AS (
  INSERT INTO event_messages (tenant_id, message_id, event_id)
  SELECT $1, id::text, id FROM told ORDER BY told.id ON CONFLICT DO NOTHING
)
INSERT INTO events (tenant_id, id, message_id, user_id, event_name, event_data, created_at)
SELECT $1, id, id::text, "userId", type, payload || jsonb_build_object('source', $3::text), at FROM told
ON CONFLICT DO NOTHING`;

const TOLD = 'UPDATE domain_events SET told_at = now() WHERE tenant_id = $1 AND id = ANY ($2::uuid[])';

interface Untold {
  readonly tenantId: string;
  readonly id: string;
  readonly type: string;
  readonly payload: object;
  readonly at: Date;
  readonly userId: string | null;
}

/**
 * One round, a statement per tenant: row security lets the service write for the context's alone.
 * An event counts as told once ANALYTICS has it; a crash in between tells it again.
 * @returns how many events there were.
 */
export async function tellAnalytics(
  { name, origin }: Pick<Source, 'name' | 'origin'>,
  connections: Connections,
): Promise<number> {
  const { rows } = await origin.query<Untold>(UNTOLD);
  for (const [tenantId, events] of Map.groupBy(rows, (row) => row.tenantId)) {
    const analytics = connections.as('analytics', { service: name, privilege: 'service' }, tenantId);
    await analytics.query(TELL, [tenantId, JSON.stringify(events), name]);
    await origin.query(TOLD, [tenantId, events.map(({ id }) => id)]);
  }
  return rows.length;
}
