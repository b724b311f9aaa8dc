/** Storing a batch of events in one statement, each message once. */
import { isIP } from 'node:net';

import { v7 as uuidv7 } from 'uuid';

import type { Context, Tx } from './context.ts';
import type { EventInput } from './eventInput.ts';

/**
 * The ledger decides what is new, across partitions and callers: a second caller with the same
 * messages waits for the first. All take them in one order, so that none waits for another in turn.
 */
const STORE = `
WITH incoming AS (
  SELECT * FROM jsonb_to_recordset($2::jsonb) AS e (
    id uuid, "messageId" text, "userId" uuid, "sessionId" uuid, "eventName" text, "eventData" jsonb,
    "pageUrl" text, "pageTitle" text, referrer text, "userAgent" text, country text, city text,
    "deviceType" text, browser text, os text, "createdAt" timestamptz)
), fresh AS (
  INSERT INTO event_messages (tenant_id, message_id, event_id)
  SELECT $1, "messageId", id FROM incoming ORDER BY "messageId"
  ON CONFLICT DO NOTHING
  RETURNING event_id
), stored AS (
  INSERT INTO events (tenant_id, id, message_id, user_id, session_id, event_name, event_data, page_url, page_title,
    referrer, ip_address, user_agent, country, city, device_type, browser, os, created_at)
  SELECT $1, id, "messageId", "userId", "sessionId", "eventName", "eventData", "pageUrl", "pageTitle",
    referrer, network(set_masklen($3::inet, CASE family($3::inet) WHEN 4 THEN 24 ELSE 48 END)),
    coalesce("userAgent", $4), country, city, "deviceType", browser, os, coalesce("createdAt", now())
  FROM incoming JOIN fresh ON fresh.event_id = incoming.id
)
SELECT event_id AS "eventId" FROM fresh`;

/** The visitor's browser speaks for itself under a key; what staff send for others has no address. */
function senderOf({ caller: { identity, address, userAgent } }: Context) {
  if (identity.kind !== 'key') return { address: null, userAgent: null };
  const [plain = ''] = address.split('%');
  return {
    address: isIP(plain) === 0 ? null : plain,
    userAgent: userAgent === '' ? null : userAgent.slice(0, 512).toWellFormed().replaceAll('\0', ''),
  };
}

/**
 * Stores the events whose messages are new; no two of them may have the same message id.
 * @returns the message ids that were new.
 */
export async function storeEvents(
  ctx: Context,
  tx: Tx,
  tenantId: string,
  events: readonly EventInput[],
): Promise<ReadonlySet<string>> {
  if (events.length === 0) return new Set();
  const rows = events.map((event) => ({ ...event, id: uuidv7() }));
  const { address, userAgent } = senderOf(ctx);
  const stored = await tx.$queryRawUnsafe<{ eventId: string }[]>(
    STORE,
    tenantId,
    JSON.stringify(rows),
    address,
    userAgent,
  );
  const fresh = new Set(stored.map(({ eventId }) => eventId));
  return new Set(rows.filter(({ id }) => fresh.has(id)).map(({ messageId }) => messageId));
}
