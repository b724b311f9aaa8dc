/** What a recipient wants, looked up in the transaction that begins an attempt. */
import type pg from 'pg';

import type { Message } from './message.ts';
import type { Target } from './provider.ts';

/** `now`, or why not: it is not wanted, or wanted together with others at a later moment. */
export type Wish =
  | { readonly wants: 'now' }
  | { readonly wants: 'nothing'; readonly code: string }
  | { readonly wants: 'later'; readonly at: Date };

interface Preference {
  readonly isEnabled: boolean;
  readonly frequency: string;
}

/** The nearest one decides: (category, channel), (category, all), (all, channel), (all, all). */
const PREFERENCE = `
SELECT is_enabled AS "isEnabled", frequency FROM notification_preferences
 WHERE tenant_id = $1 AND user_id = $2 AND category IN ($3, 'all') AND channel IN ($4, 'all')
 ORDER BY category <> 'all' DESC, channel <> 'all' DESC LIMIT 1`;

/** Unsubscribing ends no message about one's own security. */
const SUPPRESSED = `
SELECT 1 FROM notification_suppressions
 WHERE tenant_id = $1 AND channel = $2 AND address = lower($3) AND (expires_at IS NULL OR expires_at > now())
   AND (NOT $4 OR reason IN ('bounce', 'manual'))`;

const HOUR_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * HOUR_MS;
/** The first of January 1970 was a Thursday: weeks begin four days after. */
const MONDAY_MS = 4 * DAY_MS;

/** When those who want their messages together get the next ones: at full hours, days and weeks of UTC. */
export function nextDelivery(frequency: string, now: number): Date | undefined {
  const after = (period: number, offset = 0) => new Date((Math.floor((now - offset) / period) + 1) * period + offset);
  switch (frequency) {
    case 'hourly':
      return after(HOUR_MS);
    case 'daily':
      return after(DAY_MS);
    case 'weekly':
      return after(7 * DAY_MS, MONDAY_MS);
    default:
      return undefined;
  }
}

async function readPreference(client: pg.PoolClient, message: Message): Promise<Preference | undefined> {
  const { tenantId, userId, category, channel, isCritical } = message;
  if (userId === null || isCritical) return undefined;
  return (await client.query<Preference>(PREFERENCE, [tenantId, userId, category, channel])).rows[0];
}

export async function readWish(client: pg.PoolClient, message: Message, targets: readonly Target[]): Promise<Wish> {
  const { tenantId, channel, isCritical, scheduledAt } = message;
  const preference = await readPreference(client, message);
  if (preference?.isEnabled === false) return { wants: 'nothing', code: 'opted_out' };
  for (const { address } of channel === 'email' || channel === 'sms' ? targets : []) {
    const { rowCount } = await client.query(SUPPRESSED, [tenantId, channel, address, isCritical]);
    if (rowCount !== 0) return { wants: 'nothing', code: 'suppressed' };
  }
  // What has a time of its own has waited for it.
  const at = scheduledAt === null ? nextDelivery(preference?.frequency ?? 'immediate', Date.now()) : undefined;
  return at === undefined ? { wants: 'now' } : { wants: 'later', at };
}
